-- Accounts under attack: tries that are counted, known addresses, past passwords, resets by mail, one-time codes.

-- Random keys made here when first needed; digests and derived secrets hang on them.
CREATE TABLE server_keys (
    name text COLLATE "C" PRIMARY KEY NOT NULL,
    key text COLLATE "C" NOT NULL
);

-- How often something was tried, under a keyed digest of what it is: no name and no address stands here.
CREATE TABLE throttles (
    key text COLLATE "C" PRIMARY KEY NOT NULL,
    name text COLLATE "C",
    tries integer NOT NULL,
    locked_until timestamptz,
    forget_at timestamptz NOT NULL
);
CREATE INDEX throttles_by_name ON throttles (name) WHERE name IS NOT NULL;
CREATE INDEX throttles_by_forget_at ON throttles (forget_at);

-- From where a person has logged in, as a keyed digest.
CREATE TABLE known_peers (
    person_id uuid NOT NULL REFERENCES persons (id),
    peer text COLLATE "C" NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, peer)
);
CREATE INDEX known_peers_by_last_at ON known_peers (last_at);

-- Passwords a person had before, which the rules may forbid to take again.
CREATE TABLE past_passwords (
    id uuid PRIMARY KEY NOT NULL,
    person_id uuid NOT NULL REFERENCES persons (id),
    password_hash text COLLATE "C" NOT NULL
);
CREATE INDEX past_passwords_by_person_id_id ON past_passwords (person_id, id);

-- Links to a new password that were asked for: at most one a person.
CREATE TABLE password_resets (
    id uuid PRIMARY KEY NOT NULL,
    person_id uuid NOT NULL UNIQUE REFERENCES persons (id),
    token_hash text COLLATE "C" NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_resets_by_expires_at ON password_resets (expires_at);

-- One-time codes (RFC 6238): the secret follows from the id and a server key.
CREATE TABLE totp_enrolments (
    person_id uuid PRIMARY KEY NOT NULL REFERENCES persons (id),
    id uuid NOT NULL UNIQUE,
    confirmed_at timestamptz,
    last_step bigint NOT NULL
);

-- What a person gets in again with when the device is lost, each once.
CREATE TABLE recovery_codes (
    id uuid PRIMARY KEY NOT NULL,
    person_id uuid NOT NULL REFERENCES persons (id),
    code_hash text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX recovery_codes_by_person_id_code_hash ON recovery_codes (person_id, code_hash);
