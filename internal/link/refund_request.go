package link

import (
	"context"
	"time"

	"tillway/internal/money"
	"tillway/internal/pay"
)

// RefundRequest is what a merchant asks for.
type RefundRequest struct {
	ID        pay.RefundID
	Actor     pay.Actor // whose store it is; the environment is the link's
	Reference string
	Amount    money.Amount
	Reason    string
	Method    string
	Account   string
	At        time.Time
}

// RefundCreation is a RefundRequest on its way into the rows.
type RefundCreation struct {
	RefundRequest
	links *Links
}

// RefundCreation prepares the input of RequestRefund.
func (l *Links) RefundCreation(in RefundRequest) RefundCreation {
	return RefundCreation{RefundRequest: in, links: l}
}

// Recover finds the refund that was made: nothing else keeps one who asks again
// from asking twice.
func (in RefundCreation) Recover(r pay.Records) (Refund, bool, error) {
	return pay.Found(in.links.rows(r).Refund(in.ID))
}

// RequestRefund asks for money of a paid link to go back; the operator decides
// (spec/wayl.md §3). What was asked for and not decided counts against what is
// left. The buyer is whoever paid, so that no link lacks its customer (spec §9).
// Errors: ErrNotFound, ErrNotPaid, those of pay.RequestRefund.
func RequestRefund(ctx context.Context, tx pay.Tx, in RefundCreation) (Refund, error) {
	rows := in.links.rows(tx.Records)
	link, err := byReference(rows, in.Actor.Store, in.Reference)
	if err != nil {
		return Refund{}, err
	}
	if link.Payment == "" {
		return Refund{}, ErrNotPaid
	}
	in.Actor.Env = link.Env
	// It goes first: Follow, which is told of the core's refund, leaves it alone.
	rows.InsertRefund(Refund{
		ID: in.ID, Store: link.Store, Link: link.ID, Reference: link.Reference, Method: in.Method, Account: in.Account, CreatedAt: in.At,
	})
	if _, err := pay.RequestRefund(ctx, tx, pay.RefundRequest{
		ID: in.ID, Actor: in.Actor, Payment: link.Payment, Amount: in.Amount, Reason: in.Reason, Wait: true, At: in.At,
	}); err != nil {
		return Refund{}, err
	}
	return rows.Refund(in.ID)
}
