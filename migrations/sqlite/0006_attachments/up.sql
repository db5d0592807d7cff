-- The table of 0001 was never written to.
DROP TABLE attachments;

-- A file. It is attached to a request, or to nothing yet; its bytes lie in the store of objects.
CREATE TABLE attachments (
    id BLOB PRIMARY KEY NOT NULL,
    uploaded_by BLOB NOT NULL REFERENCES persons (id),
    uploaded_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    file_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    request_id BLOB REFERENCES requests (id),
    place TEXT,
    subject_id BLOB,
    attached_at INTEGER
) STRICT;
CREATE INDEX attachments_by_request_id ON attachments (request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX attachments_waiting_by_uploaded_by ON attachments (uploaded_by, id) WHERE request_id IS NULL;
CREATE INDEX attachments_waiting_by_uploaded_at ON attachments (uploaded_at, id) WHERE request_id IS NULL;
