package cart

import (
	"slices"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// Limits of checkouts (spec/diddo.md §5).
const (
	// Life is how long a checkout, and a customer's session, can last.
	Life = 24 * time.Hour
	// mostFailures is the failed payment that ends a checkout.
	mostFailures = 3
)

// CheckoutID is a ULID.
type CheckoutID string

// CheckoutStatus is how far a checkout is.
type CheckoutStatus string

// The states of a checkout.
const (
	CheckoutInitialized CheckoutStatus = "initialized"
	CheckoutInProgress  CheckoutStatus = "in_progress"
	CheckoutSucceeded   CheckoutStatus = "succeeded"
	CheckoutFailed      CheckoutStatus = "failed"
	CheckoutCancelled   CheckoutStatus = "cancelled"
)

// checkoutArrows is the transition table (spec/diddo.md §5). A capture that
// comes late, and that the store honours, leads to succeeded also from a failure
// and a cancellation.
var checkoutArrows = map[CheckoutStatus][]CheckoutStatus{
	CheckoutInitialized: {CheckoutInProgress, CheckoutCancelled},
	CheckoutInProgress:  {CheckoutSucceeded, CheckoutFailed, CheckoutCancelled},
	CheckoutFailed:      {CheckoutInProgress, CheckoutCancelled, CheckoutSucceeded},
	CheckoutCancelled:   {CheckoutSucceeded},
}

// Over reports whether the buyer can do nothing more.
func (s CheckoutStatus) Over() bool { return s == CheckoutSucceeded || s == CheckoutCancelled }

// ended reports whether the buyer can do nothing more at a time: the checkout's
// own is up at its end, whenever its timer runs.
func (c Checkout) ended(at time.Time) bool { return c.Status.Over() || !at.Before(c.ExpiresAt) }

// Reason says why a checkout was cancelled.
type Reason string

// The reasons.
const (
	TooManyFailures Reason = "too_many_failures"
	Expired         Reason = "expired"
	GivenUp         Reason = "cancelled"
)

// Failure is why the last payment failed.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Checkout is one buyer's way from a live cart to an order.
type Checkout struct {
	ID        CheckoutID
	Store     pay.StoreID
	Env       pay.Env
	Cart      ID
	Origin    ID // the cart that Cart was copied from, "" for none
	Session   pay.SessionID
	Customer  CustomerID // whose session opened it, "" for none
	Status    CheckoutStatus
	Reason    Reason // of CheckoutCancelled
	Failures  int    // payments that failed
	Failure   Failure
	Option    connector.Method // the payment option, "" until one was picked
	Amount    money.Amount
	Order     pay.OrderID // once it succeeded
	Row       int64
	CreatedAt time.Time
	UpdatedAt time.Time
	ExpiresAt time.Time
}

var (
	// ErrCheckoutNotFound is the answer to an unknown checkout.
	ErrCheckoutNotFound = fault.New(fault.NotFound, "checkout_not_found", "There is no such checkout")
	errCheckoutEnded    = fault.New(fault.State, "checkout_ended", "The checkout has ended").
				WithHint("Begin another checkout from the cart")
)

// move takes the checkout along one arrow; staying is legal.
// Errors: State "checkout_transition".
func (c *Checkout) move(to CheckoutStatus) error {
	if c.Status != to && !slices.Contains(checkoutArrows[c.Status], to) {
		return fault.New(fault.State, "checkout_transition", "The checkout is "+string(c.Status)+" and cannot become "+string(to))
	}
	c.Status = to
	return nil
}

// OrderNumber is what people call the order of a live cart: the last characters
// of its id, which are random.
func OrderNumber(cart ID) string {
	const short = 8
	return string(cart[max(0, len(cart)-short):])
}
