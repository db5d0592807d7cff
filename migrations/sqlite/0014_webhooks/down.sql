DROP TABLE inbox;
DROP INDEX outbox_by_hand_out_at_id;
ALTER TABLE outbox DROP COLUMN hand_out_at;
