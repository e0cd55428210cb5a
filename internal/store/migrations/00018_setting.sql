-- +goose Up
-- What a store has set of its dialects; what has no row counts as its default.
CREATE TABLE store_settings (
  store_id   TEXT NOT NULL,
  name       TEXT NOT NULL,
  value      TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, name)
);

-- What the platform keeps of each payment of a store in a currency.
CREATE TABLE fee_rules (
  store_id   TEXT NOT NULL,
  currency   TEXT NOT NULL,
  rate       BIGINT NOT NULL, -- millionths
  fixed      BIGINT NOT NULL,
  name       TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, currency)
);

-- The fee as the rule was when the payment was captured.
ALTER TABLE payments ADD COLUMN fee BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN fee_name TEXT NOT NULL DEFAULT '';
ALTER TABLE payments ADD COLUMN fee_words TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE payments DROP COLUMN fee_words;
ALTER TABLE payments DROP COLUMN fee_name;
ALTER TABLE payments DROP COLUMN fee;
DROP TABLE fee_rules;
DROP TABLE store_settings;
