package link

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Invalidation is the input of Links.Invalidate.
type Invalidation struct {
	Actor     pay.Actor // whose store it is; the environment is the link's
	Reference string
	// IfPending leaves a link alone that is not waiting, instead of refusing.
	IfPending bool
	At        time.Time
}

// errPaid answers the invalidation of a link whose money came or may be coming.
func errPaid(status Status) error {
	return fault.New(fault.State, "link_not_pending", "The link cannot be invalidated, its status is "+string(status))
}

// Invalidate cancels an unpaid link for good (spec/wayl.md §2.4, §2.5). One that
// is cancelled already stays as it is; one whose time is up is told as cancelled,
// and its checkout ends here all the same, so that no payment that was given up
// completes it before the sweeper comes.
// Errors: ErrNotFound; State "link_not_pending" and "order_being_paid", unless
// in.IfPending.
func (l *Links) Invalidate(ctx context.Context, tx pay.Tx, in Invalidation) (Link, error) {
	found, err := byReference(l.rows(tx.Records), in.Actor.Store, in.Reference)
	if err != nil {
		return Link{}, err
	}
	switch waiting := found.Status.Waiting(); {
	case found.Status == Cancelled, !waiting && in.IfPending:
		return found, nil
	case !waiting:
		return Link{}, errPaid(found.Status)
	}
	in.Actor.Env = found.Env
	_, err = pay.CancelSale(ctx, tx, pay.SaleCancellation{Session: found.Session, Actor: in.Actor, At: in.At})
	if in.IfPending && fault.Is(err, fault.State) {
		return found.At(in.At), nil
	}
	if err != nil {
		return Link{}, err
	}
	// Follow has written the link within the same transaction.
	return l.rows(tx.Records).Link(found.ID)
}
