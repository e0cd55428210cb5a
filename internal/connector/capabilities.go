package connector

import (
	"slices"
	"time"

	"tillway/internal/money"
)

// Capabilities is what a connector can do, constant for its life.
type Capabilities struct {
	Name         string // stable, lower case; part of the ledger account "provider/{name}"
	Environments []Environment
	Methods      []Method
	Currencies   []money.Currency // empty: every currency
	// PartialRefund and AsyncRefund say how refunds behave.
	PartialRefund bool
	AsyncRefund   bool
	// InquiryByReference says that a charge whose answer was lost can be found
	// by our own reference alone. Without it an unknown outcome needs a person.
	InquiryByReference bool
	// KeepsBook says that ListSettled is complete, so verify compares it with
	// the ledger.
	KeepsBook bool
	// MaxBlock is the longest time a call may stay in the provider's hands
	// before it is booked or dropped, counted from the moment Begin is called;
	// clock skew is added by the engine.
	MaxBlock time.Duration
	// LateCapture is how long after a failure the provider may still capture.
	// The engine goes on looking for that long.
	LateCapture time.Duration
	// RefundWindow is how long after capture a refund is accepted; 0 is for ever.
	RefundWindow time.Duration
}

// Serves reports whether the connector takes charges of this environment, method and currency.
func (c Capabilities) Serves(env Environment, method Method, currency money.Currency) bool {
	return slices.Contains(c.Environments, env) && slices.Contains(c.Methods, method) &&
		(len(c.Currencies) == 0 || slices.Contains(c.Currencies, currency))
}
