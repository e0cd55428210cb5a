-- +goose Up
-- One line per charge and per refund. What a line means at a moment is read
-- off its instants: the money moves at booked_at (0: never), the provider
-- gives up at expires_at (0: never). Times are microseconds UTC.
CREATE TABLE simulator_booking (
    reference        TEXT    NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL CHECK (kind IN ('capture', 'refund')),
    charge_reference TEXT    NOT NULL,
    method           TEXT    NOT NULL,
    scenario         TEXT    NOT NULL,
    amount           BIGINT  NOT NULL CHECK (amount >= 0),
    currency         TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('accepted', 'awaiting', 'declined')),
    decline          TEXT    NOT NULL,
    reason           TEXT    NOT NULL,
    brand            TEXT    NOT NULL,
    last4            TEXT    NOT NULL,
    expiry_month     BIGINT  NOT NULL,
    expiry_year      BIGINT  NOT NULL,
    refund_asked     BIGINT  NOT NULL CHECK (refund_asked >= 0),
    created_at       BIGINT  NOT NULL,
    expires_at       BIGINT  NOT NULL,
    booked_at        BIGINT  NOT NULL
);
CREATE INDEX simulator_booking_booked ON simulator_booking (booked_at, reference) WHERE booked_at > 0;
CREATE INDEX simulator_booking_refund ON simulator_booking (charge_reference) WHERE kind = 'refund';

-- +goose Down
DROP TABLE simulator_booking;
