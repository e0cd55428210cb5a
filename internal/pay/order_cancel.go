package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// Cancellation is the input of CancelOrder.
type Cancellation struct {
	ID    OrderID
	Actor Actor
	At    time.Time
}

// Faults of cancellations (spec/pancake.md §4).
var (
	ErrNotYourOrder   = fault.New(fault.Forbidden, "order_of_another", "Order does not belong to user")
	ErrOrderBeingPaid = fault.New(fault.State, "order_being_paid", "Order cannot be canceled while a payment is under way").
				WithHint("Wait for the result of the payment; an order that turns out to be paid can be refunded")
)

// CancelOrder gives a pending order up, and its session with it. A payment that
// may still move money has to end first (spec/pancake.md §5.10, §7; DESIGN §3
// rule 5).
// Errors: ErrOrderNotFound, ErrNoStoreAccess, ErrNotYourOrder, ErrOrderBeingPaid,
// State "order_not_pending".
func CancelOrder(_ context.Context, tx Tx, in Cancellation) (Order, error) {
	order, err := in.order(tx)
	if err != nil {
		return Order{}, err
	}
	if order.Status != OrderPending {
		return Order{}, fault.New(fault.State, "order_not_pending", "Order cannot be canceled, current status: "+string(order.Status))
	}
	if busy, err := isOpen(tx, order); err != nil {
		return Order{}, err
	} else if busy {
		return Order{}, ErrOrderBeingPaid
	}
	if err := endSale(tx, order.Session, in.At); err != nil {
		return Order{}, err
	}
	if _, err := endedSale(tx, StepCanceled, order.Session, in.At); err != nil {
		return Order{}, err
	}
	return tx.Order(order.ID)
}

// order finds the order if it is the actor's to cancel. What is in another
// environment, or in another store than a token's, does not exist for it.
func (in Cancellation) order(tx Tx) (Order, error) {
	order, err := tx.Order(in.ID)
	if err != nil {
		return Order{}, err
	}
	if order.Env != in.Actor.Env {
		return Order{}, ErrOrderNotFound
	}
	if in.Actor.Kind != ByBuyer {
		return order, Permit(tx, in.Actor, order.Store, Admin)
	}
	switch {
	case order.Store != in.Actor.Store:
		return Order{}, ErrOrderNotFound
	case order.Identity == "" || order.Identity != in.Actor.Buyer:
		return Order{}, ErrNotYourOrder
	}
	return order, nil
}
