package intent

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// RefundWithdrawal is the input of WithdrawRefund.
type RefundWithdrawal struct {
	ID    pay.RefundID
	Actor pay.Actor
	At    time.Time
}

// WithdrawRefund takes a refund back that nobody has decided, and reports
// whether it could: a decided one, and one that somebody else asked for, stays
// (spec/waypay.md §4.7). Errors: pay.ErrRefundNotFound.
func (s *Intents) WithdrawRefund(ctx context.Context, tx pay.Tx, in RefundWithdrawal) (withdrawn bool, err error) {
	found, err := s.LookAtRefund(tx.Records, in.Actor, in.ID)
	if err != nil || found.State != pay.RefundRequested {
		return false, err
	}
	_, err = pay.WithdrawRefund(ctx, tx, pay.RefundWithdrawal(in))
	if fault.Is(err, fault.Forbidden) { // nothing has been written
		return false, nil
	}
	return err == nil, err
}
