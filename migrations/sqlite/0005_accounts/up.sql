-- Accounts under attack: tries that are counted, known addresses, past passwords, resets by mail, one-time codes.

-- Random keys made here when first needed; digests and derived secrets hang on them.
CREATE TABLE server_keys (
    name TEXT PRIMARY KEY NOT NULL,
    key TEXT NOT NULL
) STRICT;

-- How often something was tried, under a keyed digest of what it is: no name and no address stands here.
CREATE TABLE throttles (
    key TEXT PRIMARY KEY NOT NULL,
    name TEXT,
    tries INTEGER NOT NULL,
    locked_until INTEGER,
    forget_at INTEGER NOT NULL
) STRICT;
CREATE INDEX throttles_by_name ON throttles (name) WHERE name IS NOT NULL;
CREATE INDEX throttles_by_forget_at ON throttles (forget_at);

-- From where a person has logged in, as a keyed digest.
CREATE TABLE known_peers (
    person_id BLOB NOT NULL REFERENCES persons (id),
    peer TEXT NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, peer)
) STRICT;
CREATE INDEX known_peers_by_last_at ON known_peers (last_at);

-- Passwords a person had before, which the rules may forbid to take again.
CREATE TABLE past_passwords (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons (id),
    password_hash TEXT NOT NULL
) STRICT;
CREATE INDEX past_passwords_by_person_id_id ON past_passwords (person_id, id);

-- Links to a new password that were asked for: at most one a person.
CREATE TABLE password_resets (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL UNIQUE REFERENCES persons (id),
    token_hash TEXT NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX password_resets_by_expires_at ON password_resets (expires_at);

-- One-time codes (RFC 6238): the secret follows from the id and a server key.
CREATE TABLE totp_enrolments (
    person_id BLOB PRIMARY KEY NOT NULL REFERENCES persons (id),
    id BLOB NOT NULL UNIQUE,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL
) STRICT;

-- What a person gets in again with when the device is lost, each once.
CREATE TABLE recovery_codes (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons (id),
    code_hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX recovery_codes_by_person_id_code_hash ON recovery_codes (person_id, code_hash);
