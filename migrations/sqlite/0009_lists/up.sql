-- What one filter alone asks for, newest first.
CREATE INDEX requests_by_kind_filed_at_id ON requests (kind, filed_at, id);
CREATE INDEX requests_by_urgency_filed_at_id ON requests (urgency, filed_at, id);
CREATE INDEX requests_by_channel_filed_at_id ON requests (channel, filed_at, id);

-- The lights of what was handed on to a section.
CREATE INDEX assignments_by_section_id_due_at ON assignments (section_id, due_at) WHERE section_id IS NOT NULL AND due_at IS NOT NULL;
CREATE INDEX assignments_by_section_id_warn_at ON assignments (section_id, warn_at) WHERE section_id IS NOT NULL AND warn_at IS NOT NULL;
