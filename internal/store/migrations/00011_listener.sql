-- +goose Up
-- The sweep finds listeners that nobody connected for a day.
CREATE INDEX webhook_endpoints_listeners ON webhook_endpoints (used_at) WHERE channel = 'listener';

-- +goose Down
DROP INDEX webhook_endpoints_listeners;
