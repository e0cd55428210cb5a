package pay

import (
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// AttemptID is "ATT_" and 22 base62 characters. It is also the reference under
// which the provider knows the attempt.
type AttemptID string

// AttemptState is the closed set of states of an attempt.
type AttemptState string

// The states of an attempt. calling is durable before the first byte leaves.
const (
	AttemptCalling        AttemptState = "calling"
	AttemptPending        AttemptState = "pending"
	AttemptRequiresAction AttemptState = "requires_action"
	AttemptUnknown        AttemptState = "unknown"
	AttemptSucceeded      AttemptState = "succeeded"
	AttemptDeclined       AttemptState = "declined"
	AttemptNotAttempted   AttemptState = "not_attempted"
	AttemptRejected       AttemptState = "rejected"
	AttemptLate           AttemptState = "captured_late" // money moved after we had given the attempt up
)

var (
	attemptOpen = []AttemptState{
		AttemptCalling, AttemptPending, AttemptRequiresAction, AttemptUnknown,
		AttemptSucceeded, AttemptDeclined, AttemptNotAttempted, AttemptRejected, AttemptLate,
	}
	// attemptArrows is the transition table. An open attempt may learn
	// anything; one that failed may still turn out to have captured.
	attemptArrows = map[AttemptState][]AttemptState{
		AttemptCalling:        attemptOpen,
		AttemptPending:        attemptOpen,
		AttemptRequiresAction: attemptOpen,
		AttemptUnknown:        attemptOpen,
		AttemptDeclined:       {AttemptSucceeded, AttemptLate},
		AttemptRejected:       {AttemptSucceeded, AttemptLate},
		AttemptNotAttempted:   {AttemptSucceeded, AttemptLate},
	}
)

// Open reports whether the provider may still move the money of this attempt
// as far as we know, so that no other may start.
func (s AttemptState) Open() bool {
	switch s {
	case AttemptCalling, AttemptPending, AttemptRequiresAction, AttemptUnknown:
		return true
	}
	return false
}

// Captured reports whether money moved.
func (s AttemptState) Captured() bool { return s == AttemptSucceeded || s == AttemptLate }

// Attempt is one call to a provider, made durable before it.
type Attempt struct {
	ID         AttemptID
	Store      StoreID
	Env        Env
	Payment    PaymentID
	Order      OrderID
	Turn       int64 // 1, 2, … within the order; unique, so no two can start at once
	Number     int64 // 1, 2, … within the payment
	Connector  string
	ProviderID string
	State      AttemptState
	Amount     money.Amount
	Captured   money.Amount // zero of the currency until captured
	Reason     connector.Reason
	Decline    connector.Decline
	Message    string
	Action     *connector.Action // while State is requires_action
	Visitor    string            // hash of the browser that started it
	CalledAt   time.Time
	ResolvedAt time.Time
	WatchUntil time.Time // a failed attempt is looked at until then for a late capture; zero is never
	Row        int64
}

// Ref names the attempt to its connector.
func (a Attempt) Ref() connector.Ref {
	return connector.Ref{Reference: string(a.ID), ProviderID: a.ProviderID}
}

type attemptRecords interface {
	// Attempt errors: NotFound "attempt_not_found".
	Attempt(AttemptID) (Attempt, error)
	// LastAttempt is the newest attempt of a payment.
	LastAttempt(PaymentID) (Attempt, error)
	// CapturedAttempt is the attempt whose money pays a succeeded payment.
	CapturedAttempt(PaymentID) (Attempt, error)
	// LastAttemptOfOrder is the newest attempt of any payment of an order, the
	// zero Attempt when there is none.
	LastAttemptOfOrder(OrderID) (Attempt, error)
	InsertAttempt(Attempt)
	UpdateAttempt(Attempt)
}

func (a *Attempt) move(to AttemptState, at time.Time) error {
	if err := move("attempt", attemptArrows, a.State, to); err != nil {
		return err
	}
	a.State = to
	if !to.Open() {
		a.ResolvedAt = at
	}
	return nil
}
