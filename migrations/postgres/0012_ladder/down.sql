DROP TABLE alarms;
DROP TABLE alarm_digests;
DROP TABLE ladders;
ALTER TABLE light_history DROP COLUMN red_days;
DROP INDEX clocks_by_kind_lapse_at;
UPDATE clocks SET next_at = lapse_at WHERE kind IN ('rating_window', 'supplement', 'progress');
ALTER TABLE clocks DROP COLUMN lapse_at;
CREATE INDEX clocks_by_kind_next_at ON clocks (kind, next_at) WHERE next_at IS NOT NULL;
