// Package job runs timers: durable alarms that wake an inquiry, an expiry or a
// refund when its moment has come (DESIGN §3, Time and chance).
//
// It knows a kind, a subject and a time, and may not know what any of them
// means: package app hands it one handler per kind. It reaches the database
// through Store and claims due rows by package lease.
//
// A handler that succeeded has moved or dropped its timer in its own
// transaction, which also ends the lease. A handler that failed leaves the
// timer to the runner, which postpones it. A handler that did neither (the
// process died, or it gave up while stopping) is called again when its lease
// has lapsed: so handlers are written to be run twice.
package job

import (
	"context"
	"time"

	"tillway/internal/lease"
)

// Kind names what a timer wakes.
type Kind string

// Timer is one alarm. Kind and Subject together name it.
type Timer struct {
	Kind    Kind
	Subject string
	Store   string
	Env     string
	At      time.Time // what it is for, in the store's time
	WakeAt  time.Time // when it is due, in wall time
	Tries   int       // wakes so far, as its handler counts them
}

// Claim leases due timers to an owner.
type Claim struct {
	Lease lease.Lease
	Now   time.Time
	Limit int
}

// Postponement moves a timer that its owner could not run.
type Postponement struct {
	Timer  Timer
	Owner  lease.Owner
	WakeAt time.Time
}

// Store is the table of timers. Every method is one bounded transaction.
type Store interface {
	// ClaimTimers leases at most Limit timers that are due at Now and that
	// nobody holds, longest due first. Next is when the first of the others is
	// due, zero when there is none.
	ClaimTimers(ctx context.Context, claim Claim) (lease.Batch[Timer], error)
	// PostponeTimer moves a timer and ends its lease, if the owner still holds
	// it: a timer that was set anew meanwhile is left alone.
	PostponeTimer(ctx context.Context, p Postponement) error
	// FreeTimers ends every lease of other owners. Only a process that knows
	// that it is alone may call it.
	FreeTimers(ctx context.Context, owner lease.Owner) error
}
