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
	Callback  Callback // in the place of an Endpoint, unless its ID is empty
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
// another node, is due at once and of nobody. Of an endpoint or a callback whose
// secrets do not open it is over at once, and says so in the log; what it tells
// of goes on.
func (b Birth) Delivery() Delivery {
	delivery := Delivery{
		ID:     b.ID,
		Origin: cmp.Or(b.Origin, FromEvent), EventID: b.EventID, EventType: b.EventType, EventKey: b.EventKey,
		Subject: b.Subject, SubjectVersion: b.SubjectVersion, Ordered: b.ordered(),
		Headers: b.Headers, Body: b.Body,
		Scheme: b.Scheme, KeyName: b.KeyName, Schedule: b.Schedule,
		State: Pending, WakeAt: b.Now.Add(BornLease), Owner: b.Owner, CreatedAt: b.Now,
	}
	b.address(&delivery)
	if b.Owner == "" || b.Endpoint.Channel == Listener {
		delivery.WakeAt, delivery.Owner = b.Now, ""
	}
	if b.Endpoint.Locked || b.Callback.Locked {
		delivery.State, delivery.WakeAt, delivery.Owner = Failed, time.Time{}, ""
	}
	return delivery
}

// address says where the delivery goes, and in which line it waits.
func (b Birth) address(d *Delivery) {
	if to := b.Callback; to.ID != "" {
		d.Queue, d.Store, d.Env, d.Channel, d.URL = to.Queue(), to.Store, to.Env, HTTP, to.URL
		return
	}
	to := b.Endpoint
	d.Endpoint, d.Queue, d.Store, d.Env, d.Channel = to.ID, to.Queue(), to.Store, to.Env, to.Channel
	d.URL, d.Route = to.Shown(), to.Route()
}

// ordered reports whether the delivery keeps to its subject's order. A sample,
// which a person waits for, neither waits for others nor holds them up. Nobody
// asks for an order of what is told to a callback.
func (b Birth) ordered() bool {
	return b.Endpoint.Ordered && b.Subject != "" && b.Origin != FromTest
}
