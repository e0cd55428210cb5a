-- +goose Up
-- Payment intents and the transactions that they become (spec/waypay.md). A
-- reference belongs to one intent of a store and environment for ever. customer
-- and what came with the reference are JSON, '' where there is none.
CREATE TABLE payment_intents (
  id             TEXT PRIMARY KEY,
  transaction_id TEXT   NOT NULL,
  txn_ref        TEXT   NOT NULL,
  store_id       TEXT   NOT NULL,
  env            TEXT   NOT NULL,
  order_ref      TEXT   NOT NULL,
  order_extra    TEXT   NOT NULL,
  currency       TEXT   NOT NULL,
  amount         BIGINT NOT NULL,
  description    TEXT   NOT NULL,
  customer       TEXT   NOT NULL,
  purpose        TEXT   NOT NULL,
  preferred      TEXT   NOT NULL,
  metadata       TEXT   NOT NULL,
  callback_url   TEXT   NOT NULL,
  callback_id    TEXT   NOT NULL,
  token          TEXT   NOT NULL,
  status         TEXT   NOT NULL,
  status_before  TEXT   NOT NULL,
  reason         TEXT   NOT NULL,
  session_id     TEXT   NOT NULL,
  payment_id     TEXT   NOT NULL, -- '' until it is paid
  method         TEXT   NOT NULL,
  version        BIGINT NOT NULL,
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL,
  expires_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX payment_intents_reference ON payment_intents (store_id, env, order_ref);
CREATE UNIQUE INDEX payment_intents_transaction ON payment_intents (transaction_id);
CREATE UNIQUE INDEX payment_intents_txn_ref ON payment_intents (txn_ref);
CREATE UNIQUE INDEX payment_intents_session ON payment_intents (session_id);
CREATE INDEX payment_intents_payment ON payment_intents (payment_id) WHERE payment_id <> '';

-- +goose Down
DROP TABLE payment_intents;
