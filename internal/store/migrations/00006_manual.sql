-- +goose Up
-- Payments that a person confirms. What a store tells buyers who pay by hand:
-- a store without a row does not offer it.

CREATE TABLE manual_instructions (
  store_id     TEXT PRIMARY KEY,
  instructions TEXT NOT NULL,
  updated_at   BIGINT NOT NULL
);

-- The manual connector's book: a charge or a refund, and the person's word on
-- it, which is written once.
CREATE TABLE manual_entries (
  reference        TEXT PRIMARY KEY,
  kind             TEXT NOT NULL, -- charge or refund
  charge_reference TEXT NOT NULL, -- of a refund
  code             TEXT NOT NULL UNIQUE, -- what the buyer writes on the transfer
  env              TEXT NOT NULL,
  currency         TEXT NOT NULL,
  amount           BIGINT NOT NULL,
  returning_amount BIGINT NOT NULL, -- of a charge: asked back and not refused
  instructions     TEXT NOT NULL,
  state            TEXT NOT NULL,
  decided_by       TEXT NOT NULL,
  note             TEXT NOT NULL,
  created_at       BIGINT NOT NULL,
  decided_at       BIGINT NOT NULL
);
CREATE INDEX manual_entries_by_charge ON manual_entries (charge_reference);
CREATE INDEX manual_entries_by_state ON manual_entries (state, created_at);

-- +goose Down
DROP TABLE manual_entries;
DROP TABLE manual_instructions;
