-- +goose Up
-- A sale of an amount instead of a product, begun through a dialect with a noun
-- of its own. dialect is '' for the core's own sales; item and buyer are JSON,
-- '' where there is none.
ALTER TABLE checkout_sessions ADD COLUMN dialect TEXT NOT NULL DEFAULT '';
ALTER TABLE checkout_sessions ADD COLUMN item TEXT NOT NULL DEFAULT '';
ALTER TABLE checkout_sessions ADD COLUMN form TEXT NOT NULL DEFAULT '';
ALTER TABLE checkout_sessions ADD COLUMN buyer TEXT NOT NULL DEFAULT ''; -- prefilled
ALTER TABLE checkout_sessions ADD COLUMN cancel_url TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN dialect TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN buyer TEXT NOT NULL DEFAULT '';

-- The public names under which a checkout's page is found beside its id.
CREATE TABLE checkout_handles (
  handle     TEXT PRIMARY KEY,
  session_id TEXT NOT NULL
);

-- +goose Down
DROP TABLE checkout_handles;
ALTER TABLE orders DROP COLUMN buyer;
ALTER TABLE orders DROP COLUMN dialect;
ALTER TABLE checkout_sessions DROP COLUMN cancel_url;
ALTER TABLE checkout_sessions DROP COLUMN buyer;
ALTER TABLE checkout_sessions DROP COLUMN form;
ALTER TABLE checkout_sessions DROP COLUMN item;
ALTER TABLE checkout_sessions DROP COLUMN dialect;
