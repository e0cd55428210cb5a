-- +goose Up
-- How many more wrong codes the customer may type before the line is declined;
-- 0 for a line that asks for none.
ALTER TABLE simulator_booking ADD COLUMN tries BIGINT NOT NULL DEFAULT 0 CHECK (tries >= 0);

-- +goose Down
ALTER TABLE simulator_booking DROP COLUMN tries;
