package link

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Mark is the operator's word on a link: Delivered, Returned or Rejected.
type Mark struct {
	ID    ID
	Actor pay.Actor
	To    Status
	At    time.Time
}

// marks are the states that a person gives a link.
var marks = map[Status]bool{Delivered: true, Returned: true, Rejected: true}

// Validate checks that a person may say so. Errors: Invalid "status".
func (in Mark) Validate() error {
	if !marks[in.To] {
		return fault.Invalidf("status", "bad_mark", "A link can be marked Delivered, Returned or Rejected, got %.40q", string(in.To))
	}
	return nil
}

// MarkLink writes it down (spec/wayl.md §5). Returned moves no money: a refund
// does, and marks the link itself. A rejected link's page takes no payment any
// more. The same word again changes nothing.
// Errors: ErrNotFound; pay.ErrOrderBeingPaid of a rejection while a payment is
// under way; State "link_transition" from a state without such an arrow.
func (l *Links) MarkLink(ctx context.Context, tx pay.Tx, in Mark) (Link, error) {
	rows := l.rows(tx.Records)
	link, err := rows.Link(in.ID)
	if err != nil {
		return Link{}, err
	}
	if link = link.At(in.At); link.Status == in.To {
		return link, nil
	}
	if in.To == Rejected && link.Status == Processing {
		return Link{}, pay.ErrOrderBeingPaid
	}
	if err := link.move(in.To, in.At); err != nil {
		return Link{}, err
	}
	rows.UpdateLink(link)
	link.Row++
	if in.To == Rejected {
		in.Actor.Env = link.Env
		if _, err := pay.CancelSale(ctx, tx, pay.SaleCancellation{Session: link.Session, Actor: in.Actor, At: in.At}); err != nil {
			return Link{}, err
		}
	}
	order, payment, err := link.sale(tx)
	if err != nil {
		return Link{}, err
	}
	return link, l.announce(tx, link, order, payment, in.At)
}

// sale is the link's order and payment, zero where there are none.
func (l Link) sale(tx pay.Tx) (order pay.Order, payment pay.Payment, err error) {
	if l.Order != "" {
		if order, err = tx.Order(l.Order); err != nil {
			return order, payment, err
		}
	}
	if l.Payment != "" {
		payment, err = tx.Payment(l.Payment)
	}
	return order, payment, err
}
