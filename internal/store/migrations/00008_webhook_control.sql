-- +goose Up
-- Order within a subject, and what merchants are told of their endpoints.

-- At most one ordered delivery of an endpoint and subject is awake.
CREATE UNIQUE INDEX webhook_deliveries_head ON webhook_deliveries (endpoint_id, subject) WHERE ordered AND wake_at > 0;
-- Who sleeps behind it, the earliest version first.
CREATE INDEX webhook_deliveries_sleeping ON webhook_deliveries (endpoint_id, subject, subject_version, created_at)
  WHERE ordered AND state = 'pending' AND wake_at = 0;

-- level is per cent of the span to disabling; since is when the failing began
-- or, for other reasons, when the endpoint was disabled.
CREATE TABLE webhook_notices (
  id          TEXT PRIMARY KEY,
  endpoint_id TEXT NOT NULL,
  store_id    TEXT NOT NULL,
  env         TEXT NOT NULL,
  reason      TEXT NOT NULL,
  level       BIGINT NOT NULL,
  since       BIGINT NOT NULL,
  at          BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhook_notices_once ON webhook_notices (endpoint_id, since, level);
CREATE INDEX webhook_notices_by_store ON webhook_notices (store_id, env, at);

-- +goose Down
DROP TABLE webhook_notices;
DROP INDEX webhook_deliveries_sleeping;
DROP INDEX webhook_deliveries_head;
