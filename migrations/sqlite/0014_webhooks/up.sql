-- Since when a notice waits to be handed out to the inboxes of those it is for; null when it was.
ALTER TABLE outbox ADD COLUMN hand_out_at INTEGER;
CREATE INDEX outbox_by_hand_out_at_id ON outbox (hand_out_at, id) WHERE hand_out_at IS NOT NULL;

-- What a person was told, as the application shows it to them.
CREATE TABLE inbox (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons (id),
    notice_id BLOB NOT NULL REFERENCES outbox (id),
    created_at INTEGER NOT NULL,
    read_at INTEGER
) STRICT;
CREATE UNIQUE INDEX inbox_by_notice_id_person_id ON inbox (notice_id, person_id);
CREATE INDEX inbox_by_person_id_id ON inbox (person_id, id);
CREATE INDEX inbox_unread_by_person_id_id ON inbox (person_id, id) WHERE read_at IS NULL;
