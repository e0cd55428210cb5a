package pay

import (
	"context"
)

// RejectRefund decides against a requested refund. Nothing was posted or
// reserved for it, and no event tells of it.
// Errors: Invalid "note" without a reason; ErrRefundNotFound, ErrNoStoreAccess,
// State "refund_transition" of one that is decided already.
func RejectRefund(_ context.Context, tx Tx, in RefundDecision) (Refund, error) {
	refund, err := in.refund(tx)
	if err != nil {
		return Refund{}, err
	}
	if refund.Note, err = CleanProse("note", in.Note, 1, maxRefundNote); err != nil {
		return Refund{}, err
	}
	if err := refund.move(RefundRejected, in.At); err != nil {
		return Refund{}, err
	}
	_, refund.DecidedBy = in.Actor.asks(in.By)
	refund.DecidedAt = in.At
	tx.UpdateRefund(refund)
	return refund, tx.followRefund(StepRefundRejected, refund, in.At)
}
