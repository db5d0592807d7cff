DROP TABLE attachments;
CREATE TABLE attachments (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB REFERENCES requests (id),
    uploaded_by BLOB NOT NULL REFERENCES persons (id),
    uploaded_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    audience TEXT NOT NULL
) STRICT;
CREATE INDEX attachments_by_request_id ON attachments (request_id);
