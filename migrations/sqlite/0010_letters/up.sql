-- What the worker that sends letters needs to know of a row. The end of a lease is the instant to look at it next.
DROP INDEX outbox_by_state_due_at;
ALTER TABLE outbox DROP COLUMN locked_until;
-- When to look at it next; null when it has come to an end.
ALTER TABLE outbox ADD COLUMN next_at INTEGER;
-- Raised by each claim: who holds an older number has lost the row.
ALTER TABLE outbox ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
-- How often nobody knows whether it arrived.
ALTER TABLE outbox ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0;
-- What the server said.
ALTER TABLE outbox ADD COLUMN answer TEXT;
-- When it was sent, spread or parked.
ALTER TABLE outbox ADD COLUMN ended_at INTEGER;
-- The end of its journal, where somebody put it back by hand.
ALTER TABLE outbox ADD COLUMN journal_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN journal_head TEXT NOT NULL DEFAULT '';

-- What was written while nothing sent letters is not sent now, long after.
UPDATE outbox SET state = 'parked', reason = 'never_sent', ended_at = due_at WHERE state = 'waiting';

CREATE INDEX outbox_by_channel_next_at_id ON outbox (channel, next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_by_recipient_id_request_id_id ON outbox (recipient_id, request_id, id) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_by_state_id ON outbox (state, id);
CREATE INDEX outbox_by_kind_id ON outbox (kind, id);
CREATE INDEX outbox_by_journal_seq ON outbox (id) WHERE journal_seq > 0;
