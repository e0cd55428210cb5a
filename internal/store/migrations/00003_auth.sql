-- +goose Up
-- Credentials: public keys of merchants' servers, and session tokens of buyers.

CREATE TABLE api_keys (
  id           TEXT PRIMARY KEY,
  merchant_id  TEXT NOT NULL,
  env          TEXT NOT NULL,
  nickname     TEXT NOT NULL,
  public_key   BYTEA NOT NULL, -- SPKI
  fingerprint  TEXT NOT NULL,  -- SHA-256 of public_key in hex
  created_at   BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  deleted_at   BIGINT NOT NULL
);
-- Only living keys are bound by these: a nickname may be used again after its
-- key was revoked.
CREATE UNIQUE INDEX api_keys_by_nickname ON api_keys (merchant_id, env, nickname) WHERE deleted_at = 0;
CREATE UNIQUE INDEX api_keys_by_fingerprint ON api_keys (merchant_id, fingerprint) WHERE deleted_at = 0;

CREATE TABLE session_tokens (
  id         TEXT PRIMARY KEY,
  hash       TEXT NOT NULL,
  store_id   TEXT NOT NULL,
  env        TEXT NOT NULL,
  role       TEXT NOT NULL,
  buyer      TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_tokens_by_expiry ON session_tokens (expires_at);

-- +goose Down
DROP TABLE session_tokens;
DROP TABLE api_keys;
