package simulator

import (
	"context"
	"errors"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/sqldb"
)

// sumRefunded is what has gone back of a charge by now.
const sumRefunded = `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM simulator_booking
	WHERE charge_reference = $1 AND kind = 'refund' AND booked_at > 0 AND booked_at <= $2`

// Inquire implements connector.Connector.
func (s *Simulator) Inquire(ctx context.Context, ref connector.Ref) connector.Observation {
	var (
		line     booking
		refunded int64
		now      time.Time
	)
	err := s.book.db.Read(ctx, func(q sqldb.Querier) (err error) {
		if line, err = scanBooking(q.QueryRow(selectBooking, referenceOf(ref))); err != nil {
			return err
		}
		now = s.clock() // after the snapshot was taken, so that nothing in it lies ahead
		return q.QueryRow(sumRefunded, line.reference, sqldb.Micros(now)).Scan(&refunded)
	})
	observation := observe(line, err, connector.SettledCapture, now)
	if observation.Finding == connector.Found {
		observation.Refunded = money.New(refunded, line.amount.Currency())
	}
	return observation
}

// InquireRefund implements connector.Connector.
func (s *Simulator) InquireRefund(ctx context.Context, reference string) connector.Observation {
	line, err := s.book.find(ctx, reference)
	return observe(line, err, connector.SettledRefund, s.clock())
}

// observe turns what the book said into an observation. A line of the other
// kind is not found: a charge's reference names no refund.
func observe(line booking, err error, kind connector.SettledKind, now time.Time) connector.Observation {
	switch {
	case errors.Is(err, errUnknownReference) || err == nil && line.kind != kind:
		return connector.Observation{Finding: connector.NotFound}
	case err != nil:
		return connector.Observation{Finding: connector.NoAnswer}
	}
	observation := connector.Observation{Finding: connector.Found, Result: line.result(now)}
	if line.phase(now) == phaseBooked {
		observation.At = line.bookedAt
	}
	return observation
}
