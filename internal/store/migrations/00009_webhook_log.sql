-- +goose Up
-- The log of deliveries: what it is searched by, and what keeps it bounded.

-- Each index is paid for by the sale that writes the delivery, so there are two
-- that every delivery enters, and two that only those enter that went wrong.
-- An endpoint and a subject belong to one store and environment; leading with
-- these as well made the write of a delivery half again as dear, without them
-- it costs a quarter more. What else is filtered by is looked for in one of
-- these and in webhook_deliveries_by_store, a bounded number of rows at a time.
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, created_at);
CREATE INDEX webhook_deliveries_by_subject ON webhook_deliveries (subject, created_at) WHERE subject <> '';
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (store_id, env, created_at) WHERE state = 'failed';
CREATE INDEX webhook_deliveries_troubled ON webhook_deliveries (store_id, env, created_at) WHERE last_class <> '';

-- A live event of a store that was not approved is kept and not sent; this is
-- how it differs from one that nobody asked for.
ALTER TABLE events ADD COLUMN withheld BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE events SET withheld = TRUE WHERE env = 'prod' AND deliveries = 0
  AND store_id IN (SELECT id FROM stores WHERE prod_enabled = FALSE);

-- One row. What was made before the horizon may have been deleted by age or
-- size: that deliveries of then are missing proves nothing.
CREATE TABLE webhook_log (
  id      TEXT PRIMARY KEY,
  horizon BIGINT NOT NULL
);
INSERT INTO webhook_log (id, horizon) VALUES ('1', 0);

-- What the log holds, by the hour in which deliveries were made, counted some
-- time after the fact and never by the sale.
CREATE TABLE webhook_log_hours (
  starts_at  BIGINT PRIMARY KEY,
  deliveries BIGINT NOT NULL,
  bytes      BIGINT NOT NULL
);

-- How far a store's deliveries are counted: each pass goes on behind the row
-- of that time and id.
CREATE TABLE webhook_log_marks (
  store_id TEXT NOT NULL,
  env      TEXT NOT NULL,
  pass     TEXT NOT NULL,
  at       BIGINT NOT NULL,
  id       TEXT NOT NULL,
  PRIMARY KEY (store_id, env, pass)
);

-- +goose Down
DROP TABLE webhook_log_marks;
DROP TABLE webhook_log_hours;
DROP TABLE webhook_log;
ALTER TABLE events DROP COLUMN withheld;
DROP INDEX webhook_deliveries_troubled;
DROP INDEX webhook_deliveries_failed;
DROP INDEX webhook_deliveries_by_subject;
DROP INDEX webhook_deliveries_by_endpoint;
