-- +goose Up
-- The id in the index of waiting rows lets a look go on behind the last row
-- that was taken, however many are due at the same moment.
DROP INDEX webhook_deliveries_waiting;
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (queue_id, wake_at, id) WHERE wake_at > 0;

-- +goose Down
DROP INDEX webhook_deliveries_waiting;
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (queue_id, wake_at) WHERE wake_at > 0;
