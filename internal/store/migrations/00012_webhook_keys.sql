-- +goose Up
-- The platform's key pairs are changed with an overlap: the next pair is made
-- and announced before it signs. activates_at is when a pair begins to sign (0:
-- ever since there is one), retired_at when it ends, also in the future; 0 is a
-- pair without a successor, of which each scheme and environment has one. The
-- private half is emptied some time after the end, the public half stays.
ALTER TABLE signing_keys ADD COLUMN activates_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE signing_keys DROP COLUMN activates_at;
