-- +goose Up
-- Slugs that stores had before they were renamed: links that are out in the
-- world go on working.

CREATE TABLE former_slugs (
  slug       TEXT PRIMARY KEY,
  store_id   TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE former_slugs;
