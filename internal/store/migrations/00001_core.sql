-- +goose Up
-- The core's tables. Times are microseconds since 1970 in UTC, 0 where there is
-- none; money is in minor units of the currency beside it; JSON is opaque text.

CREATE TABLE merchants (
  id         TEXT PRIMARY KEY,
  email      TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE stores (
  id            TEXT PRIMARY KEY,
  slug          TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  status        TEXT NOT NULL,
  logo          TEXT NOT NULL,
  support_email TEXT NOT NULL,
  website       TEXT NOT NULL,
  prod_enabled  BOOLEAN NOT NULL,
  late_capture  TEXT NOT NULL,
  notifications TEXT NOT NULL,
  checkout      TEXT NOT NULL,
  version       BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  deleted_at    BIGINT NOT NULL
);

CREATE TABLE store_merchants (
  store_id    TEXT NOT NULL,
  merchant_id TEXT NOT NULL,
  role        TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (store_id, merchant_id)
);
CREATE INDEX store_merchants_by_merchant ON store_merchants (merchant_id);

CREATE TABLE products (
  id           TEXT PRIMARY KEY,
  store_id     TEXT NOT NULL,
  test_version TEXT NOT NULL,
  prod_version TEXT NOT NULL,
  test_status  TEXT NOT NULL,
  prod_status  TEXT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL
);
CREATE INDEX products_by_store ON products (store_id, created_at);

CREATE TABLE product_versions (
  id          TEXT PRIMARY KEY,
  product_id  TEXT NOT NULL,
  number      BIGINT NOT NULL,
  name        TEXT NOT NULL,
  description TEXT NOT NULL,
  prices      TEXT NOT NULL,
  media       TEXT NOT NULL,
  success_url TEXT NOT NULL,
  metadata    TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  UNIQUE (product_id, number)
);

CREATE TABLE checkout_sessions (
  id           TEXT PRIMARY KEY,
  store_id     TEXT NOT NULL,
  env          TEXT NOT NULL,
  product_id   TEXT NOT NULL,
  version_id   TEXT NOT NULL,
  status       TEXT NOT NULL,
  currency     TEXT NOT NULL,
  price        BIGINT NOT NULL,
  tax_category TEXT NOT NULL,
  buyer_email  TEXT NOT NULL,
  identity     TEXT NOT NULL,
  billing      TEXT NOT NULL,
  success_url  TEXT NOT NULL,
  language     TEXT NOT NULL,
  dark_mode    BOOLEAN,
  metadata     TEXT NOT NULL,
  external_id  TEXT NOT NULL,
  methods      TEXT NOT NULL,
  order_id     TEXT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  completed_at BIGINT NOT NULL
);

CREATE TABLE orders (
  id           TEXT PRIMARY KEY,
  store_id     TEXT NOT NULL,
  env          TEXT NOT NULL,
  session_id   TEXT NOT NULL UNIQUE,
  product_id   TEXT NOT NULL,
  version_id   TEXT NOT NULL,
  status       TEXT NOT NULL,
  buyer_email  TEXT NOT NULL,
  identity     TEXT NOT NULL,
  currency     TEXT NOT NULL,
  subtotal     BIGINT NOT NULL,
  tax          BIGINT NOT NULL,
  total        BIGINT NOT NULL,
  tax_name     TEXT NOT NULL,
  tax_rate     BIGINT NOT NULL, -- millionths
  tax_category TEXT NOT NULL,
  billing      TEXT NOT NULL,
  success_url  TEXT NOT NULL,
  metadata     TEXT NOT NULL,
  external_id  TEXT NOT NULL,
  payment_id   TEXT NOT NULL,
  turn         BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  completed_at BIGINT NOT NULL,
  canceled_at  BIGINT NOT NULL
);
CREATE INDEX orders_by_store ON orders (store_id, env, created_at);

CREATE TABLE payments (
  id           TEXT PRIMARY KEY,
  store_id     TEXT NOT NULL,
  env          TEXT NOT NULL,
  order_id     TEXT NOT NULL,
  status       TEXT NOT NULL,
  method       TEXT NOT NULL,
  connector    TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount       BIGINT NOT NULL,
  tax          BIGINT NOT NULL,
  charged      BIGINT NOT NULL,
  refunded     BIGINT NOT NULL,
  refunding    BIGINT NOT NULL,
  brand        TEXT NOT NULL,
  last4        TEXT NOT NULL,
  expiry_month BIGINT NOT NULL,
  expiry_year  BIGINT NOT NULL,
  failure      TEXT NOT NULL,
  external_id  TEXT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  paid_at      BIGINT NOT NULL
);
CREATE INDEX payments_by_order ON payments (order_id);
CREATE INDEX payments_by_store ON payments (store_id, env, created_at);

CREATE TABLE attempts (
  id          TEXT PRIMARY KEY,
  store_id    TEXT NOT NULL,
  env         TEXT NOT NULL,
  payment_id  TEXT NOT NULL,
  order_id    TEXT NOT NULL,
  turn        BIGINT NOT NULL, -- 1, 2, … within the order
  number      BIGINT NOT NULL, -- 1, 2, … within the payment
  connector   TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  state       TEXT NOT NULL,
  currency    TEXT NOT NULL,
  amount      BIGINT NOT NULL,
  captured    BIGINT NOT NULL,
  captured_in TEXT NOT NULL,   -- currency; differs only when a provider errs
  reason      TEXT NOT NULL,
  decline     TEXT NOT NULL,
  message     TEXT NOT NULL,
  action      TEXT NOT NULL,
  visitor     TEXT NOT NULL,
  called_at   BIGINT NOT NULL,
  resolved_at BIGINT NOT NULL,
  watch_until BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  UNIQUE (order_id, turn)
);
CREATE INDEX attempts_by_payment ON attempts (payment_id, number);

CREATE TABLE refunds (
  id          TEXT PRIMARY KEY,
  store_id    TEXT NOT NULL,
  env         TEXT NOT NULL,
  payment_id  TEXT NOT NULL,
  attempt_id  TEXT NOT NULL,
  origin      TEXT NOT NULL,
  state       TEXT NOT NULL,
  connector   TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  currency    TEXT NOT NULL,
  amount      BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  done_at     BIGINT NOT NULL
);
CREATE INDEX refunds_by_payment ON refunds (payment_id);

CREATE TABLE ledger_transactions (
  kind       TEXT NOT NULL,
  fact_id    TEXT NOT NULL,
  store_id   TEXT NOT NULL,
  env        TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (fact_id, kind)
);
CREATE INDEX ledger_transactions_by_store ON ledger_transactions (store_id, env, created_at);

CREATE TABLE ledger_entries (
  fact_id  TEXT NOT NULL,
  kind     TEXT NOT NULL,
  line     BIGINT NOT NULL,
  store_id TEXT NOT NULL,
  env      TEXT NOT NULL,
  account  TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount   BIGINT NOT NULL, -- debit positive, credit negative
  PRIMARY KEY (fact_id, kind, line)
);

CREATE TABLE events (
  id         TEXT PRIMARY KEY,
  store_id   TEXT NOT NULL,
  env        TEXT NOT NULL,
  type       TEXT NOT NULL,
  event_key  TEXT NOT NULL,
  snapshot   TEXT NOT NULL,
  deliveries BIGINT NOT NULL, -- how many it was born with
  created_at BIGINT NOT NULL,
  UNIQUE (store_id, env, type, event_key)
);
CREATE INDEX events_by_store ON events (store_id, env, created_at);

CREATE TABLE idempotency_keys (
  scope      TEXT NOT NULL,
  key_value  TEXT NOT NULL,
  status     BIGINT NOT NULL, -- 0 while claimed in an open transaction
  answer     BYTEA,           -- sealed
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (scope, key_value)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

CREATE TABLE timers (
  kind        TEXT NOT NULL,
  subject     TEXT NOT NULL,
  store_id    TEXT NOT NULL,
  env         TEXT NOT NULL,
  at          BIGINT NOT NULL,
  wake_at     BIGINT NOT NULL,
  tries       BIGINT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  PRIMARY KEY (kind, subject)
);
CREATE INDEX timers_by_wake ON timers (wake_at);

-- One key pair per environment signs the platform's webhooks.
CREATE TABLE signing_keys (
  id          TEXT PRIMARY KEY,
  scheme      TEXT NOT NULL,
  env         TEXT NOT NULL,
  private_key BYTEA NOT NULL, -- sealed PKCS #8
  public_key  BYTEA NOT NULL, -- SPKI
  created_at  BIGINT NOT NULL,
  retired_at  BIGINT NOT NULL
);
CREATE INDEX signing_keys_by_scheme ON signing_keys (scheme, env, created_at);

-- A value sealed when the database was made: opening it proves that the server
-- was started with the right master key.
CREATE TABLE master_check (
  id     TEXT PRIMARY KEY,
  sealed BYTEA NOT NULL
);

-- +goose Down
DROP TABLE master_check;
DROP TABLE signing_keys;
DROP TABLE timers;
DROP TABLE idempotency_keys;
DROP TABLE events;
DROP TABLE ledger_entries;
DROP TABLE ledger_transactions;
DROP TABLE refunds;
DROP TABLE attempts;
DROP TABLE payments;
DROP TABLE orders;
DROP TABLE checkout_sessions;
DROP TABLE product_versions;
DROP TABLE products;
DROP TABLE store_merchants;
DROP TABLE stores;
DROP TABLE merchants;
