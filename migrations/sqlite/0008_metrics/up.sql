-- What Prometheus is told of open clocks and of the outbox is counted on these alone.
CREATE INDEX clocks_by_disputed_due_at_warn_at ON clocks (disputed, due_at, warn_at) WHERE stopped_at IS NULL;
CREATE INDEX outbox_by_state_created_at ON outbox (state, created_at);
