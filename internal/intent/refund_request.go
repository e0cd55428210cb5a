package intent

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// Refund is a refund of an intent's money.
type Refund struct {
	pay.Refund
	Intent ID
}

// NewRefund is what a merchant asks for.
type NewRefund struct {
	ID     pay.RefundID
	Actor  pay.Actor
	TxnRef string
	// Amount reads the amount in the currency of the transaction; nil is all that
	// is left.
	Amount func(money.Currency) (money.Amount, error)
	Reason string
	At     time.Time
}

// leastRefund is the least that may be named, in major units.
const leastRefund = 10

// Faults of refunds (spec/waypay.md §8).
var (
	ErrRefundTooLow  = fault.New(fault.State, "amount_too_low", "amount must be at least 10").WithField("amount")
	ErrNotRefundable = fault.New(fault.State, "invalid_state", "Only a completed transaction can be refunded").WithField("trxnRef")
)

// RefundCreation is a NewRefund on its way into the rows.
type RefundCreation struct {
	NewRefund
	intents *Intents
}

// RefundCreation prepares the input of RequestRefund.
func (s *Intents) RefundCreation(in NewRefund) RefundCreation {
	return RefundCreation{NewRefund: in, intents: s}
}

// Recover finds the refund that was made: nothing else keeps one who asks again
// from asking twice.
func (in RefundCreation) Recover(r pay.Records) (Refund, bool, error) {
	return pay.Found(in.intents.LookAtRefund(r, in.Actor, in.ID))
}

// RequestRefund asks for money of a completed transaction, of which part may have
// gone back, to go back. It waits for a person to decide (spec/waypay.md §4.7: a
// new refund is Pending).
// Errors: ErrNotFound, ErrNotRefundable, ErrRefundTooLow, those of Amount, and
// those of pay.RequestRefund.
func RequestRefund(ctx context.Context, tx pay.Tx, in RefundCreation) (Refund, error) {
	found, err := byTxnRef(in.intents.rows(tx.Records), in.Actor, in.TxnRef)
	if err != nil {
		return Refund{}, err
	}
	if found.Status != Completed {
		return Refund{}, ErrNotRefundable.WithHint("The transaction is " + string(found.Status))
	}
	request := pay.RefundRequest{
		ID: in.ID, Actor: in.Actor, Payment: found.Payment, Reason: in.Reason, ExternalID: found.Reference.OrderRef, Wait: true, At: in.At,
	}
	if request.Amount, err = in.amount(tx, found); err != nil {
		return Refund{}, err
	}
	if err := request.Validate(); err != nil {
		return Refund{}, err
	}
	made, err := pay.RequestRefund(ctx, tx, request)
	return Refund{Refund: made, Intent: found.ID}, err
}

// amount is what is asked for: the named amount, or what neither went back nor
// is asked for already.
func (in NewRefund) amount(tx pay.Tx, from Intent) (money.Amount, error) {
	currency := from.Amount.Currency()
	if in.Amount != nil {
		named, err := in.Amount(currency)
		if err == nil && named.Minor() < leastRefund*unit(currency) {
			err = ErrRefundTooLow
		}
		return named, err
	}
	payment, err := tx.Payment(from.Payment)
	if err != nil {
		return money.Amount{}, err
	}
	waiting, err := tx.RefundsRequested(payment.ID)
	if err != nil {
		return money.Amount{}, err
	}
	left := payment.Refundable().Minor() - waiting
	if left <= 0 {
		return money.Amount{}, pay.ErrRefundExceeds
	}
	return money.New(left, currency), nil
}

// LookAtRefund finds a refund of the actor's intents. What belongs to another
// store, environment or dialect does not exist. Errors: pay.ErrRefundNotFound.
func (s *Intents) LookAtRefund(r pay.Records, actor pay.Actor, refund pay.RefundID) (Refund, error) {
	found, err := r.Refund(refund)
	if err != nil {
		return Refund{}, err
	}
	paid, err := s.rows(r).IntentOfPayment(found.Payment)
	if fault.Is(err, fault.NotFound) || err == nil && (paid.Store != actor.Store || paid.Env != actor.Env) {
		return Refund{}, pay.ErrRefundNotFound
	}
	return Refund{Refund: found, Intent: paid.ID}, err
}
