-- Who is told what when a light turns, and what was told.

-- From now on `next_at` is when a clock's lights are to be looked at next, of every kind; what time itself ends has its own.
ALTER TABLE clocks ADD COLUMN lapse_at timestamptz;
UPDATE clocks SET lapse_at = next_at WHERE kind IN ('rating_window', 'supplement', 'progress');
-- Each that runs is looked at once.
UPDATE clocks SET next_at = CASE WHEN stopped_at IS NULL AND due_at IS NOT NULL THEN started_at END;
DROP INDEX clocks_by_kind_next_at;
CREATE INDEX clocks_by_kind_lapse_at ON clocks (kind, lapse_at) WHERE lapse_at IS NOT NULL;

-- How many working days a red light lasted: of a row that says that it is over.
ALTER TABLE light_history ADD COLUMN red_days integer;

-- The ladder, as a whole, versioned; the newest holds. `since` says from when each of its steps is known.
CREATE TABLE ladders (
    id uuid PRIMARY KEY NOT NULL,
    version integer NOT NULL UNIQUE,
    document jsonb NOT NULL,
    since jsonb NOT NULL,
    digest text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid REFERENCES persons (id)
);

-- One letter of many alarms to one person: what is told until it is due goes into it.
CREATE TABLE alarm_digests (
    id uuid PRIMARY KEY NOT NULL,
    recipient_id uuid NOT NULL REFERENCES persons (id),
    at_any_hour boolean NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL
);
CREATE INDEX alarm_digests_by_recipient_id_due_at ON alarm_digests (recipient_id, due_at);

-- Each step told to each recipient, once for each due date. The recipient is a person, or a unit in which there is nobody.
CREATE TABLE alarms (
    id uuid PRIMARY KEY NOT NULL,
    clock_id uuid NOT NULL REFERENCES clocks (id),
    request_id uuid NOT NULL REFERENCES requests (id),
    step text COLLATE "C" NOT NULL,
    due_version integer NOT NULL,
    recipient_id uuid NOT NULL,
    due_at timestamptz NOT NULL,
    raised_at timestamptz NOT NULL,
    tell_at timestamptz NOT NULL,
    digest_id uuid REFERENCES alarm_digests (id)
);
CREATE UNIQUE INDEX alarms_by_clock_id_step_recipient_id_due_version
    ON alarms (clock_id, step, recipient_id, due_version);
CREATE INDEX alarms_by_recipient_id_raised_at ON alarms (recipient_id, raised_at) WHERE digest_id IS NULL;
CREATE INDEX alarms_by_digest_id ON alarms (digest_id, tell_at) WHERE digest_id IS NOT NULL;
