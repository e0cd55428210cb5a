package link

import (
	"context"
	"time"

	"tillway/internal/pay"
)

// RefundWithdrawal is the input of Links.WithdrawRefund.
type RefundWithdrawal struct {
	ID    pay.RefundID
	Actor pay.Actor // whose store it is; the environment is the refund's
	At    time.Time
}

// WithdrawRefund takes a request back that nobody has decided (spec/wayl.md §3).
// Errors: ErrRefundNotFound, ErrUnderWay, ErrDecided, those of pay.WithdrawRefund.
func (l *Links) WithdrawRefund(ctx context.Context, tx pay.Tx, in RefundWithdrawal) (Refund, error) {
	rows := l.rows(tx.Records)
	refund, err := rows.Refund(in.ID)
	if err != nil {
		return Refund{}, err
	}
	if refund.Store != in.Actor.Store {
		return Refund{}, ErrRefundNotFound
	}
	core, err := tx.Refund(in.ID)
	if err != nil {
		return Refund{}, err
	}
	switch {
	case core.State == pay.RefundRequested:
	case refund.Status() == RefundRequested:
		return Refund{}, ErrUnderWay
	default:
		return Refund{}, ErrDecided
	}
	in.Actor.Env = core.Env
	if _, err := pay.WithdrawRefund(ctx, tx, pay.RefundWithdrawal{ID: in.ID, Actor: in.Actor, At: in.At}); err != nil {
		return Refund{}, err
	}
	return rows.Refund(in.ID)
}
