-- Who is told what when a light turns, and what was told.

-- From now on `next_at` is when a clock's lights are to be looked at next, of every kind; what time itself ends has its own.
ALTER TABLE clocks ADD COLUMN lapse_at INTEGER;
UPDATE clocks SET lapse_at = next_at WHERE kind IN ('rating_window', 'supplement', 'progress');
-- Each that runs is looked at once.
UPDATE clocks SET next_at = CASE WHEN stopped_at IS NULL AND due_at IS NOT NULL THEN started_at END;
DROP INDEX clocks_by_kind_next_at;
CREATE INDEX clocks_by_kind_lapse_at ON clocks (kind, lapse_at) WHERE lapse_at IS NOT NULL;

-- How many working days a red light lasted: of a row that says that it is over.
ALTER TABLE light_history ADD COLUMN red_days INTEGER;

-- The ladder, as a whole, versioned; the newest holds. `since` says from when each of its steps is known.
CREATE TABLE ladders (
    id BLOB PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL UNIQUE,
    document TEXT NOT NULL CHECK (json_valid(document)),
    since TEXT NOT NULL CHECK (json_valid(since)),
    digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB REFERENCES persons (id)
) STRICT;

-- One letter of many alarms to one person: what is told until it is due goes into it.
CREATE TABLE alarm_digests (
    id BLOB PRIMARY KEY NOT NULL,
    recipient_id BLOB NOT NULL REFERENCES persons (id),
    at_any_hour INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX alarm_digests_by_recipient_id_due_at ON alarm_digests (recipient_id, due_at);

-- Each step told to each recipient, once for each due date. The recipient is a person, or a unit in which there is nobody.
CREATE TABLE alarms (
    id BLOB PRIMARY KEY NOT NULL,
    clock_id BLOB NOT NULL REFERENCES clocks (id),
    request_id BLOB NOT NULL REFERENCES requests (id),
    step TEXT NOT NULL,
    due_version INTEGER NOT NULL,
    recipient_id BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    tell_at INTEGER NOT NULL,
    digest_id BLOB REFERENCES alarm_digests (id)
) STRICT;
CREATE UNIQUE INDEX alarms_by_clock_id_step_recipient_id_due_version
    ON alarms (clock_id, step, recipient_id, due_version);
CREATE INDEX alarms_by_recipient_id_raised_at ON alarms (recipient_id, raised_at) WHERE digest_id IS NULL;
CREATE INDEX alarms_by_digest_id ON alarms (digest_id, tell_at) WHERE digest_id IS NOT NULL;
