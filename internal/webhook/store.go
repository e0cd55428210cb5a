package webhook

import (
	"context"
	"time"

	"tillway/internal/lease"
)

// Store is the table of deliveries as the Dispatcher needs it. Every method is
// one bounded transaction or snapshot. The suite webhooktest.Store says what an
// implementation must do.
type Store interface {
	// DueQueues pages through the queues in which something waits, in the
	// order of their ids, starting behind after. It is the first level of
	// claiming: its cost follows the number of queues, never their length.
	DueQueues(ctx context.Context, after QueueID, limit int) (QueuePage, error)
	// Claim leases, for each share, at most its room of the queue's rows that
	// are due, earliest first. It is the second level.
	Claim(ctx context.Context, claim Claim) ([]Claimed, error)
	// Due is the second level on a node that is alone: the same rows as Claim
	// leases, but for those that are Held, and without a lease. It is one
	// snapshot and writes nothing.
	Due(ctx context.Context, due Due) ([]Claimed, error)
	// Renew extends leases that the owner still holds at now, and returns the
	// ids for which that was so.
	Renew(ctx context.Context, renewal Renewal) ([]DeliveryID, error)
	// Release gives unsent deliveries back: due at now, owned by nobody. Rows
	// that the owner no longer holds are left alone.
	Release(ctx context.Context, owner lease.Owner, ids []DeliveryID, now time.Time) error
	// Record applies outcomes by the rule of Outcome, with what they mean for
	// their endpoints, and returns the notices that came of it. Recording one
	// twice changes nothing.
	Record(ctx context.Context, outcomes []Outcome) ([]Notice, error)
	// Orphans frees, in one page of queues starting behind after, the rows
	// leased to owners other than the given one whose lease would lapse before
	// the horizon. Only a node that knows it is alone may call it.
	Orphans(ctx context.Context, orphans Orphans) (QueuePage, error)
}

// WaitingQueue is a queue in which something waits.
type WaitingQueue struct {
	ID     QueueID
	WakeAt time.Time // the earliest in the queue, perhaps in the past
	// Version is the present one of the endpoint whose id the queue has; 0 when
	// there is no such endpoint.
	Version Version
}

// QueuePage is a part of the walk over waiting queues.
type QueuePage struct {
	Queues []WaitingQueue
	Last   bool // the walk has reached its end
}

// Share is what one queue may get of a claim.
type Share struct {
	Queue QueueID
	Room  int
	// After and Held are of Due alone: the row behind which to begin, and how many
	// rows of the queue behind it are in hand already.
	After Mark
	Held  int
	// Only, unless empty, is the one row of the queue that is wanted, if it is due.
	// In one claim all shares have it, or none.
	Only DeliveryID
}

// onlyOnes reports whether the shares are for single rows.
func onlyOnes(shares []Share) bool { return len(shares) > 0 && shares[0].Only != "" }

// Claim leases due rows to an owner.
type Claim struct {
	Lease  lease.Lease
	Now    time.Time
	Shares []Share
}

// Due asks for due rows that are not in hand already.
type Due struct {
	Now    time.Time
	Shares []Share
	Held   map[DeliveryID]bool // to be passed over
}

// Claimed is a delivery that now belongs to the claimer, with its endpoint's
// present URL and route, and why it must not be sent, if so: class Removed,
// Halted or Locked.
type Claimed struct {
	Delivery Delivery
	Stop     Class
}

// Renewal extends leases.
type Renewal struct {
	Lease lease.Lease
	Now   time.Time
	IDs   []DeliveryID
}

// Orphans describes one page of freeing what a dead predecessor held.
type Orphans struct {
	Owner   lease.Owner // the living one
	Now     time.Time
	Horizon time.Time
	After   QueueID
	Limit   int
}
