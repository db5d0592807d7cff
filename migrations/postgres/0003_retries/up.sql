-- What acts sent with an Idempotency-Key were answered, for 24 hours: each row is written with the effect of its act.
CREATE TABLE idempotency_keys (
    person_id uuid NOT NULL REFERENCES persons (id),
    method text COLLATE "C" NOT NULL,
    route text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    standing text COLLATE "C" NOT NULL,
    taken_at timestamptz NOT NULL,
    subject_id uuid,
    status integer NOT NULL,
    version integer,
    location text COLLATE "C",
    body bytea NOT NULL,
    PRIMARY KEY (person_id, method, route, key)
);
CREATE INDEX idempotency_keys_by_taken_at ON idempotency_keys (taken_at);
