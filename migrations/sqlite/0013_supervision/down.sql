DROP TABLE direct_reports;
DROP TABLE supervision_steps;
DROP TABLE supervision_replies;
DROP TABLE supervision_copies;
DROP TABLE supervision_numbers;
DROP TABLE supervision_orders;

CREATE TABLE direct_reports (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    to_person_id BLOB NOT NULL REFERENCES persons (id),
    by_person_id BLOB NOT NULL REFERENCES persons (id),
    at INTEGER NOT NULL,
    words TEXT NOT NULL
) STRICT;
CREATE INDEX direct_reports_by_request_id ON direct_reports (request_id);

CREATE TABLE supervision_orders (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    prefix TEXT NOT NULL,
    year INTEGER NOT NULL,
    sequence INTEGER,
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    matter TEXT NOT NULL,
    demand TEXT NOT NULL,
    reply_by INTEGER,
    drafted_at INTEGER NOT NULL,
    issued_by BLOB REFERENCES persons (id),
    issued_at INTEGER,
    replied_by BLOB REFERENCES persons (id),
    replied_at INTEGER,
    reply TEXT,
    accepted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX supervision_orders_by_prefix_year_sequence ON supervision_orders (prefix, year, sequence);
CREATE INDEX supervision_orders_by_request_id ON supervision_orders (request_id);
CREATE INDEX supervision_orders_by_unit_id ON supervision_orders (unit_id);
