-- One a day, sealed by the one before it: what the auditor is mailed, and what the journal is held against.
CREATE TABLE journal_heads (
    number INTEGER PRIMARY KEY NOT NULL,
    -- The day it closes; a first one of many chains is taken in several parts, each a head of its own.
    day TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    -- Whether it is the day's last.
    closes INTEGER NOT NULL,
    -- How many chains have moved since the one before it.
    chains INTEGER NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX journal_heads_by_day ON journal_heads (day);

-- Where a chain ended when a head was taken.
CREATE TABLE journal_head_ends (
    subject_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    head_number INTEGER NOT NULL REFERENCES journal_heads (number),
    hash TEXT NOT NULL,
    PRIMARY KEY (subject_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_head_ends_by_head_number_subject_id ON journal_head_ends (head_number, subject_id);
