package link

import (
	"time"

	"tillway/internal/pay"
)

// Updated is the event of what becomes of a link besides being paid: it was
// cancelled, rejected, delivered or returned.
const Updated pay.EventType = "link.updated"

// Dialect is whose sales the links follow.
func (l *Links) Dialect() pay.Dialect { return Dialect }

// next is where each step of a sale takes its link. A step that is not here
// does not change it.
var next = map[pay.StepKind]Status{
	pay.StepPlaced:   Pending,
	pay.StepPaying:   Processing,
	pay.StepWaiting:  Processing,
	pay.StepUnsent:   Pending,
	pay.StepDeclined: Pending, // for another try, until its time is up (spec/wayl.md §5)
	pay.StepPaid:     Complete,
	pay.StepExpired:  Cancelled,
	pay.StepCanceled: Cancelled,
}

// Follow takes the link along one step of its sale.
func (l *Links) Follow(tx pay.Tx, step pay.Step) (pay.Followed, error) {
	rows := l.rows(tx.Records)
	link, err := rows.LinkOfSession(step.Session.ID)
	if err != nil {
		return pay.Followed{}, err
	}
	if step.Refund.ID != "" {
		rows.InsertRefund(newRefund(link, step.Refund))
	}
	switch to, moves := next[step.Kind]; {
	case step.Kind == pay.StepRefundDone:
		// Part of the money leaves the status as it is (spec/wayl.md §3).
		if whole := step.Payment.Refunded == step.Payment.Charged; !whole || !link.Status.Paid() {
			return l.told(tx, link, step)
		}
		return l.change(tx, link, Returned, step)
	case !moves || link.Status == to || step.Kind == pay.StepCanceled && link.Status == Rejected:
		return l.told(tx, link, step)
	default:
		link.note(step)
		return l.change(tx, link, to, step)
	}
}

// note takes what a step knows of order and payment.
func (l *Link) note(step pay.Step) {
	l.Order = step.Order.ID
	if step.Kind == pay.StepPaid {
		l.Payment, l.Method, l.Processor = step.Payment.ID, step.Payment.Method, step.Payment.Connector
	}
}

// told is the link as it is, for the event that the core may emit of the step.
func (l *Links) told(tx pay.Tx, link Link, step pay.Step) (pay.Followed, error) {
	switch step.Kind {
	case pay.StepPaid, pay.StepRefundDone, pay.StepRefundFailed:
		noun, err := l.noun(tx, link, step.Order, step.Payment)
		return pay.Followed{Noun: noun}, err
	}
	return pay.Followed{Noun: pay.Noun{ID: string(link.ID), Row: link.Row, Callback: link.Callback}}, nil
}

// change writes the link's new status, and tells of it where the core does not.
func (l *Links) change(tx pay.Tx, link Link, to Status, step pay.Step) (pay.Followed, error) {
	if err := link.move(to, step.At); err != nil {
		return pay.Followed{}, err
	}
	l.rows(tx.Records).UpdateLink(link)
	link.Row++
	if step.Kind != pay.StepPaid {
		if err := l.announce(tx, link, step.Order, step.Payment, step.At); err != nil {
			return pay.Followed{}, err
		}
	}
	return l.told(tx, link, step)
}

// announced are the states that webhooks are told of beside the payment
// (spec/wayl.md §6).
var announced = map[Status]bool{Delivered: true, Cancelled: true, Rejected: true, Returned: true}

// announce emits the event of a link's new status, unless the store does not
// want such events. A link comes to each of these states once.
func (l *Links) announce(tx pay.Tx, link Link, order pay.Order, payment pay.Payment, at time.Time) error {
	if !announced[link.Status] {
		return nil
	}
	settings, err := tx.Settings(link.Store)
	if err != nil || settings.Get(updates) != on {
		return err
	}
	noun, err := l.noun(tx, link, order, payment)
	if err != nil {
		return err
	}
	return tx.Emit(pay.Event{
		ID: pay.EventIDOf(Dialect, noun, at), Store: link.Store, Env: link.Env, Type: Updated,
		Key: string(link.ID) + "/" + string(link.Status), At: at, Dialect: Dialect, Noun: noun,
	})
}
