package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// SaleCancellation is the input of CancelSale.
type SaleCancellation struct {
	Session SessionID
	Actor   Actor
	At      time.Time
}

// ErrSessionNotOpen is the answer to ending a checkout that is paid or has
// ended.
var ErrSessionNotOpen = fault.New(fault.State, "session_not_open", "The checkout is paid or has ended")

// CancelSale gives an open checkout up, and its pending order with it. Whoever
// has the page may, as the buyer. A payment that may still move money has to end
// first (DESIGN §3 rule 5).
// Errors: ErrSessionNotFound, ErrNoStoreAccess, ErrSessionNotOpen,
// ErrOrderBeingPaid.
func CancelSale(_ context.Context, tx Tx, in SaleCancellation) (Session, error) {
	session, err := tx.Session(in.Session)
	if err != nil {
		return Session{}, err
	}
	if session.Env != in.Actor.Env {
		return Session{}, ErrSessionNotFound
	}
	if in.Actor.Kind == ByVisitor {
		if session.Store != in.Actor.Store {
			return Session{}, ErrSessionNotFound
		}
	} else if err := Permit(tx, in.Actor, session.Store, Admin); err != nil {
		return Session{}, err
	}
	if session.Status != SessionOpen {
		return Session{}, ErrSessionNotOpen
	}
	order, err := session.openOrder(tx)
	if err != nil {
		return Session{}, err
	}
	if busy, err := isOpen(tx, order); err != nil {
		return Session{}, err
	} else if busy {
		return Session{}, ErrOrderBeingPaid
	}
	if err := endSale(tx, session.ID, in.At); err != nil {
		return Session{}, err
	}
	return endedSale(tx, StepCanceled, session.ID, in.At)
}

// openOrder is the session's order, the zero Order when it has none.
func (s Session) openOrder(r Records) (Order, error) {
	if s.Order == "" {
		return Order{}, nil
	}
	return r.Order(s.Order)
}

// endSale ends an open session and cancels its pending order. The caller has
// seen that no attempt may still move money.
func endSale(tx Tx, id SessionID, at time.Time) error {
	session, err := tx.Session(id)
	if err != nil || session.Status != SessionOpen {
		return err
	}
	order, err := session.openOrder(tx)
	if err != nil {
		return err
	}
	if order.ID != "" {
		if err := abandonUnsent(tx, &order, at); err != nil {
			return err
		}
		if err := order.move(OrderCanceled, at); err != nil {
			return err
		}
		tx.UpdateOrder(order)
	}
	session.Status = SessionEnded
	tx.UpdateSession(session)
	tx.DropTimer(TimerExpiry, string(id))
	return nil
}

// endedSale has the noun of a sale that ended follow, and returns the session.
func endedSale(tx Tx, kind StepKind, id SessionID, at time.Time) (Session, error) {
	session, err := tx.Session(id)
	if err != nil {
		return Session{}, err
	}
	order, err := session.openOrder(tx)
	if err != nil {
		return Session{}, err
	}
	_, err = tx.follow(Step{Kind: kind, Session: session, Order: order, At: at})
	return session, err
}
