-- +goose Up
-- The operator's tax rates. An empty state or category stands for every one.

CREATE TABLE tax_rates (
  country  TEXT NOT NULL,
  state    TEXT NOT NULL,
  category TEXT NOT NULL,
  rate     BIGINT NOT NULL, -- millionths
  name     TEXT NOT NULL,
  PRIMARY KEY (country, state, category)
);

-- One row: which table is in use. Its version lets one load at a time replace
-- the rates.
CREATE TABLE tax_table (
  id        TEXT PRIMARY KEY,
  version   BIGINT NOT NULL,
  loaded_at BIGINT NOT NULL
);
INSERT INTO tax_table (id, version, loaded_at) VALUES ('1', 1, 0);

-- +goose Down
DROP TABLE tax_table;
DROP TABLE tax_rates;
