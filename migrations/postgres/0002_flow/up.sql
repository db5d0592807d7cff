-- What the acts of the whole flow keep beside what the house was built with.

-- Where a request comes from that the office or a specialist filed for a company: the company confirms it, and an upper
-- level's order brings its own limit.
CREATE TABLE origins (
    request_id uuid PRIMARY KEY NOT NULL REFERENCES requests (id),
    confirmed_by uuid REFERENCES persons (id),
    confirmed_at timestamptz,
    limit_at timestamptz
);

-- What a specialist filed, newest first.
CREATE INDEX requests_by_filed_by_filed_at_id ON requests (filed_by, filed_at, id);

-- Each change of the units that have a request: by the office itself, or by a granted return.
CREATE TABLE redispatches (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    return_id uuid REFERENCES returns (id),
    reason text COLLATE "C" NOT NULL,
    by_person_id uuid NOT NULL REFERENCES persons (id),
    at timestamptz NOT NULL
);
CREATE INDEX redispatches_by_request_id ON redispatches (request_id);

-- Since when the present person or section of the unit has it.
ALTER TABLE assignments ADD COLUMN handed_on_at timestamptz;
CREATE INDEX assignments_by_section_id_request_id ON assignments (section_id, request_id) WHERE section_id IS NOT NULL;

-- The other parts that were there when one unit reached the company for several.
ALTER TABLE contacts ADD COLUMN joint_with jsonb;

-- Convened before it is held.
ALTER TABLE joint_meetings ADD COLUMN planned_at timestamptz;
ALTER TABLE joint_meetings ADD COLUMN agenda text COLLATE "C";
ALTER TABLE joint_meetings ADD COLUMN dates jsonb;

-- One role's word on an extension, in the order of the promise book.
CREATE TABLE extension_rulings (
    id uuid PRIMARY KEY NOT NULL,
    extension_id uuid NOT NULL REFERENCES extensions (id),
    request_id uuid NOT NULL REFERENCES requests (id),
    role text COLLATE "C" NOT NULL,
    granted boolean NOT NULL,
    reason text COLLATE "C" NOT NULL,
    ruled_by uuid NOT NULL REFERENCES persons (id),
    ruled_at timestamptz NOT NULL
);
CREATE INDEX extension_rulings_by_extension_id ON extension_rulings (extension_id);
CREATE INDEX extension_rulings_by_request_id ON extension_rulings (request_id);

-- The company wants to take back what units have; the office calls.
CREATE TABLE withdrawals (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    asked_by uuid NOT NULL REFERENCES persons (id),
    asked_at timestamptz NOT NULL,
    reason text COLLATE "C" NOT NULL,
    ruled_by uuid REFERENCES persons (id),
    ruled_at timestamptz,
    confirmed boolean,
    words text COLLATE "C"
);
CREATE INDEX withdrawals_by_request_id ON withdrawals (request_id);

-- A first report of where it stands, where a city promises one.
CREATE TABLE preliminary_reports (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    public_text text COLLATE "C" NOT NULL,
    reported_by uuid NOT NULL REFERENCES persons (id),
    reported_at timestamptz NOT NULL
);
CREATE INDEX preliminary_reports_by_request_id ON preliminary_reports (request_id);

-- Who was charged for the red of a clock the company was shown, written when that clock stops.
CREATE TABLE charges (
    id uuid PRIMARY KEY NOT NULL,
    clock_id uuid NOT NULL REFERENCES clocks (id),
    request_id uuid NOT NULL REFERENCES requests (id),
    party text COLLATE "C" NOT NULL,
    unit_id uuid REFERENCES units (id),
    working_seconds bigint NOT NULL,
    stopped_at timestamptz NOT NULL
);
CREATE INDEX charges_by_clock_id ON charges (clock_id);
CREATE INDEX charges_by_request_id ON charges (request_id);
CREATE INDEX charges_by_unit_id_stopped_at ON charges (unit_id, stopped_at);

-- What time alone does next, by kind of clock.
CREATE INDEX clocks_by_kind_next_at ON clocks (kind, next_at) WHERE next_at IS NOT NULL;

-- A call-back is ruled on once, but a cycle may have several: what was explained may be rated badly afterwards.
DROP INDEX callbacks_by_request_id_cycle;
CREATE INDEX callbacks_by_request_id_cycle ON callbacks (request_id, cycle);
