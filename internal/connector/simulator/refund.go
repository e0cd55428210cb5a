package simulator

import (
	"context"
	"errors"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/sqldb"
)

// reserveRefund is the guard of a refund: what was asked so far, less what has
// failed since, plus this one must fit into the capture. Two refunds at once
// take turns at the charge's row; a failure that commits meanwhile can only
// make the guard too strict, never too lax.
const reserveRefund = `UPDATE simulator_booking SET refund_asked = refund_asked + $1
	WHERE reference = $2 AND amount - refund_asked + COALESCE((
		SELECT SUM(r.amount) FROM simulator_booking r
		WHERE r.charge_reference = $2 AND r.kind = 'refund' AND r.expires_at > 0 AND r.expires_at <= $3), 0) >= $1`

// errRefused carries why a refund was refused; the closure that returns it is
// rolled back.
type errRefused struct{ problem string }

func (e errRefused) Error() string { return "simulator: refund refused: " + e.problem }

// Refund implements connector.Connector. A refund follows the story of its
// charge: at once, after Timing.Refund, or failing after Timing.Refund.
func (s *Simulator) Refund(ctx context.Context, refund connector.Refund) connector.Result {
	if ctx.Err() != nil {
		return unknown("the call was abandoned")
	}
	switch {
	case refund.Reference == "":
		return rejected(connector.ReasonInvalidRequest, "the refund has no reference")
	case refund.Amount.Sign() <= 0:
		return rejected(connector.ReasonInvalidRequest, "the refund's amount is not positive")
	}
	now := s.clock()
	line := booking{
		reference: refund.Reference, kind: connector.SettledRefund, chargeReference: referenceOf(refund.Charge),
		amount: refund.Amount, refundAsked: money.Zero(refund.Amount.Currency()), createdAt: now, state: accepted,
	}
	var kept booking
	err := s.book.db.Write(ctx, func(tx sqldb.Tx) error {
		var err error
		kept, err = s.bookRefund(tx, line)
		return err
	})
	var refused errRefused
	switch {
	case errors.As(err, &refused):
		return rejected(connector.ReasonInvalidRequest, refused.problem)
	case err != nil:
		return unknown("the book did not confirm the refund")
	}
	return kept.result(s.clock())
}

// bookRefund inserts first: the reference decides between new and replay, and
// everything refused after that takes the insert back with it.
func (s *Simulator) bookRefund(tx sqldb.Tx, line booking) (booking, error) {
	earlier, err := scanBooking(tx.QueryRow(selectBooking, line.reference))
	if err == nil {
		return replayedRefund(earlier, line)
	}
	if !errors.Is(err, errUnknownReference) {
		return booking{}, err
	}
	charge, err := scanBooking(tx.QueryRow(selectBooking, line.chargeReference))
	if err != nil && !errors.Is(err, errUnknownReference) {
		return booking{}, err
	}
	now := line.createdAt
	switch {
	case err != nil || charge.kind != connector.SettledCapture:
		return booking{}, errRefused{"the provider knows no such charge"}
	case charge.phase(now) != phaseBooked:
		return booking{}, errRefused{"the charge is not captured"}
	case charge.amount.Currency() != line.amount.Currency():
		return booking{}, errRefused{"the refund's currency is not the charge's"}
	}
	line = s.timing.openRefund(line, charge)
	inserted, err := insert(tx, line)
	if err != nil {
		return booking{}, err
	}
	if !inserted {
		// Another call with this reference came between our look and our insert.
		if earlier, err = scanBooking(tx.QueryRow(selectBooking, line.reference)); err != nil {
			return booking{}, err
		}
		return replayedRefund(earlier, line)
	}
	reserved, err := tx.Count(reserveRefund, line.amount.Minor(), charge.reference, sqldb.Micros(now))
	if err != nil {
		return booking{}, err
	}
	if reserved != 1 {
		return booking{}, errRefused{"more would go back than was captured"}
	}
	return line, nil
}

// replayedRefund answers a known reference from the book, whatever the repeated
// request says; but a charge's reference is no refund's.
func replayedRefund(earlier, line booking) (booking, error) {
	if earlier.kind != connector.SettledRefund || earlier.chargeReference != line.chargeReference {
		return booking{}, errRefused{"the reference is in use for something else"}
	}
	return earlier, nil
}

// openRefund fills in how a refund's line starts its story.
func (t Timing) openRefund(line, charge booking) booking {
	line.method, line.scenario, line.receipt = charge.method, charge.scenario, charge.receipt
	switch charge.scenario {
	case RefundPending:
		line.bookedAt = line.createdAt.Add(t.Refund)
	case RefundFails:
		line.refusal = refusal{connector.Hard, connector.ReasonProviderError}
		line.expiresAt = line.createdAt.Add(t.Refund)
	default:
		line.bookedAt = line.createdAt
	}
	return line
}
