-- Since when a notice waits to be handed out to the inboxes of those it is for; null when it was.
ALTER TABLE outbox ADD COLUMN hand_out_at timestamptz;
CREATE INDEX outbox_by_hand_out_at_id ON outbox (hand_out_at, id) WHERE hand_out_at IS NOT NULL;

-- What a person was told, as the application shows it to them.
CREATE TABLE inbox (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES persons (id),
    notice_id uuid NOT NULL REFERENCES outbox (id),
    created_at timestamptz NOT NULL,
    read_at timestamptz
);
CREATE UNIQUE INDEX inbox_by_notice_id_person_id ON inbox (notice_id, person_id);
CREATE INDEX inbox_by_person_id_id ON inbox (person_id, id);
CREATE INDEX inbox_unread_by_person_id_id ON inbox (person_id, id) WHERE read_at IS NULL;
