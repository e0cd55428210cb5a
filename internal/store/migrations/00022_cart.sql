-- +goose Up
-- Carts of a store's products, the checkouts begun from them, and the sessions
-- of customers, which the Diddo dialect alone has. lines, buyer and shipping are
-- JSON, '' where there is none.
CREATE TABLE carts (
  id          TEXT PRIMARY KEY, -- a ULID
  store_id    TEXT NOT NULL,
  env         TEXT NOT NULL,
  template    BOOLEAN NOT NULL,
  origin_id   TEXT NOT NULL, -- the cart it was copied from, '' for none
  status      TEXT NOT NULL,
  lines       TEXT NOT NULL,
  email       TEXT NOT NULL,
  buyer       TEXT NOT NULL,
  shipping    TEXT NOT NULL,
  checkout_id TEXT NOT NULL, -- '' until one is begun
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL
);

CREATE TABLE cart_checkouts (
  id              TEXT PRIMARY KEY, -- a ULID
  store_id        TEXT NOT NULL,
  env             TEXT NOT NULL,
  cart_id         TEXT NOT NULL UNIQUE,
  origin_id       TEXT NOT NULL,
  session_id      TEXT NOT NULL UNIQUE,
  customer_id     TEXT NOT NULL, -- '' for none
  status          TEXT NOT NULL,
  reason          TEXT NOT NULL,
  failures        BIGINT NOT NULL,
  failure_code    TEXT NOT NULL,
  failure_message TEXT NOT NULL,
  payment_option  TEXT NOT NULL,
  currency        TEXT NOT NULL,
  amount          BIGINT NOT NULL,
  order_id        TEXT NOT NULL,
  version         BIGINT NOT NULL,
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL
);
CREATE INDEX cart_checkouts_customer ON cart_checkouts (customer_id, created_at, id) WHERE customer_id <> '';

CREATE TABLE cart_customers (
  id         TEXT PRIMARY KEY, -- a ULID, the jti of its token
  store_id   TEXT NOT NULL,
  env        TEXT NOT NULL,
  subject    TEXT NOT NULL,
  email      TEXT NOT NULL,
  buyer      TEXT NOT NULL,
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- What the tokens of a store's customers are signed with; sealed.
CREATE TABLE cart_token_secrets (
  store_id   TEXT NOT NULL,
  env        TEXT NOT NULL,
  secret     BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, env)
);

-- +goose Down
DROP TABLE cart_token_secrets;
DROP TABLE cart_customers;
DROP TABLE cart_checkouts;
DROP TABLE carts;
