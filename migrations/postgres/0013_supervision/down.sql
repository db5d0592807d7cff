DROP TABLE direct_reports;
DROP TABLE supervision_steps;
DROP TABLE supervision_replies;
DROP TABLE supervision_copies;
DROP TABLE supervision_numbers;
DROP TABLE supervision_orders;

CREATE TABLE direct_reports (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    to_person_id uuid NOT NULL REFERENCES persons (id),
    by_person_id uuid NOT NULL REFERENCES persons (id),
    at timestamptz NOT NULL,
    words text COLLATE "C" NOT NULL
);
CREATE INDEX direct_reports_by_request_id ON direct_reports (request_id);

CREATE TABLE supervision_orders (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    prefix text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    sequence integer,
    step text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    matter text COLLATE "C" NOT NULL,
    demand text COLLATE "C" NOT NULL,
    reply_by timestamptz,
    drafted_at timestamptz NOT NULL,
    issued_by uuid REFERENCES persons (id),
    issued_at timestamptz,
    replied_by uuid REFERENCES persons (id),
    replied_at timestamptz,
    reply text COLLATE "C",
    accepted_at timestamptz
);
CREATE UNIQUE INDEX supervision_orders_by_prefix_year_sequence ON supervision_orders (prefix, year, sequence);
CREATE INDEX supervision_orders_by_request_id ON supervision_orders (request_id);
CREATE INDEX supervision_orders_by_unit_id ON supervision_orders (unit_id);
