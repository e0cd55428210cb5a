-- +goose Up
-- When a delivery ended failing, which is what a recovery goes by: one that was
-- made long before may have had its last try since. 0 of every other. Of what
-- was over before this column nobody knows more than the last try, and that a
-- webhook was disabled before it could be missed by that.
ALTER TABLE webhook_deliveries ADD COLUMN ended_at BIGINT NOT NULL DEFAULT 0;
UPDATE webhook_deliveries SET ended_at = CASE WHEN last_at > created_at THEN last_at ELSE created_at END
  WHERE state = 'failed';
UPDATE webhook_deliveries SET ended_at = (SELECT e.disabled_at FROM webhook_endpoints e WHERE e.id = endpoint_id)
  WHERE state = 'failed' AND last_class = 'disabled'
  AND ended_at < (SELECT e.disabled_at FROM webhook_endpoints e WHERE e.id = endpoint_id);
-- As webhook_deliveries_failed, only those enter it that went wrong.
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (store_id, env, ended_at, id) WHERE ended_at > 0;

-- How many of an event's deliveries a replay made. One that has no others was
-- born without any, and stays visible as such. Of earlier replays it is known
-- where the event was withheld.
ALTER TABLE events ADD COLUMN replayed BIGINT NOT NULL DEFAULT 0;
UPDATE events SET replayed = deliveries WHERE withheld;

-- +goose Down
ALTER TABLE events DROP COLUMN replayed;
DROP INDEX webhook_deliveries_ended;
ALTER TABLE webhook_deliveries DROP COLUMN ended_at;
