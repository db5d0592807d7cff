-- Supervision: orders with their replies, copies and numbers, the steps before and after an order, and direct reports.
-- Nothing was ever written into the tables that 0001 laid for this.

DROP TABLE supervision_orders;
DROP TABLE direct_reports;

-- `cause` makes the same draft the same: the clock, or the cycle. The number is given when it is issued.
CREATE TABLE supervision_orders (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB REFERENCES assignments (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    ground TEXT NOT NULL,
    cause TEXT NOT NULL,
    late_clock TEXT,
    late_since INTEGER,
    state TEXT NOT NULL,
    level TEXT NOT NULL,
    matter TEXT NOT NULL,
    demand TEXT NOT NULL,
    reply_by INTEGER,
    drafted_at INTEGER NOT NULL,
    drafted_by BLOB REFERENCES persons (id),
    prefix TEXT,
    year INTEGER,
    sequence INTEGER,
    days_late INTEGER,
    issuing_unit_id BLOB REFERENCES units (id),
    issued_as TEXT,
    issued_by BLOB REFERENCES persons (id),
    issued_at INTEGER,
    clock_id BLOB REFERENCES clocks (id),
    ended_at INTEGER,
    ended_by BLOB REFERENCES persons (id),
    end_reason TEXT,
    version INTEGER NOT NULL,
    journal_seq INTEGER NOT NULL,
    journal_head TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX supervision_orders_by_request_id_unit_id_ground_cause
    ON supervision_orders (request_id, unit_id, ground, cause);
CREATE UNIQUE INDEX supervision_orders_by_prefix_year_sequence ON supervision_orders (prefix, year, sequence);
CREATE INDEX supervision_orders_by_request_id_id ON supervision_orders (request_id, id);
CREATE INDEX supervision_orders_by_state_id ON supervision_orders (state, id);
CREATE INDEX supervision_orders_by_unit_id_id ON supervision_orders (unit_id, id);
CREATE INDEX supervision_orders_by_year_id ON supervision_orders (year, id);

-- The last number given for each prefix and year. A number that was given is never given again.
CREATE TABLE supervision_numbers (
    prefix TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (prefix, year)
) STRICT;

CREATE TABLE supervision_copies (
    order_id BLOB NOT NULL REFERENCES supervision_orders (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    PRIMARY KEY (order_id, unit_id)
) STRICT;
CREATE INDEX supervision_copies_by_unit_id_order_id ON supervision_copies (unit_id, order_id);

-- Replies, each with what was ruled on it.
CREATE TABLE supervision_replies (
    id BLOB PRIMARY KEY NOT NULL,
    order_id BLOB NOT NULL REFERENCES supervision_orders (id),
    text TEXT NOT NULL,
    replied_by BLOB NOT NULL REFERENCES persons (id),
    replied_at INTEGER NOT NULL,
    accepted INTEGER,
    reason TEXT,
    ruled_by BLOB REFERENCES persons (id),
    ruled_at INTEGER
) STRICT;
CREATE INDEX supervision_replies_by_order_id ON supervision_replies (order_id);

-- The steps of each matter in their order: a reminder, an urging, an order, a talk. A talk is summoned and then held.
CREATE TABLE supervision_steps (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB REFERENCES assignments (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    cycle INTEGER NOT NULL,
    step TEXT NOT NULL,
    order_id BLOB REFERENCES supervision_orders (id),
    words TEXT,
    taken_by BLOB NOT NULL REFERENCES persons (id),
    taken_at INTEGER NOT NULL,
    planned_at INTEGER,
    place TEXT,
    held_at INTEGER,
    outcome TEXT,
    recorded_by BLOB REFERENCES persons (id),
    recorded_at INTEGER
) STRICT;
CREATE INDEX supervision_steps_by_request_id_taken_at ON supervision_steps (request_id, taken_at);

-- Who of the leaders was told of a request beside the route, and by whom; by nobody where filing itself told them.
CREATE TABLE direct_reports (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    to_person_id BLOB NOT NULL REFERENCES persons (id),
    by_person_id BLOB REFERENCES persons (id),
    at INTEGER NOT NULL,
    words TEXT
) STRICT;
CREATE INDEX direct_reports_by_request_id_at ON direct_reports (request_id, at);
CREATE INDEX direct_reports_by_to_person_id_request_id ON direct_reports (to_person_id, request_id);
