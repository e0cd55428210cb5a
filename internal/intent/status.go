package intent

import (
	"slices"

	"tillway/internal/fault"
)

// Status is where a transaction stands, in Waypay's own words
// (spec/waypay.md §5).
type Status string

// The states of a transaction that this version comes to. OnHold, Reversed,
// Disputed and Settled belong to parts of Waypay that are not built.
const (
	Pending         Status = "Pending"
	InProgress      Status = "InProgress" // the provider has the payment in hand, or nobody knows
	Completed       Status = "Completed"
	Failed          Status = "Failed"
	Cancelled       Status = "Cancelled"
	Expired         Status = "Expired"
	RefundRequested Status = "RefundRequested" // all that is left is asked back
	RefundFailed    Status = "RefundFailed"
	Refunded        Status = "Refunded" // all of it
)

// arrows is the transition table of spec/waypay.md §5. What has failed or ended
// stays so, with two exceptions in which money has moved after all. In a store that
// honours late captures, money that arrives completes what had ended (DESIGN §3
// rule 6); and where a refund failed, the operator may have returned all of it in
// another way.
var arrows = map[Status][]Status{
	Pending:         {InProgress, Completed, Failed, Cancelled, Expired},
	InProgress:      {Completed, Failed, Cancelled, Expired},
	Failed:          {Completed},
	Cancelled:       {Completed},
	Expired:         {Completed},
	Completed:       {RefundRequested},
	RefundRequested: {Completed, RefundFailed, Refunded},
	RefundFailed:    {Refunded},
}

// Statuses lists every state in the order of a transaction's life.
func Statuses() []Status {
	return []Status{Pending, InProgress, Completed, Failed, Cancelled, Expired, RefundRequested, RefundFailed, Refunded}
}

// Paid reports whether the buyer's money came, whatever became of it later.
func (s Status) Paid() bool {
	return slices.Contains([]Status{Completed, RefundRequested, RefundFailed, Refunded}, s)
}

// to checks one step. Errors: State "intent_transition".
func (s Status) to(next Status) error {
	if slices.Contains(arrows[s], next) {
		return nil
	}
	return fault.New(fault.State, "intent_transition", "The transaction is "+string(s)+" and cannot become "+string(next))
}
