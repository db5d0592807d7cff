-- One a day, sealed by the one before it: what the auditor is mailed, and what the journal is held against.
CREATE TABLE journal_heads (
    number integer PRIMARY KEY NOT NULL,
    -- The day it closes; a first one of many chains is taken in several parts, each a head of its own.
    day date NOT NULL,
    taken_at timestamptz NOT NULL,
    -- Whether it is the day's last.
    closes boolean NOT NULL,
    -- How many chains have moved since the one before it.
    chains integer NOT NULL,
    previous_hash text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL
);
CREATE INDEX journal_heads_by_day ON journal_heads (day);

-- Where a chain ended when a head was taken.
CREATE TABLE journal_head_ends (
    subject_id uuid NOT NULL,
    seq integer NOT NULL,
    head_number integer NOT NULL REFERENCES journal_heads (number),
    hash text COLLATE "C" NOT NULL,
    PRIMARY KEY (subject_id, seq)
);
CREATE INDEX journal_head_ends_by_head_number_subject_id ON journal_head_ends (head_number, subject_id);
