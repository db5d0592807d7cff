DROP TABLE attachments;
CREATE TABLE attachments (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid REFERENCES requests (id),
    uploaded_by uuid NOT NULL REFERENCES persons (id),
    uploaded_at timestamptz NOT NULL,
    name text COLLATE "C" NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL
);
CREATE INDEX attachments_by_request_id ON attachments (request_id);
