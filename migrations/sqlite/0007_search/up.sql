-- Which requests can be found by their words. The key rises with the time of filing; what has no digest is still to be
-- indexed.
CREATE TABLE search_entries (
    key INTEGER PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    digest TEXT
) STRICT;
CREATE UNIQUE INDEX search_entries_by_request_id ON search_entries (request_id);
CREATE INDEX search_entries_waiting ON search_entries (key) WHERE digest IS NULL;

-- The tokens of each entry: only which entry has which, neither where nor the text.
CREATE VIRTUAL TABLE search_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- Every request there is waits to be indexed; the loop "index requests" does it. See src/db/search.rs for the key.
INSERT INTO search_entries (key, request_id)
SELECT ((filed_at / 1000000) << 20) + row_number() OVER (PARTITION BY filed_at / 1000000 ORDER BY filed_at, id), id
FROM requests;
