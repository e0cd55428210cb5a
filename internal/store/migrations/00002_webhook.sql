-- +goose Up
-- Endpoints, deliveries and attempts of the delivery engine. Nothing here
-- refers to the core's tables: the engine knows stores and events by id only.

CREATE TABLE webhook_endpoints (
  id         TEXT PRIMARY KEY,
  store_id   TEXT NOT NULL,
  env        TEXT NOT NULL,
  dialect    TEXT NOT NULL,
  channel    TEXT NOT NULL,
  url        TEXT NOT NULL,
  events     TEXT NOT NULL, -- JSON list of names
  secret     BYTEA NOT NULL, -- sealed; empty when there is none
  state      TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_by_store ON webhook_endpoints (store_id, env, created_at);

-- endpoint_id may name an endpoint that has been removed: reports join the
-- endpoint from the left and show none. wake_at is the wall time at which the
-- row may be claimed: when it is due or, while lease_owner holds it, when that
-- lease ends; 0 once the delivery is over, which takes it out of the index.
CREATE TABLE webhook_deliveries (
  id          TEXT PRIMARY KEY,
  queue_id    TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,
  store_id    TEXT NOT NULL,
  env         TEXT NOT NULL,
  channel     TEXT NOT NULL,
  event_id    TEXT NOT NULL,
  event_type  TEXT NOT NULL,
  event_key   TEXT NOT NULL,
  scheme      TEXT NOT NULL,
  key_name    TEXT NOT NULL,
  schedule    TEXT NOT NULL,
  state       TEXT NOT NULL,
  attempts    BIGINT NOT NULL,
  wake_at     BIGINT NOT NULL,
  lease_owner TEXT NOT NULL,
  last_at     BIGINT NOT NULL,
  last_status BIGINT NOT NULL,
  last_class  TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  url         TEXT NOT NULL,
  headers     TEXT NOT NULL, -- JSON list of name and value
  body        BYTEA NOT NULL
);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (queue_id, wake_at) WHERE wake_at > 0;
CREATE INDEX webhook_deliveries_by_store ON webhook_deliveries (store_id, env, created_at);
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event_id);

-- An attempt is known by its start, not by its number: two nodes may both make
-- "the third" when a lease lapsed under one of them, and both are logged.
CREATE TABLE webhook_attempts (
  delivery_id   TEXT NOT NULL,
  started_at    BIGINT NOT NULL,
  number        BIGINT NOT NULL,
  status        BIGINT NOT NULL,
  class         TEXT NOT NULL,
  reason        TEXT NOT NULL,
  url           TEXT NOT NULL, -- where it went; the endpoint may have changed since
  address       TEXT NOT NULL,
  connected_us  BIGINT NOT NULL,
  secured_us    BIGINT NOT NULL,
  first_byte_us BIGINT NOT NULL,
  total_us      BIGINT NOT NULL,
  response      BYTEA NOT NULL,
  PRIMARY KEY (delivery_id, started_at)
);

-- +goose Down
DROP TABLE webhook_attempts;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_endpoints;
