// Package connector is the port to a payment provider: what the core asks of
// one, and the closed set of answers it may get back (spec/connectors.md §5.5).
//
// The package knows amounts and currencies and nothing else of Tillway; in
// particular it may not know HTTP (headers are plain maps), orders, stores or
// the database. Persisting an attempt before the call, deciding when to
// inquire and never starting a second attempt beside an open one is the
// engine's work (package pay), not a connector's.
package connector

import (
	"context"
	"time"
)

// Connector talks to one provider. Every method may be called from several
// goroutines. A method never returns an error for a money operation: what went
// wrong is an Outcome, because the engine must act differently on "no byte
// left this machine" and on "the answer never came".
type Connector interface {
	// Describe says what the connector can do. It is constant for its life.
	Describe() Capabilities
	// Begin creates and, where the provider allows it, confirms a charge. It is
	// replay-safe: the same Reference never moves money twice.
	Begin(ctx context.Context, charge Charge) Result
	// Continue hands over what the customer did (challenge, redirect, OTP).
	Continue(ctx context.Context, ref Ref, input CustomerInput) Result
	// Cancel asks the provider to abandon a charge that is not captured.
	Cancel(ctx context.Context, ref Ref) Result
	// Refund returns captured money. Refund.Reference is its idempotency key.
	Refund(ctx context.Context, refund Refund) Result
	// Inquire reads the provider's truth about a charge by our reference.
	// It changes nothing.
	Inquire(ctx context.Context, ref Ref) Observation
	// InquireRefund reads the provider's truth about a refund by our reference.
	InquireRefund(ctx context.Context, reference string) Observation
	// ParseCallback verifies and reads a provider's call. A Signal that is not
	// Authenticated is only a reason to inquire.
	ParseCallback(ctx context.Context, headers map[string][]string, body []byte) ([]Signal, error)
	// ListSettled pages through what the provider booked, oldest first, for
	// reconciliation. An empty next cursor ends the list.
	ListSettled(ctx context.Context, from, until time.Time, cursor string) (items []Settled, next string, err error)
}
