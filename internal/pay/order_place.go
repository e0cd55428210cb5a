package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// Placement is the input of PlaceOrder: what the consumer step of a checkout
// asks for. What the session prefilled may stay empty.
type Placement struct {
	ID         OrderID // minted; unused when the session has its order already
	Actor      Actor
	Session    SessionID
	BuyerEmail string
	Billing    Billing
	Buyer      Buyer // of the forms that ask for it
	SuccessURL string
	At         time.Time
}

// Placed is a pending order and what its payment page needs.
type Placed struct {
	Order     Order
	StoreSlug string
}

// ErrBeingPaid is the answer while an attempt of the session is open.
var ErrBeingPaid = fault.New(fault.State, "session_being_paid", "This checkout is being paid right now").
	WithHint("Wait for the result of the payment under way")

// PlaceOrder freezes price and tax and makes the session's order, or freezes
// them anew for the order it has while nothing is being paid. A session owns
// one order (spec/pancake.md §8).
// Errors: ErrSessionNotFound, ErrSessionExpired, ErrBeingPaid, ErrStoreInactive,
// Invalid "buyerEmail", "billingDetail.…" and "buyer.…".
func PlaceOrder(_ context.Context, tx Tx, in Placement) (Placed, error) {
	session, store, err := in.session(tx)
	if err != nil {
		return Placed{}, err
	}
	details, err := in.details(session)
	if err != nil {
		return Placed{}, err
	}
	quote := untaxed(session.Price.Amount) // which is final without a product
	if session.Form == FormBilling {
		if quote, err = quoteFor(tx, session.Price, details.billing); err != nil {
			return Placed{}, err
		}
	}

	order, fresh := Order{}, session.Order == ""
	if fresh {
		order = session.order(in.ID, in.At)
	} else if order, err = tx.Order(session.Order); err != nil {
		return Placed{}, err
	} else if order.Payment != "" {
		if busy, err := isOpen(tx, order); err != nil {
			return Placed{}, err
		} else if busy {
			return Placed{}, ErrBeingPaid
		}
	}
	if !fresh && (order.details() != details || order.Quote != quote) {
		// A page drawn for the old figures must not charge the new ones.
		order.Turn++
	}
	order.BuyerEmail, order.Billing, order.Buyer = details.email, details.billing, details.buyer
	order.Identity, order.Quote, order.UpdatedAt = session.Identity, quote, in.At
	if in.Actor.Kind == ByBuyer {
		order.Identity = in.Actor.Buyer
	}
	order.SuccessURL = session.SuccessURL
	// Whoever has the page's address may place the order; where the merchant's
	// buyers are led is not for any of them to say.
	if in.SuccessURL != "" && (in.Actor.Kind != ByVisitor || session.SuccessURL == "") {
		order.SuccessURL = in.SuccessURL
	}
	if !fresh {
		// A payment that provably never left belongs to the old figures.
		if err := abandonUnsent(tx, &order, in.At); err != nil {
			return Placed{}, err
		}
		tx.UpdateOrder(order)
		return placed(tx, session, order, store)
	}
	// The session goes first: its guard is the lock that lets one order be made.
	session.Order = order.ID
	tx.UpdateSession(session)
	tx.InsertOrder(order)
	tx.setExpiry(session)
	return placed(tx, session, order, store)
}

func placed(tx Tx, session Session, order Order, store Store) (Placed, error) {
	_, err := tx.follow(Step{Kind: StepPlaced, Session: session, Order: order, At: order.UpdatedAt})
	return Placed{Order: order, StoreSlug: store.Slug}, err
}

// Validate checks what needs no look-up.
func (in Placement) Validate() error {
	if in.BuyerEmail != "" {
		if _, err := CleanEmail("buyerEmail", in.BuyerEmail); err != nil {
			return err
		}
	}
	if in.Billing.IsSet() {
		if err := in.Billing.Clean().Shape(); err != nil {
			return err
		}
	}
	if err := in.Buyer.Clean().Complete(FormNone); err != nil {
		return err
	}
	return CheckSuccessURL(in.SuccessURL)
}

// Recover finds the order that was made. An order that was placed anew is not
// found by the id, and placing it once more changes nothing.
func (in Placement) Recover(r Records) (Placed, bool, error) {
	order, made, err := Found(r.Order(in.ID))
	if err != nil || !made {
		return Placed{}, false, err
	}
	store, err := r.Store(order.Store)
	return Placed{Order: order, StoreSlug: store.Slug}, err == nil, err
}

// session finds the open session that the actor may order in.
func (in Placement) session(tx Tx) (Session, Store, error) {
	session, err := tx.Session(in.Session)
	if err != nil {
		return Session{}, Store{}, err
	}
	if session.Env != in.Actor.Env {
		return Session{}, Store{}, ErrSessionNotFound
	}
	switch in.Actor.Kind {
	case ByMerchant:
		if err := Permit(tx, in.Actor, session.Store, Member); err != nil {
			return Session{}, Store{}, err
		}
	case ByStore, ByBuyer, ByVisitor:
		if session.Store != in.Actor.Store {
			return Session{}, Store{}, ErrSessionNotFound
		}
	}
	if session.Status != SessionOpen || session.Expired(in.At) {
		return Session{}, Store{}, ErrSessionExpired
	}
	store, err := tx.Store(session.Store)
	if err != nil {
		return Session{}, Store{}, err
	}
	return session, store, store.OpenIn(session.Env)
}

// details is what a consumer step gives.
type details struct {
	email   string
	billing Billing
	buyer   Buyer
}

func (o Order) details() details { return details{o.BuyerEmail, o.Billing, o.Buyer} }

// details fills what was not typed from the session's prefill and checks that
// the whole is what the session's form asks for.
func (in Placement) details(session Session) (given details, err error) {
	if given.email, err = in.email(session); err != nil {
		return details{}, err
	}
	given.buyer = in.Buyer.Clean().Or(session.Buyer)
	if session.Form == FormBilling {
		given.billing, err = in.billing(session)
		return given, err
	}
	return given, given.buyer.Complete(session.Form)
}

// email is what was typed, or what is known already. Not every form asks for it.
func (in Placement) email(session Session) (string, error) {
	raw := in.BuyerEmail
	if raw == "" {
		raw = session.BuyerEmail
	}
	if raw == "" && in.Actor.Kind == ByBuyer {
		// A token's identity is the buyer's name at the merchant, often an
		// address: then nothing else needs to be typed.
		if _, err := CleanEmail("buyerEmail", in.Actor.Buyer); err == nil {
			raw = in.Actor.Buyer
		}
	}
	if raw == "" && (session.Form == FormContact || session.Form == FormNone) {
		return "", nil
	}
	return CleanEmail("buyerEmail", raw)
}

func (in Placement) billing(session Session) (Billing, error) {
	billing := in.Billing.Clean()
	if !billing.IsSet() {
		billing = session.Billing
	}
	if !billing.IsSet() {
		return Billing{}, MissingField("billingDetail")
	}
	return billing, billing.Complete()
}

// isOpen reports whether the order's payment has an attempt that may still move money.
func isOpen(tx Tx, order Order) (bool, error) {
	if order.Payment == "" {
		return false, nil
	}
	last, err := tx.LastAttempt(order.Payment)
	return last.State.Open(), err
}

// abandonUnsent cancels a payment under the order whose attempts provably
// never reached the provider.
func abandonUnsent(tx Tx, order *Order, at time.Time) error {
	if order.Payment == "" {
		return nil
	}
	payment, err := tx.Payment(order.Payment)
	if err != nil {
		return err
	}
	if err := payment.move(PaymentCanceled, at); err != nil {
		return err
	}
	tx.UpdatePayment(payment)
	order.Payment = ""
	return nil
}
