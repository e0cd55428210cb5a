package pay

import (
	"context"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// CheckoutState is what a checkout page has to show: the closed set of answers
// to "where is this purchase, for this visitor, now?".
type CheckoutState string

// The states of a checkout, each with what the buyer can do.
const (
	CheckoutDetails     CheckoutState = "details"     // fill in the consumer step
	CheckoutPayment     CheckoutState = "payment"     // pay, or go back to the details
	CheckoutChallenge   CheckoutState = "challenge"   // answer the provider's question
	CheckoutWaiting     CheckoutState = "waiting"     // wait: the outcome is not known yet
	CheckoutPaid        CheckoutState = "paid"        // done; this browser paid: receipt and the way back
	CheckoutUsed        CheckoutState = "used"        // done by another browser
	CheckoutBeingPaid   CheckoutState = "being_paid"  // another browser is paying
	CheckoutExpired     CheckoutState = "expired"     // ask the shop for a new link
	CheckoutUnavailable CheckoutState = "unavailable" // the store cannot sell now
)

// Checkout is everything a checkout page shows. Members that do not apply to
// the state are zero.
type Checkout struct {
	State      CheckoutState
	Session    Session
	Store      Store
	Product    ProductVersion // or the item that is sold, as such a version
	Order      Order          // zero before the consumer step
	Payment    Payment
	Quote      Quote             // what is asked; before the order it is the untaxed price
	LastReason connector.Reason  // why the previous attempt failed, "" at first
	LastKind   connector.Decline // whether the same card may be tried again
	Unsent     bool              // the previous attempt provably never left
	Action     *connector.Action // in CheckoutChallenge and CheckoutWaiting
	Turn       int64             // to be sent back with Start
	// Methods is what the session offers and a connector serves. It is empty
	// when the operator has configured no connector for this environment.
	Methods    []connector.Method
	SuccessURL string // session over product; "" is none
	At         time.Time
	byHand     bool // the store has instructions for those who pay by hand
}

// LookAtCheckout tells where a checkout is for one browser. visitor is the hash
// of the browser's cookie, "" when it has none.
// Errors: ErrSessionNotFound.
func (c *Core) LookAtCheckout(ctx context.Context, id SessionID, visitor string) (Checkout, error) {
	look := Checkout{At: c.Now()}
	err := c.View(ctx, func(r Records) error { return look.read(r, id, visitor) })
	if err != nil {
		return Checkout{}, err
	}
	for _, method := range look.Session.Methods {
		if method == byHand && !look.byHand {
			continue // the store has stopped it
		}
		if c.serving(look.Session.Env, method, look.Session.Price.Amount.Currency()) != nil {
			look.Methods = append(look.Methods, method)
		}
	}
	if resting := look.State == CheckoutDetails || look.State == CheckoutPayment; resting && len(look.Methods) == 0 {
		look.State = CheckoutUnavailable
	}
	return look, nil
}

func (l *Checkout) read(r Records, id SessionID, visitor string) (err error) {
	if l.Session, err = r.Session(id); err != nil {
		return err
	}
	if l.Store, err = r.StoreEver(l.Session.Store); err != nil {
		return err
	}
	if l.Product, err = l.Session.sold(r); err != nil {
		return err
	}
	instructions, err := instructionsFor(r, l.Session.Store, l.Session.Methods)
	if err != nil {
		return err
	}
	l.byHand = instructions != ""
	l.SuccessURL = l.Session.SuccessURL
	if l.SuccessURL == "" {
		l.SuccessURL = l.Product.SuccessURL
	}
	if l.Session.Order == "" {
		if l.Quote = untaxed(l.Session.Price.Amount); l.Session.Form == FormBilling {
			l.Quote.Tax = money.Amount{} // which depends on where the buyer is
		}
		l.State = l.resting(CheckoutDetails)
		return nil
	}
	if l.Order, err = r.Order(l.Session.Order); err != nil {
		return err
	}
	l.Quote, l.Turn = l.Order.Quote, l.Order.Turn
	if l.Order.SuccessURL != "" {
		l.SuccessURL = l.Order.SuccessURL
	}
	last, err := r.LastAttemptOfOrder(l.Order.ID)
	if err != nil {
		return err
	}
	if last.Payment != "" {
		if l.Payment, err = r.Payment(last.Payment); err != nil {
			return err
		}
	}
	l.State = l.judge(last, visitor)
	return nil
}

// judge decides the state of a checkout that has an order.
func (l *Checkout) judge(last Attempt, visitor string) CheckoutState {
	mine := visitor != "" && last.Visitor == visitor
	switch {
	case l.Order.Status == OrderCompleted && mine:
		return CheckoutPaid
	case l.Order.Status == OrderCompleted:
		return CheckoutUsed
	case last.State.Open() && !mine:
		return CheckoutBeingPaid
	case last.State == AttemptRequiresAction && last.Action.Asks():
		l.Action = last.Action
		return CheckoutChallenge
	case last.State.Open():
		l.Action = last.Action
		return CheckoutWaiting
	}
	if mine {
		l.LastReason, l.LastKind, l.Unsent = last.Reason, last.Decline, last.State == AttemptNotAttempted
	}
	return l.resting(CheckoutPayment)
}

// resting is the state while nothing is being paid.
func (l *Checkout) resting(otherwise CheckoutState) CheckoutState {
	switch {
	case l.Session.Status != SessionOpen || l.Session.Expired(l.At):
		return CheckoutExpired
	case l.Store.OpenIn(l.Session.Env) != nil:
		return CheckoutUnavailable
	}
	return otherwise
}
