package link

import (
	"slices"
	"time"

	"tillway/internal/fault"
)

// Status is the closed set of states of a link, in Wayl's own words
// (spec/wayl.md §5).
type Status string

// The states of a link. Complete and Delivered are paid; Cancelled and Rejected
// failed; Returned is money given back.
const (
	Created    Status = "Created"
	Pending    Status = "Pending"    // the buyer's details are known
	Processing Status = "Processing" // a payment is under way, or its outcome is not known
	Complete   Status = "Complete"
	Delivered  Status = "Delivered"
	Cancelled  Status = "Cancelled" // invalidated, or its time was up
	Rejected   Status = "Rejected"  // by the operator
	Returned   Status = "Returned"
)

// arrows is the transition table (spec/wayl.md §5). Beside the sheet's arrows a
// link goes back from Processing to Pending when a payment came to nothing, so
// that the buyer may try again, and from Cancelled or Rejected to Complete when
// money came late and the store honours it (DESIGN §3 rule 6). The sheet's arrow
// from Processing to Rejected is not here: a link is Processing exactly while a
// payment may still move money, and nobody can say in its stead that it will not
// (rule 5). Once the payment has come to nothing the link is Pending.
var arrows = map[Status][]Status{
	Created:    {Pending, Processing, Complete, Cancelled},
	Pending:    {Processing, Complete, Cancelled, Rejected},
	Processing: {Pending, Complete, Cancelled},
	Complete:   {Delivered, Returned},
	Delivered:  {Returned},
	Cancelled:  {Complete},
	Rejected:   {Complete},
}

// Statuses lists every state in the order of a link's life.
func Statuses() []Status {
	return []Status{Created, Pending, Processing, Complete, Delivered, Cancelled, Rejected, Returned}
}

// Known reports whether there is such a state.
func (s Status) Known() bool { return slices.Contains(Statuses(), s) }

// Paid reports whether the buyer's money is the merchant's.
func (s Status) Paid() bool { return s == Complete || s == Delivered }

// Waiting reports whether nothing is being paid yet: what Wayl calls pending,
// and what runs out of time (spec/wayl.md §2.5).
func (s Status) Waiting() bool { return s == Created || s == Pending }

// Leads reports whether the table has an arrow.
func (s Status) Leads(to Status) bool { return slices.Contains(arrows[s], to) }

// move takes the link along one arrow and notes when it was paid first.
// Errors: State "link_transition".
func (l *Link) move(to Status, at time.Time) error {
	if !l.Status.Leads(to) {
		return fault.New(fault.State, "link_transition", "A link cannot go from "+string(l.Status)+" to "+string(to))
	}
	if to == Cancelled && l.Expired(at) {
		at = l.endedAt() // whoever ends it
	}
	l.Status, l.UpdatedAt = to, later(l.UpdatedAt, at)
	if to == Complete && l.CompletedAt.IsZero() {
		l.CompletedAt = at
	}
	return nil
}
