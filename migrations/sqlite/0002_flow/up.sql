-- What the acts of the whole flow keep beside what the house was built with.

-- Where a request comes from that the office or a specialist filed for a company: the company confirms it, and an upper
-- level's order brings its own limit.
CREATE TABLE origins (
    request_id BLOB PRIMARY KEY NOT NULL REFERENCES requests (id),
    confirmed_by BLOB REFERENCES persons (id),
    confirmed_at INTEGER,
    limit_at INTEGER
) STRICT;

-- What a specialist filed, newest first.
CREATE INDEX requests_by_filed_by_filed_at_id ON requests (filed_by, filed_at, id);

-- Each change of the units that have a request: by the office itself, or by a granted return.
CREATE TABLE redispatches (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    return_id BLOB REFERENCES returns (id),
    reason TEXT NOT NULL,
    by_person_id BLOB NOT NULL REFERENCES persons (id),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX redispatches_by_request_id ON redispatches (request_id);

-- Since when the present person or section of the unit has it.
ALTER TABLE assignments ADD COLUMN handed_on_at INTEGER;
CREATE INDEX assignments_by_section_id_request_id ON assignments (section_id, request_id) WHERE section_id IS NOT NULL;

-- The other parts that were there when one unit reached the company for several.
ALTER TABLE contacts ADD COLUMN joint_with TEXT CHECK (json_valid(joint_with));

-- Convened before it is held.
ALTER TABLE joint_meetings ADD COLUMN planned_at INTEGER;
ALTER TABLE joint_meetings ADD COLUMN agenda TEXT;
ALTER TABLE joint_meetings ADD COLUMN dates TEXT CHECK (json_valid(dates));

-- One role's word on an extension, in the order of the promise book.
CREATE TABLE extension_rulings (
    id BLOB PRIMARY KEY NOT NULL,
    extension_id BLOB NOT NULL REFERENCES extensions (id),
    request_id BLOB NOT NULL REFERENCES requests (id),
    role TEXT NOT NULL,
    granted INTEGER NOT NULL,
    reason TEXT NOT NULL,
    ruled_by BLOB NOT NULL REFERENCES persons (id),
    ruled_at INTEGER NOT NULL
) STRICT;
CREATE INDEX extension_rulings_by_extension_id ON extension_rulings (extension_id);
CREATE INDEX extension_rulings_by_request_id ON extension_rulings (request_id);

-- The company wants to take back what units have; the office calls.
CREATE TABLE withdrawals (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    asked_by BLOB NOT NULL REFERENCES persons (id),
    asked_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    ruled_by BLOB REFERENCES persons (id),
    ruled_at INTEGER,
    confirmed INTEGER,
    words TEXT
) STRICT;
CREATE INDEX withdrawals_by_request_id ON withdrawals (request_id);

-- A first report of where it stands, where a city promises one.
CREATE TABLE preliminary_reports (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    public_text TEXT NOT NULL,
    reported_by BLOB NOT NULL REFERENCES persons (id),
    reported_at INTEGER NOT NULL
) STRICT;
CREATE INDEX preliminary_reports_by_request_id ON preliminary_reports (request_id);

-- Who was charged for the red of a clock the company was shown, written when that clock stops.
CREATE TABLE charges (
    id BLOB PRIMARY KEY NOT NULL,
    clock_id BLOB NOT NULL REFERENCES clocks (id),
    request_id BLOB NOT NULL REFERENCES requests (id),
    party TEXT NOT NULL,
    unit_id BLOB REFERENCES units (id),
    working_seconds INTEGER NOT NULL,
    stopped_at INTEGER NOT NULL
) STRICT;
CREATE INDEX charges_by_clock_id ON charges (clock_id);
CREATE INDEX charges_by_request_id ON charges (request_id);
CREATE INDEX charges_by_unit_id_stopped_at ON charges (unit_id, stopped_at);

-- What time alone does next, by kind of clock.
CREATE INDEX clocks_by_kind_next_at ON clocks (kind, next_at) WHERE next_at IS NOT NULL;

-- A call-back is ruled on once, but a cycle may have several: what was explained may be rated badly afterwards.
DROP INDEX callbacks_by_request_id_cycle;
CREATE INDEX callbacks_by_request_id_cycle ON callbacks (request_id, cycle);
