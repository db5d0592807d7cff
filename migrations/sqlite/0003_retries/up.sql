-- What acts sent with an Idempotency-Key were answered, for 24 hours: each row is written with the effect of its act.
CREATE TABLE idempotency_keys (
    person_id BLOB NOT NULL REFERENCES persons (id),
    method TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    standing TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    subject_id BLOB,
    status INTEGER NOT NULL,
    version INTEGER,
    location TEXT,
    body BLOB NOT NULL,
    PRIMARY KEY (person_id, method, route, key)
) STRICT;
CREATE INDEX idempotency_keys_by_taken_at ON idempotency_keys (taken_at);
