package webhook

import (
	"time"

	"tillway/internal/fault"
)

// TriggerIn asks for a sample of an event (spec/pancake.md §10.7). ID and Now
// are minted before the transaction.
type TriggerIn struct {
	ID       string // of this request; the deliveries' ids are derived from it
	Store    StoreID
	Env      Env
	Endpoint EndpointID // empty: every active one that asks for the event
	Event    EventType
	Now      time.Time
}

// NotApproved says that nothing of a store's live environment is sent yet
// (DESIGN §3 rule 10).
func NotApproved(store StoreID) error {
	return fault.New(fault.State, "store_not_approved", "The store is not approved: nothing of its prod environment is sent yet.").
		WithHint("Approve it with: tillway store approve " + string(store))
}

// Validate checks everything that needs no database. Its faults are of kind
// Invalid and name "env" or "event"; which events there are, the dialects know.
func (in TriggerIn) Validate() error {
	if in.Env != Test && in.Env != Prod {
		return fault.Invalidf("env", "unknown_environment", "env must be test or prod; got %q.", string(in.Env))
	}
	if in.Event == "" {
		return fault.Invalidf("event", "event_required", "Name the event to send a sample of.")
	}
	return nil
}
