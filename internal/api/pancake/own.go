package pancake

import (
	"context"

	"tillway/internal/pay"
)

// ownSession hides a sale of another dialect of the store. Its own page takes
// the buyer's details, and asks for others.
// Errors: pay.ErrSessionNotFound.
func ownSession(r pay.Records, id pay.SessionID) error {
	session, err := r.Session(id)
	if err == nil && session.Dialect != "" {
		return pay.ErrSessionNotFound
	}
	return err
}

// ownSession is the same outside of a command.
func (d *dialect) ownSession(ctx context.Context, id pay.SessionID) error {
	return d.core.View(ctx, func(r pay.Records) error { return ownSession(r, id) })
}

// cancelOrder cancels an order of this dialect's own: those of the others end by
// their own calls, which say how. Errors: those of pay.CancelOrder.
func cancelOrder(ctx context.Context, tx pay.Tx, in pay.Cancellation) (pay.Order, error) {
	order, err := tx.Order(in.ID)
	if err != nil {
		return pay.Order{}, err
	}
	if order.Dialect != "" {
		return pay.Order{}, pay.ErrOrderNotFound
	}
	return pay.CancelOrder(ctx, tx, in)
}
