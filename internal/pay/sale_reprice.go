package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/money"
)

// Repricing is the input of RepriceSale.
type Repricing struct {
	Session SessionID
	Actor   Actor
	Price   money.Amount // final, in the sale's currency
	At      time.Time
}

// Validate checks the price.
func (in Repricing) Validate() error {
	if in.Price.Sign() <= 0 {
		return fault.Invalidf("amount", "bad_amount", "The amount must be greater than zero")
	}
	return nil
}

// RepriceSale changes what an open sale of an amount costs, as a choice of
// shipping does. A page that was drawn for the old price cannot charge.
// Errors: Invalid "amount", ErrSessionNotFound, ErrNoStoreAccess,
// ErrSessionNotOpen, ErrBeingPaid.
func RepriceSale(_ context.Context, tx Tx, in Repricing) (Session, error) {
	if err := in.Validate(); err != nil {
		return Session{}, err
	}
	session, err := tx.Session(in.Session)
	if err != nil {
		return Session{}, err
	}
	if session.Env != in.Actor.Env || session.Dialect == "" {
		return Session{}, ErrSessionNotFound
	}
	if err := Permit(tx, in.Actor, session.Store, Admin); err != nil {
		return Session{}, err
	}
	if session.Status != SessionOpen || session.Expired(in.At) {
		return Session{}, ErrSessionNotOpen
	}
	if in.Price.Currency() != session.Price.Amount.Currency() {
		return Session{}, fault.Invalidf("amount", "bad_currency", "The amount must be in %s", session.Price.Amount.Currency())
	}
	order, err := session.openOrder(tx)
	if err != nil {
		return Session{}, err
	}
	if order.ID != "" {
		if busy, err := isOpen(tx, order); err != nil {
			return Session{}, err
		} else if busy {
			return Session{}, ErrBeingPaid
		}
		if err := abandonUnsent(tx, &order, in.At); err != nil {
			return Session{}, err
		}
		order.Quote, order.UpdatedAt = untaxed(in.Price), in.At
		order.Turn++
		tx.UpdateOrder(order)
	}
	session.Price.Amount = in.Price
	tx.RepriceSession(session)
	return tx.Session(session.ID)
}
