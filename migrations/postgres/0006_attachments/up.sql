-- The table of 0001 was never written to.
DROP TABLE attachments;

-- A file. It is attached to a request, or to nothing yet; its bytes lie in the store of objects.
CREATE TABLE attachments (
    id uuid PRIMARY KEY NOT NULL,
    uploaded_by uuid NOT NULL REFERENCES persons (id),
    uploaded_at timestamptz NOT NULL,
    name text COLLATE "C" NOT NULL,
    file_type text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    request_id uuid REFERENCES requests (id),
    place text COLLATE "C",
    subject_id uuid,
    attached_at timestamptz
);
CREATE INDEX attachments_by_request_id ON attachments (request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX attachments_waiting_by_uploaded_by ON attachments (uploaded_by, id) WHERE request_id IS NULL;
CREATE INDEX attachments_waiting_by_uploaded_at ON attachments (uploaded_at, id) WHERE request_id IS NULL;
