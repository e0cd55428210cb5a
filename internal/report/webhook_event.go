package report

import (
	"context"
	"time"

	"tillway/internal/pay"
)

// EventQuery says which events a list holds.
type EventQuery struct {
	Since time.Time // made at or after; zero is the beginning
	Until time.Time // made before; zero is now
	After Cursor    // the end of the page before
	Limit int       // at most MostListed; ListedUnlessAsked when zero
}

// Unsent says why an event was born without a delivery.
type Unsent string

// The reasons.
const (
	NobodyAsked Unsent = "no_endpoint"        // no active endpoint of the environment asks for it
	NotApproved Unsent = "store_not_approved" // live events of such a store are kept and not sent
)

// UnmatchedEvent is an event that was born without a delivery.
type UnmatchedEvent struct {
	Scope
	ID     pay.EventID
	Type   pay.EventType
	Key    string // the id of what happened, such as the payment
	Reason Unsent
	// SentSince says that somebody had it delivered after all.
	SentSince bool
	At        time.Time
}

// EventPage is one page of a list.
type EventPage struct {
	PageEnd
	Events []UnmatchedEvent
}

// ListUnmatched lists events of a scope that were born without a delivery, from
// new to old. Errors: Invalid, naming the member of the query.
func ListUnmatched(ctx context.Context, log WebhookLog, scope Scope, query EventQuery) (page EventPage, err error) {
	if query.Limit, err = pageLimit(query.Limit); err != nil {
		return page, err
	}
	if err := checkSpan(query.Since, query.Until); err != nil {
		return page, err
	}
	return log.Unmatched(ctx, scope, query)
}
