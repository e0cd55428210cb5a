-- +goose Up
-- Wayl's payment links. One is the noun of one checkout session; its status is
-- kept in step with the session's order inside the same transactions.
CREATE TABLE links (
  id           TEXT PRIMARY KEY,
  code         TEXT NOT NULL UNIQUE,
  store_id     TEXT NOT NULL,
  env          TEXT NOT NULL,
  reference    TEXT NOT NULL,
  currency     TEXT NOT NULL,
  total        BIGINT NOT NULL,
  lines        TEXT NOT NULL, -- JSON, '' where the merchant named none
  parameter    TEXT NOT NULL,
  webhook_url  TEXT NOT NULL,
  callback_id  TEXT NOT NULL,
  redirection  TEXT NOT NULL,
  expires_in   TEXT NOT NULL, -- as it was asked for, such as 1h
  status       TEXT NOT NULL,
  session_id   TEXT NOT NULL UNIQUE,
  order_id     TEXT NOT NULL,
  payment_id   TEXT NOT NULL,
  method       TEXT NOT NULL,
  processor    TEXT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  completed_at BIGINT NOT NULL,
  -- Over both environments: a credential serves both, and names no other.
  UNIQUE (store_id, reference)
);
CREATE INDEX links_by_store ON links (store_id, created_at, id);

-- What Wayl knows of a refund beside the core's row of the same id.
CREATE TABLE link_refunds (
  id         TEXT PRIMARY KEY,
  store_id   TEXT NOT NULL,
  link_id    TEXT NOT NULL,
  reference  TEXT NOT NULL, -- the link's
  method     TEXT NOT NULL,
  account    TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX link_refunds_by_store ON link_refunds (store_id, created_at, id);
CREATE INDEX link_refunds_by_reference ON link_refunds (store_id, reference, created_at, id);

-- +goose Down
DROP TABLE link_refunds;
DROP TABLE links;
