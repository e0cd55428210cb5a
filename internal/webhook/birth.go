package webhook

import (
	"cmp"
	"time"

	"tillway/internal/lease"
)

// BornLease is how long the committing node owns a new delivery. It leaves a
// quarter of a minute in the queue before the longest request of any dialect
// (20 s) plus LeaseSpare would have to renew it.
const BornLease = 50 * time.Second

// LeaseSpare is how far a lease outlives the time limit of the request sent
// under it (DESIGN §2 step 6).
const LeaseSpare = 15 * time.Second

// Birth is what fanout knows of a delivery it is about to insert. ID, Now and
// Owner (Dispatcher.Owner) are known before the transaction.
type Birth struct {
	ID        DeliveryID
	Endpoint  Endpoint
	EventID   string
	EventType EventType
	EventKey  string
	Origin    Origin // FromEvent when empty
	// Subject and SubjectVersion are Delivery's.
	Subject        string
	SubjectVersion int64
	Headers        []Header // Content-Type and the dialect's own; never the signature's
	Body           []byte
	Scheme         Scheme
	KeyName        string
	Schedule       ScheduleName
	Owner          lease.Owner
	Now            time.Time
}

// Delivery makes the row: pending, and leased to its maker for BornLease. One
// that is made without an owner, and one to a listener, whose stream may be on
// another node, is due at once and of nobody. Of an endpoint whose secrets do not
// open it is over at once, and says so in the log; what it tells of goes on.
func (b Birth) Delivery() Delivery {
	delivery := Delivery{
		ID: b.ID, Endpoint: b.Endpoint.ID, Queue: b.Endpoint.Queue(),
		Store: b.Endpoint.Store, Env: b.Endpoint.Env, Channel: b.Endpoint.Channel,
		Origin: cmp.Or(b.Origin, FromEvent), EventID: b.EventID, EventType: b.EventType, EventKey: b.EventKey,
		Subject: b.Subject, SubjectVersion: b.SubjectVersion, Ordered: b.ordered(),
		URL: b.Endpoint.Shown(), Headers: b.Headers, Body: b.Body,
		Scheme: b.Scheme, KeyName: b.KeyName, Schedule: b.Schedule,
		State: Pending, WakeAt: b.Now.Add(BornLease), Owner: b.Owner, CreatedAt: b.Now,
		Route: b.Endpoint.Route(),
	}
	if b.Owner == "" || b.Endpoint.Channel == Listener {
		delivery.WakeAt, delivery.Owner = b.Now, ""
	}
	if b.Endpoint.Locked {
		delivery.State, delivery.WakeAt, delivery.Owner = Failed, time.Time{}, ""
	}
	return delivery
}

// ordered reports whether the delivery keeps to its subject's order. A sample,
// which a person waits for, neither waits for others nor holds them up.
func (b Birth) ordered() bool {
	return b.Endpoint.Ordered && b.Subject != "" && b.Origin != FromTest
}
