-- +goose Up
-- Addresses that came with a request, each told of the one thing that the
-- request made. They live as long as that thing does, and are found by the id
-- that its row has of them; nothing else looks for them.
CREATE TABLE webhook_callbacks (
  id         TEXT PRIMARY KEY,
  store_id   TEXT NOT NULL,
  env        TEXT NOT NULL,
  dialect    TEXT NOT NULL,
  url        TEXT NOT NULL,
  scheme     TEXT NOT NULL, -- empty: unsigned
  secret     BYTEA NOT NULL, -- sealed; empty when there is none
  created_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE webhook_callbacks;
