package simulator

import (
	"context"
	"errors"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/sqldb"
)

// book is the provider's durable memory. Every method is one transaction; what
// it returns is durable.
type book struct{ db sqldb.DB }

// errUnknownReference says that the book has no such charge.
var errUnknownReference = errors.New("simulator: unknown reference")

const bookingColumns = `reference, kind, charge_reference, method, scenario, amount, currency, state, decline, reason,
	brand, last4, expiry_month, expiry_year, refund_asked, created_at, expires_at, booked_at, tries`

const insertBooking = `INSERT INTO simulator_booking (` + bookingColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
	ON CONFLICT (reference) DO NOTHING`

const selectBooking = `SELECT ` + bookingColumns + ` FROM simulator_booking WHERE reference = $1`

// moveBooking is guarded by everything that phase looks at, and by the tries: of
// two callers who read the same line, one moves it and the other runs again and
// sees that. So two wrong codes at once cost two tries.
const moveBooking = `UPDATE simulator_booking SET state = $1, decline = $2, reason = $3, expires_at = $4, booked_at = $5, tries = $6
	WHERE reference = $7 AND state = $8 AND expires_at = $9 AND booked_at = $10 AND tries = $11`

// keep inserts a charge's line unless its reference is taken, and returns the
// line that the book has now and whether it is the new one.
func (k book) keep(ctx context.Context, line booking) (kept booking, fresh bool, err error) {
	err = k.db.Write(ctx, func(tx sqldb.Tx) (err error) {
		if fresh, err = insert(tx, line); err != nil {
			return err
		}
		kept = line
		if !fresh {
			kept, err = scanBooking(tx.QueryRow(selectBooking, line.reference))
		}
		return err
	})
	return kept, fresh, err
}

// move rewrites a charge's line as decide says. When decide leaves it as it
// is, nothing is written.
func (k book) move(ctx context.Context, reference string, decide func(booking) booking) (moved booking, err error) {
	err = k.db.Write(ctx, func(tx sqldb.Tx) error {
		line, err := scanBooking(tx.QueryRow(selectBooking, reference))
		if err != nil {
			return err
		}
		if line.kind != connector.SettledCapture {
			return errUnknownReference
		}
		moved = decide(line)
		if moved != line {
			tx.ExecOne(moveBooking, moved.state, moved.decline, moved.reason,
				sqldb.Micros(moved.expiresAt), sqldb.Micros(moved.bookedAt), moved.tries,
				line.reference, line.state, sqldb.Micros(line.expiresAt), sqldb.Micros(line.bookedAt), line.tries)
		}
		return nil
	})
	return moved, err
}

// find reads one line, or errUnknownReference.
func (k book) find(ctx context.Context, reference string) (line booking, err error) {
	err = k.db.Read(ctx, func(q sqldb.Querier) error {
		line, err = scanBooking(q.QueryRow(selectBooking, reference))
		return err
	})
	return line, err
}

// insert reports whether the line is new.
func insert(tx sqldb.Tx, line booking) (bool, error) {
	rows, err := tx.Count(insertBooking, line.reference, line.kind, line.chargeReference, line.method, line.scenario,
		line.amount.Minor(), line.amount.Currency(), line.state, line.decline, line.reason,
		line.receipt.Brand, line.receipt.Last4, line.receipt.ExpiryMonth, line.receipt.ExpiryYear, line.refundAsked.Minor(),
		sqldb.Micros(line.createdAt), sqldb.Micros(line.expiresAt), sqldb.Micros(line.bookedAt), line.tries)
	return rows == 1, err
}

// scanBooking reads bookingColumns; no row is errUnknownReference.
func scanBooking(row sqldb.Row) (booking, error) {
	var (
		line                                          booking
		currency                                      money.Currency
		amount, refundAsked, created, expires, booked int64
	)
	err := row.Scan(&line.reference, &line.kind, &line.chargeReference, &line.method, &line.scenario, &amount, &currency,
		&line.state, &line.decline, &line.reason, &line.receipt.Brand, &line.receipt.Last4,
		&line.receipt.ExpiryMonth, &line.receipt.ExpiryYear, &refundAsked, &created, &expires, &booked, &line.tries)
	if errors.Is(err, sqldb.ErrNoRows) {
		return booking{}, errUnknownReference
	}
	if err != nil {
		return booking{}, err
	}
	line.amount, line.refundAsked = money.New(amount, currency), money.New(refundAsked, currency)
	line.createdAt, line.expiresAt, line.bookedAt = sqldb.Moment(created), sqldb.Moment(expires), sqldb.Moment(booked)
	return line, nil
}
