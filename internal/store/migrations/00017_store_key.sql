-- +goose Up
-- Keys of one store and one dialect. A key and a temporary token are kept as a
-- hash alone. env is '' where one key serves both environments.

CREATE TABLE store_keys (
  id           TEXT PRIMARY KEY,
  store_id     TEXT NOT NULL,
  dialect      TEXT NOT NULL,
  env          TEXT NOT NULL,
  nickname     TEXT NOT NULL,
  hash         TEXT NOT NULL UNIQUE, -- SHA-256 of the text in hex
  last_four    TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL, -- 0: never
  revoked_at   BIGINT NOT NULL
);
CREATE INDEX store_keys_by_store ON store_keys (store_id, created_at) WHERE revoked_at = 0;

-- What requests are signed with, where a dialect asks for it: one for all keys
-- of a store, dialect and environment.
CREATE TABLE store_signing_secrets (
  store_id   TEXT NOT NULL,
  dialect    TEXT NOT NULL,
  env        TEXT NOT NULL,
  secret     BYTEA NOT NULL, -- sealed
  created_at BIGINT NOT NULL, -- of this secret
  PRIMARY KEY (store_id, dialect, env)
);

-- Tokens that are exchanged for a key once.
CREATE TABLE store_tokens (
  id         TEXT PRIMARY KEY,
  store_id   TEXT NOT NULL,
  dialect    TEXT NOT NULL,
  env        TEXT NOT NULL, -- '': either
  nickname   TEXT NOT NULL,
  hash       TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL
);
CREATE INDEX store_tokens_by_expiry ON store_tokens (expires_at);

-- +goose Down
DROP TABLE store_tokens;
DROP TABLE store_signing_secrets;
DROP TABLE store_keys;
