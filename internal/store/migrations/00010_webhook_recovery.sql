-- +goose Up
-- Recoveries are jobs: a range of a store's failed deliveries or of its missed
-- events, worked through a page at a time. (after_at, after_id) is the last row
-- that was looked at; a timer of kind webhook_recovery carries a running one on.
CREATE TABLE webhook_recoveries (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL, -- recover or replay
  store_id    TEXT NOT NULL,
  env         TEXT NOT NULL,
  endpoint_id TEXT NOT NULL, -- empty: all of the store's
  event_type  TEXT NOT NULL, -- empty: all
  since       BIGINT NOT NULL,
  until       BIGINT NOT NULL, -- the first moment that does not belong to it
  state       TEXT NOT NULL,
  after_at    BIGINT NOT NULL,
  after_id    TEXT NOT NULL,
  found       BIGINT NOT NULL,
  done        BIGINT NOT NULL,
  skipped     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  ended_at    BIGINT NOT NULL -- 0 while it runs
);
CREATE INDEX webhook_recoveries_by_store ON webhook_recoveries (store_id, created_at);

-- +goose Down
DROP TABLE webhook_recoveries;
