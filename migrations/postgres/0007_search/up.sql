-- Which requests can be found by their words. The key rises with the time of filing; what has no digest is still to be
-- indexed.
CREATE TABLE search_entries (
    key BIGINT PRIMARY KEY,
    request_id UUID NOT NULL REFERENCES requests (id),
    digest TEXT COLLATE "C"
);
CREATE UNIQUE INDEX search_entries_by_request_id ON search_entries (request_id);
CREATE INDEX search_entries_waiting ON search_entries (key) WHERE digest IS NULL;

-- The tokens of each entry: only which entry has which, neither where nor the text. They are kept apart from the row, so
-- that thousands of hits lie on few pages.
CREATE TABLE search_words (
    key BIGINT PRIMARY KEY,
    words TSVECTOR NOT NULL
) WITH (toast_tuple_target = 128);
-- What waits to be put into the index is read by every search: little waits.
CREATE INDEX search_words_by_words ON search_words USING gin (words) WITH (gin_pending_list_limit = 256);

-- Every request there is waits to be indexed; the loop "index requests" does it. See src/db/search.rs for the key.
INSERT INTO search_entries (key, request_id)
SELECT (floor(extract(epoch FROM filed_at))::bigint << 20)
    + row_number() OVER (PARTITION BY floor(extract(epoch FROM filed_at)) ORDER BY filed_at, id), id
FROM requests;
