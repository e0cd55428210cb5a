package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// RefundWithdrawal is the input of WithdrawRefund.
type RefundWithdrawal struct {
	ID    RefundID
	Actor Actor
	At    time.Time
}

// ErrNotYourRefund is the answer to a withdrawal by another than the asker.
var ErrNotYourRefund = fault.New(fault.Forbidden, "refund_of_another", "Only who asked for a refund can withdraw it").
	WithHint("A merchant's administrator can reject it")

// WithdrawRefund takes a request back while nobody has decided it. The asker
// alone may; of operators any.
// Errors: ErrRefundNotFound, ErrNoStoreAccess, ErrNotYourRefund, State
// "refund_transition" of one that is decided already.
func WithdrawRefund(_ context.Context, tx Tx, in RefundWithdrawal) (Refund, error) {
	refund, err := tx.Refund(in.ID)
	if err != nil {
		return Refund{}, err
	}
	if refund.Env != in.Actor.Env || in.Actor.Kind == ByBuyer && refund.Store != in.Actor.Store {
		return Refund{}, ErrRefundNotFound
	}
	if in.Actor.Kind != ByBuyer {
		if err := Permit(tx, in.Actor, refund.Store, Admin); err != nil {
			return Refund{}, err
		}
	}
	party, asker := in.Actor.asks(refund.Asker)
	if party != refund.AskedBy || asker != refund.Asker {
		return Refund{}, ErrNotYourRefund
	}
	if err := refund.move(RefundWithdrawn, in.At); err != nil {
		return Refund{}, err
	}
	tx.UpdateRefund(refund)
	return refund, tx.followRefund(StepRefundWithdrawn, refund, in.At)
}
