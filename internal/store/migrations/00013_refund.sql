-- +goose Up
-- A refund is asked for before anybody decides it. "approved" is what "asked"
-- was: durable, and the provider may have been called. failure is why the
-- provider refused, reason is why the money is to go back.
UPDATE refunds SET state = 'approved' WHERE state = 'asked';
ALTER TABLE refunds RENAME COLUMN reason TO failure;
ALTER TABLE refunds ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE refunds ADD COLUMN tax BIGINT NOT NULL DEFAULT 0; -- within amount, set when it is approved
ALTER TABLE refunds ADD COLUMN external_id TEXT NOT NULL DEFAULT '';
ALTER TABLE refunds ADD COLUMN asked_by TEXT NOT NULL DEFAULT 'system'; -- merchant, customer, operator or system
ALTER TABLE refunds ADD COLUMN asker TEXT NOT NULL DEFAULT '';
ALTER TABLE refunds ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
ALTER TABLE refunds ADD COLUMN note TEXT NOT NULL DEFAULT ''; -- of the decision
ALTER TABLE refunds ADD COLUMN decided_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX refunds_by_store ON refunds (store_id, env, created_at);
CREATE INDEX refunds_by_time ON refunds (created_at, id);
CREATE INDEX refunds_by_state ON refunds (state, created_at, id);

-- The tax within refunded and refunding together, from which the next refund's
-- share follows.
ALTER TABLE payments ADD COLUMN refund_tax BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE payments DROP COLUMN refund_tax;
DROP INDEX refunds_by_state;
DROP INDEX refunds_by_time;
DROP INDEX refunds_by_store;
ALTER TABLE refunds DROP COLUMN decided_at;
ALTER TABLE refunds DROP COLUMN note;
ALTER TABLE refunds DROP COLUMN decided_by;
ALTER TABLE refunds DROP COLUMN asker;
ALTER TABLE refunds DROP COLUMN asked_by;
ALTER TABLE refunds DROP COLUMN external_id;
ALTER TABLE refunds DROP COLUMN tax;
ALTER TABLE refunds DROP COLUMN reason;
ALTER TABLE refunds RENAME COLUMN failure TO reason;
UPDATE refunds SET state = 'asked' WHERE state = 'approved';
