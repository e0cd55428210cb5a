package cart

import (
	"encoding/json"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// The events that this package adds to the core's.
const (
	Initialized     pay.EventType = "checkout.initialized"
	Progressed      pay.EventType = "checkout.in_progress"
	Failed          pay.EventType = "checkout.failed"
	Cancelled       pay.EventType = "checkout.cancelled"
	ReturnInitiated pay.EventType = "return.initiated"
)

// Snapshot is all that an event tells of a checkout and its cart.
type Snapshot struct {
	Checkout    CheckoutID       `json:"checkout"`
	Cart        ID               `json:"cart"`
	Origin      ID               `json:"origin,omitempty"`
	Status      CheckoutStatus   `json:"status"`
	Reason      Reason           `json:"reason,omitempty"`
	Failure     *Failure         `json:"failure,omitempty"`
	Option      connector.Method `json:"option,omitempty"`
	Store       pay.StoreID      `json:"store"`
	StoreName   string           `json:"storeName"`
	Lines       []SoldLine       `json:"lines"`
	Subtotal    money.Amount     `json:"subtotal"`
	Shipping    money.Amount     `json:"shipping"`
	Tax         money.Amount     `json:"tax"`
	Total       money.Amount     `json:"total"`
	Method      string           `json:"method"` // of shipping, its title
	Email       string           `json:"email,omitempty"`
	Buyer       pay.Buyer        `json:"buyer"`
	Order       pay.OrderID      `json:"order,omitempty"`
	OrderNumber string           `json:"orderNumber,omitempty"`
}

// SoldLine is a line as it was sold.
type SoldLine struct {
	Line
	Available bool `json:"available"`
}

// snapshot of a cart whose checkout was begun.
func (p Priced) snapshot() Snapshot {
	s := Snapshot{
		Checkout: p.Checkout.ID, Cart: p.ID, Origin: p.Origin, Status: p.Checkout.Status, Reason: p.Checkout.Reason,
		Option: p.Checkout.Option, Store: p.Store, StoreName: p.StoreName, Subtotal: p.Subtotal, Shipping: p.Delivery, Tax: p.Tax,
		Total: p.Checkout.Amount, Method: p.Method.Title, Email: p.Email, Buyer: p.Buyer, Order: p.Checkout.Order,
	}
	if p.Checkout.Failure != (Failure{}) {
		failure := p.Checkout.Failure
		s.Failure = &failure
	}
	if s.Order != "" {
		s.OrderNumber = OrderNumber(p.ID)
	}
	for _, line := range p.Lines {
		s.Lines = append(s.Lines, SoldLine{Line: line.Line, Available: line.Available})
	}
	return s
}

// noun is the checkout as the core's events carry it.
func (p Priced) noun() (pay.Noun, error) {
	detail, err := json.Marshal(p.snapshot())
	return pay.Noun{ID: string(p.Checkout.ID), Row: p.Checkout.Row, Detail: string(detail)}, err
}

// SnapshotOf reads what a noun of this package carries.
// Errors: Internal "bad_noun".
func SnapshotOf(noun pay.Noun) (Snapshot, error) {
	var s Snapshot
	if err := json.Unmarshal([]byte(noun.Detail), &s); err != nil {
		return Snapshot{}, fault.New(fault.Internal, "bad_noun", "The event's cart cannot be read").WithCause(err)
	}
	return s, nil
}

// tell emits an event of this package. Each of one checkout's versions is told
// by one event at most.
func (c *Carts) tell(tx pay.Tx, event pay.EventType, key string, about Priced, at time.Time, refund ...pay.Refund) error {
	noun, err := about.noun()
	if err != nil {
		return err
	}
	told := pay.Event{
		ID: pay.EventIDOf(Dialect, noun, at), Store: about.Store, Env: about.Env, Type: event, Key: key, At: at,
		Dialect: Dialect, Noun: noun,
	}
	if len(refund) > 0 {
		told.Refund = &refund[0]
	}
	return tx.Emit(told)
}

// reasons are the causes of failed payments in words.
var reasons = map[connector.Reason]string{
	connector.ReasonGeneric:           "The card was declined",
	connector.ReasonInsufficientFunds: "The card has insufficient funds",
	connector.ReasonLostCard:          "The card was declined",
	connector.ReasonStolenCard:        "The card was declined",
	connector.ReasonExpiredCard:       "The card has expired",
	connector.ReasonIncorrectCVC:      "The card's security code is incorrect",
	connector.ReasonInvalidNumber:     "The card number is incorrect",
	connector.ReasonAuthentication:    "The cardholder was not authenticated",
	connector.ReasonCancelled:         "The customer cancelled the payment",
	connector.ReasonExpired:           "The payment ran out of time",
	connector.ReasonUnsupported:       "The card does not support this kind of purchase",
	connector.ReasonInvalidRequest:    "The payment could not be processed",
	connector.ReasonProviderError:     "The payment could not be processed",
	connector.ReasonNotReceived:       "The payment was not received",
}

func wordsOf(reason connector.Reason) string {
	if words, known := reasons[reason]; known {
		return words
	}
	return "The payment failed"
}
