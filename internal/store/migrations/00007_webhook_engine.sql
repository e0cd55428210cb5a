-- +goose Up
-- What an endpoint may ask of the engine beside its URL, what the engine
-- remembers of how it does, and what a delivery and an attempt tell beyond the
-- first sale.

-- address is the whole URL, sealed, where the URL itself is a credential (chat
-- destinations); url then is the form that may be shown.
ALTER TABLE webhook_endpoints ADD COLUMN address BYTEA NOT NULL DEFAULT '';
ALTER TABLE webhook_endpoints ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_endpoints ADD COLUMN scheme TEXT NOT NULL DEFAULT '';    -- empty: the dialect's
ALTER TABLE webhook_endpoints ADD COLUMN schedule TEXT NOT NULL DEFAULT '';  -- empty: the dialect's
ALTER TABLE webhook_endpoints ADD COLUMN ordered BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE webhook_endpoints ADD COLUMN rate_per_minute BIGINT NOT NULL DEFAULT 0; -- 0: none
ALTER TABLE webhook_endpoints ADD COLUMN headers BYTEA NOT NULL DEFAULT '';  -- sealed JSON list of name and value
ALTER TABLE webhook_endpoints ADD COLUMN previous_secret BYTEA NOT NULL DEFAULT ''; -- sealed; signs too until previous_until
ALTER TABLE webhook_endpoints ADD COLUMN previous_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook_endpoints ADD COLUMN failing_since BIGINT NOT NULL DEFAULT 0; -- first failure since the last success
ALTER TABLE webhook_endpoints ADD COLUMN noticed BIGINT NOT NULL DEFAULT 0;  -- per cent of the span to disabling that was told
ALTER TABLE webhook_endpoints ADD COLUMN disabled_for TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_endpoints ADD COLUMN disabled_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook_endpoints ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;  -- of a listener

-- subject is what the event is about, such as an order, and subject_version its
-- version then; base is how many attempts were made before the present run of
-- the schedule began.
ALTER TABLE webhook_deliveries ADD COLUMN origin TEXT NOT NULL DEFAULT 'event';
ALTER TABLE webhook_deliveries ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_deliveries ADD COLUMN subject_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook_deliveries ADD COLUMN ordered BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE webhook_deliveries ADD COLUMN base BIGINT NOT NULL DEFAULT 0;

ALTER TABLE webhook_attempts ADD COLUMN resolved_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook_attempts ADD COLUMN request_headers TEXT NOT NULL DEFAULT '[]';  -- JSON list of name and value
ALTER TABLE webhook_attempts ADD COLUMN response_headers TEXT NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE webhook_attempts DROP COLUMN response_headers;
ALTER TABLE webhook_attempts DROP COLUMN request_headers;
ALTER TABLE webhook_attempts DROP COLUMN resolved_us;
ALTER TABLE webhook_deliveries DROP COLUMN base;
ALTER TABLE webhook_deliveries DROP COLUMN ordered;
ALTER TABLE webhook_deliveries DROP COLUMN subject_version;
ALTER TABLE webhook_deliveries DROP COLUMN subject;
ALTER TABLE webhook_deliveries DROP COLUMN origin;
ALTER TABLE webhook_endpoints DROP COLUMN used_at;
ALTER TABLE webhook_endpoints DROP COLUMN disabled_at;
ALTER TABLE webhook_endpoints DROP COLUMN disabled_for;
ALTER TABLE webhook_endpoints DROP COLUMN noticed;
ALTER TABLE webhook_endpoints DROP COLUMN failing_since;
ALTER TABLE webhook_endpoints DROP COLUMN previous_until;
ALTER TABLE webhook_endpoints DROP COLUMN previous_secret;
ALTER TABLE webhook_endpoints DROP COLUMN headers;
ALTER TABLE webhook_endpoints DROP COLUMN rate_per_minute;
ALTER TABLE webhook_endpoints DROP COLUMN ordered;
ALTER TABLE webhook_endpoints DROP COLUMN schedule;
ALTER TABLE webhook_endpoints DROP COLUMN scheme;
ALTER TABLE webhook_endpoints DROP COLUMN description;
ALTER TABLE webhook_endpoints DROP COLUMN address;
