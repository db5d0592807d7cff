-- Supervision: orders with their replies, copies and numbers, the steps before and after an order, and direct reports.
-- Nothing was ever written into the tables that 0001 laid for this.

DROP TABLE supervision_orders;
DROP TABLE direct_reports;

-- `cause` makes the same draft the same: the clock, or the cycle. The number is given when it is issued.
CREATE TABLE supervision_orders (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid REFERENCES assignments (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    ground text COLLATE "C" NOT NULL,
    cause text COLLATE "C" NOT NULL,
    late_clock text COLLATE "C",
    late_since timestamptz,
    state text COLLATE "C" NOT NULL,
    level text COLLATE "C" NOT NULL,
    matter text COLLATE "C" NOT NULL,
    demand text COLLATE "C" NOT NULL,
    reply_by timestamptz,
    drafted_at timestamptz NOT NULL,
    drafted_by uuid REFERENCES persons (id),
    prefix text COLLATE "C",
    year integer,
    sequence integer,
    days_late integer,
    issuing_unit_id uuid REFERENCES units (id),
    issued_as text COLLATE "C",
    issued_by uuid REFERENCES persons (id),
    issued_at timestamptz,
    clock_id uuid REFERENCES clocks (id),
    ended_at timestamptz,
    ended_by uuid REFERENCES persons (id),
    end_reason text COLLATE "C",
    version integer NOT NULL,
    journal_seq integer NOT NULL,
    journal_head text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX supervision_orders_by_request_id_unit_id_ground_cause
    ON supervision_orders (request_id, unit_id, ground, cause);
CREATE UNIQUE INDEX supervision_orders_by_prefix_year_sequence ON supervision_orders (prefix, year, sequence);
CREATE INDEX supervision_orders_by_request_id_id ON supervision_orders (request_id, id);
CREATE INDEX supervision_orders_by_state_id ON supervision_orders (state, id);
CREATE INDEX supervision_orders_by_unit_id_id ON supervision_orders (unit_id, id);
CREATE INDEX supervision_orders_by_year_id ON supervision_orders (year, id);

-- The last number given for each prefix and year. A number that was given is never given again.
CREATE TABLE supervision_numbers (
    prefix text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (prefix, year)
);

CREATE TABLE supervision_copies (
    order_id uuid NOT NULL REFERENCES supervision_orders (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    PRIMARY KEY (order_id, unit_id)
);
CREATE INDEX supervision_copies_by_unit_id_order_id ON supervision_copies (unit_id, order_id);

-- Replies, each with what was ruled on it.
CREATE TABLE supervision_replies (
    id uuid PRIMARY KEY NOT NULL,
    order_id uuid NOT NULL REFERENCES supervision_orders (id),
    text text COLLATE "C" NOT NULL,
    replied_by uuid NOT NULL REFERENCES persons (id),
    replied_at timestamptz NOT NULL,
    accepted boolean,
    reason text COLLATE "C",
    ruled_by uuid REFERENCES persons (id),
    ruled_at timestamptz
);
CREATE INDEX supervision_replies_by_order_id ON supervision_replies (order_id);

-- The steps of each matter in their order: a reminder, an urging, an order, a talk. A talk is summoned and then held.
CREATE TABLE supervision_steps (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid REFERENCES assignments (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    cycle integer NOT NULL,
    step text COLLATE "C" NOT NULL,
    order_id uuid REFERENCES supervision_orders (id),
    words text COLLATE "C",
    taken_by uuid NOT NULL REFERENCES persons (id),
    taken_at timestamptz NOT NULL,
    planned_at timestamptz,
    place text COLLATE "C",
    held_at timestamptz,
    outcome text COLLATE "C",
    recorded_by uuid REFERENCES persons (id),
    recorded_at timestamptz
);
CREATE INDEX supervision_steps_by_request_id_taken_at ON supervision_steps (request_id, taken_at);

-- Who of the leaders was told of a request beside the route, and by whom; by nobody where filing itself told them.
CREATE TABLE direct_reports (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    to_person_id uuid NOT NULL REFERENCES persons (id),
    by_person_id uuid REFERENCES persons (id),
    at timestamptz NOT NULL,
    words text COLLATE "C"
);
CREATE INDEX direct_reports_by_request_id_at ON direct_reports (request_id, at);
CREATE INDEX direct_reports_by_to_person_id_request_id ON direct_reports (to_person_id, request_id);
