package webhooktest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/lease"
	"tillway/internal/webhook"
)

func deliveryReadsBack(t *testing.T, b *rig) {
	written := b.mustDelivery(1, func(d *webhook.Delivery) {
		d.Body = []byte{'{', 0, 0xff, '}'} // bytes, not text
		d.Endpoint, d.KeyName, d.Owner, d.Attempts = "endpoint", "key", nodeA, 3
		d.Origin, d.Subject, d.SubjectVersion, d.Ordered, d.Base = webhook.FromTest, "ORD_1", 4, true, 2
	})
	wantEqual(t, written, b.mustRead(written.ID))
	if _, err := b.Log.Delivery(t.Context(), "absent"); !fault.Is(err, fault.NotFound) {
		t.Errorf("an absent delivery gave %v, want a fault of kind NotFound", err)
	}
}

func bornLeased(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	born := webhook.Birth{
		ID: deliveryID(1), Endpoint: endpoint, EventID: "event-1", EventType: "order.completed", EventKey: "PAY_1",
		Body: []byte("{}"), Scheme: webhook.PancakeScheme, Schedule: "pancake", Owner: nodeA, Now: start,
	}.Delivery()
	b.mustWrite(func(tx webhook.Tx) error { _, err := tx.InsertDelivery(born); return err })
	share := webhook.Share{Queue: born.Queue, Room: 10}
	lapse := start.Add(webhook.BornLease)
	if early := b.mustClaim(nodeB, lapse.Add(-time.Microsecond), share); len(early) != 0 {
		t.Fatalf("claimed %v under a lease that still stands", ids(early))
	}
	claimed := b.mustClaim(nodeB, lapse, share)
	wantEqual(t, []webhook.DeliveryID{born.ID}, ids(claimed))
	want := born
	want.Owner, want.WakeAt = nodeB, lapse.Add(time.Minute)
	wantEqual(t, want, claimed[0].Delivery)
}

// What a node that is alone reads is what a claim would lease, and stays as it is.
func dueShares(t *testing.T, b *rig) {
	for n := range 6 {
		b.mustDelivery(n, func(d *webhook.Delivery) { d.WakeAt = start.Add(-time.Duration(n/2) * time.Second) })
	}
	b.mustDelivery(10, func(d *webhook.Delivery) { d.Queue = "queue-b" })
	b.mustDelivery(11, func(d *webhook.Delivery) { d.Queue = "queue-b"; d.WakeAt = start.Add(time.Microsecond) })
	look := func(held map[webhook.DeliveryID]bool, shares ...webhook.Share) []webhook.Claimed {
		t.Helper()
		found, err := b.Store.Due(t.Context(), webhook.Due{Now: start, Shares: shares, Held: held})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	found := look(nil, webhook.Share{Queue: "queue-a", Room: 3}, webhook.Share{Queue: "queue-b", Room: 9}, webhook.Share{Queue: "queue-c", Room: 1})
	wantEqual(t, []webhook.DeliveryID{deliveryID(2), deliveryID(4), deliveryID(5), deliveryID(10)}, ids(found))
	wantEqual(t, b.mustRead(deliveryID(4)), found[1].Delivery)
	held := map[webhook.DeliveryID]bool{deliveryID(2): true, deliveryID(4): true, deliveryID(5): true}
	found = look(held, webhook.Share{Queue: "queue-a", Room: 2, Held: 3})
	wantEqual(t, []webhook.DeliveryID{deliveryID(0), deliveryID(3)}, ids(found))
	found = look(nil, webhook.Share{Queue: "queue-a", Room: 2, After: webhook.Mark{At: start.Add(-time.Second), ID: string(deliveryID(2))}})
	wantEqual(t, []webhook.DeliveryID{deliveryID(0), deliveryID(3)}, ids(found))
	b.mustEndpoint(func(e *webhook.Endpoint) { e.ID, e.State = "disabled", webhook.Disabled })
	b.mustDelivery(20, func(d *webhook.Delivery) { d.Endpoint, d.Queue = "disabled", "disabled" })
	wantEqual(t, webhook.Halted, look(nil, webhook.Share{Queue: "disabled", Room: 1})[0].Stop)
}

func claimShares(t *testing.T, b *rig) {
	for n := range 5 {
		b.mustDelivery(n, func(d *webhook.Delivery) { d.WakeAt = start.Add(-time.Duration(n) * time.Second) })
	}
	b.mustDelivery(10, func(d *webhook.Delivery) { d.Queue = "queue-b" })
	b.mustDelivery(11, func(d *webhook.Delivery) { d.Queue = "queue-b"; d.WakeAt = start.Add(time.Microsecond) })
	b.mustDelivery(12, func(d *webhook.Delivery) { d.Queue = "queue-c" })
	claimed := b.mustClaim(nodeA, start,
		webhook.Share{Queue: "queue-a", Room: 2}, webhook.Share{Queue: "queue-b", Room: 9})
	wantEqual(t, []webhook.DeliveryID{deliveryID(3), deliveryID(4), deliveryID(10)}, ids(claimed))
}

func claimOnce(t *testing.T, b *rig) {
	b.mustDelivery(1, nil)
	share := webhook.Share{Queue: "queue-a", Room: 1}
	wantEqual(t, 1, len(b.mustClaim(nodeA, start, share)))
	wantEqual(t, 0, len(b.mustClaim(nodeA, start, share)))
	wantEqual(t, 0, len(b.mustClaim(nodeB, start.Add(time.Minute-time.Microsecond), share)))
	wantEqual(t, 1, len(b.mustClaim(nodeB, start.Add(time.Minute), share)))
}

func claimTogether(t *testing.T, b *rig) {
	const rows, claimers = 40, 8
	for n := range rows {
		b.mustDelivery(n, nil)
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	holders := map[webhook.DeliveryID]int{}
	for n := range claimers {
		group.Go(func() {
			for {
				claimed, err := b.Store.Claim(t.Context(), webhook.Claim{
					Lease: lease.Lease{Owner: lease.Owner(fmt.Sprint("node-", n)), Until: start.Add(time.Minute)},
					Now:   start, Shares: []webhook.Share{{Queue: "queue-a", Room: 3}},
				})
				if err != nil {
					t.Errorf("claim: %v", err)
					return
				}
				if len(claimed) == 0 {
					return
				}
				mu.Lock()
				for _, id := range ids(claimed) {
					holders[id]++
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	for n := range rows {
		if held := holders[deliveryID(n)]; held > 1 {
			t.Errorf("delivery %d was claimed %d times", n, held)
		}
	}
	// A claimer that found its rows taken by another may have gone home early;
	// what is left is claimed later, never lost.
	left := b.mustClaim(nodeA, start, webhook.Share{Queue: "queue-a", Room: rows})
	wantEqual(t, rows, len(holders)+len(left))
}

func walkVisits(t *testing.T, b *rig) {
	const queues, limit = 7, 3
	for n := range queues {
		for m := range 4 {
			b.mustDelivery(10*n+m, func(d *webhook.Delivery) {
				d.Queue = webhook.QueueID(fmt.Sprintf("queue-%d", n))
				d.WakeAt = start.Add(time.Duration(n-m) * time.Second)
			})
		}
	}
	endpoint := b.mustEndpoint(func(e *webhook.Endpoint) { e.ID = "queue-4" })
	b.mustDelivery(99, func(d *webhook.Delivery) { d.Queue, d.State, d.WakeAt = "queue-over", webhook.Succeeded, time.Time{} })
	seen := map[webhook.QueueID]time.Time{}
	pages := 0
	for after, last := webhook.QueueID(""), false; !last; pages++ {
		page, err := b.Store.DueQueues(t.Context(), after, limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Queues) > limit {
			t.Fatalf("a page of %d queues, want at most %d", len(page.Queues), limit)
		}
		for _, queue := range page.Queues {
			if _, twice := seen[queue.ID]; twice {
				t.Errorf("%s visited twice", queue.ID)
			}
			seen[queue.ID], after = queue.WakeAt, queue.ID
			if there := queue.ID == endpoint.Queue(); there != (queue.Version == endpoint.Version()) || there == (queue.Version == 0) {
				t.Errorf("%s has the version %d", queue.ID, queue.Version)
			}
		}
		last = page.Last
	}
	want := map[webhook.QueueID]time.Time{}
	for n := range queues {
		want[webhook.QueueID(fmt.Sprintf("queue-%d", n))] = start.Add(time.Duration(n-3) * time.Second)
	}
	wantEqual(t, want, seen)
	wantEqual(t, 3, pages)
}

func claimOnly(t *testing.T, b *rig) {
	for n := range 3 {
		b.mustDelivery(n, func(d *webhook.Delivery) { d.WakeAt = start.Add(-time.Duration(3-n) * time.Second) })
	}
	b.mustDelivery(3, func(d *webhook.Delivery) { d.WakeAt = start.Add(time.Microsecond) })
	one := func(n int) webhook.Share { return webhook.Share{Queue: "queue-a", Room: 1, Only: deliveryID(n)} }
	look := func(held map[webhook.DeliveryID]bool, n int) []webhook.DeliveryID {
		t.Helper()
		found, err := b.Store.Due(t.Context(), webhook.Due{Now: start, Shares: []webhook.Share{one(n)}, Held: held})
		if err != nil {
			t.Fatal(err)
		}
		return ids(found)
	}
	wantEqual(t, []webhook.DeliveryID{deliveryID(2)}, look(nil, 2))
	wantEqual(t, 0, len(look(map[webhook.DeliveryID]bool{deliveryID(2): true}, 2)))
	wantEqual(t, 0, len(look(nil, 3))) // not due yet
	wantEqual(t, []webhook.DeliveryID{deliveryID(2)}, ids(b.mustClaim(nodeA, start, one(2), one(3))))
	wantEqual(t, 0, len(b.mustClaim(nodeB, start, one(2))))
	wantEqual(t, 0, len(look(nil, 2)))
	wantEqual(t, []webhook.DeliveryID{deliveryID(0), deliveryID(1)}, ids(b.mustClaim(nodeB, start, webhook.Share{Queue: "queue-a", Room: 9})))
}

func claimFollows(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	delivery := b.mustDelivery(1, func(d *webhook.Delivery) {
		d.Endpoint, d.Queue = endpoint.ID, webhook.QueueID(endpoint.ID)
	})
	moved := endpoint
	moved.Headers, moved.RatePerMinute = []webhook.Header{{Name: "X-Shop", Value: "1"}}, 60
	moved.URL, moved.UpdatedAt = "https://shop.example/moved", start.Add(time.Second)
	b.mustWrite(func(tx webhook.Tx) error { return tx.UpdateEndpoint(moved, endpoint) })
	claimed := b.mustClaim(nodeA, start, webhook.Share{Queue: delivery.Queue, Room: 1})
	wantEqual(t, moved.URL, claimed[0].Delivery.URL)
	wantEqual(t, moved.Route(), claimed[0].Delivery.Route)
	wantEqual(t, webhook.Class(""), claimed[0].Stop)
	wantEqual(t, endpoint.URL, b.mustRead(delivery.ID).URL)
}

func claimStops(t *testing.T, b *rig) {
	b.mustEndpoint(func(e *webhook.Endpoint) { e.ID, e.State = "disabled", webhook.Disabled })
	for n, id := range []webhook.EndpointID{"disabled", "removed"} {
		b.mustDelivery(n, func(d *webhook.Delivery) { d.Endpoint, d.Queue = id, webhook.QueueID(id) })
	}
	claimed := b.mustClaim(nodeA, start,
		webhook.Share{Queue: "disabled", Room: 1}, webhook.Share{Queue: "removed", Room: 1})
	wantEqual(t, webhook.Halted, claimed[0].Stop)
	wantEqual(t, webhook.Removed, claimed[1].Stop)
}

// What is under way, is over or is another endpoint's is left alone.
func waitingHalted(t *testing.T, b *rig) {
	var ids []webhook.DeliveryID
	for n, change := range []func(*webhook.Delivery){
		func(d *webhook.Delivery) { d.WakeAt, d.Attempts = start.Add(time.Hour), 2 }, // waits for its next try
		ordered("E1", "ORD_1", 1),
		ordered("E1", "ORD_1", 2), // sleeps behind it
		held(nodeA),
		func(d *webhook.Delivery) { d.State, d.WakeAt = webhook.Succeeded, time.Time{} },
		ordered("E2", "ORD_1", 1),
		ordered("E2", "ORD_1", 2),
	} {
		ids = append(ids, b.mustDelivery(n, func(d *webhook.Delivery) {
			d.Endpoint, d.Queue = "E1", "E1"
			change(d)
		}).ID)
	}
	held := b.mustDelivery(9, func(d *webhook.Delivery) { d.Endpoint, d.Queue, d.WakeAt = "E1", "E1", start.Add(-time.Hour) }).ID
	halt := func(limit, want int) {
		b.mustWrite(func(tx webhook.Tx) error {
			halted, err := tx.HaltWaiting(webhook.Halt{Endpoint: "E1", Held: []webhook.DeliveryID{held}, Limit: limit, Now: start.Add(time.Hour)})
			wantEqual(t, want, halted)
			return err
		})
	}
	halt(1, 1)
	halt(2, 2) // of which one sleeps
	halt(2, 0)
	wantEqual(t, webhook.Pending, b.mustRead(held).State)
	for n, want := range []webhook.State{
		webhook.Failed, webhook.Failed, webhook.Failed, webhook.Pending, webhook.Succeeded, webhook.Pending, webhook.Pending,
	} {
		read := b.mustRead(ids[n])
		if read.State != want || want == webhook.Failed && !read.WakeAt.IsZero() || len(b.mustAttempts(ids[n])) != 0 {
			t.Errorf("delivery %d is %+v", n, read)
		}
	}
	wantEqual(t, 2, b.mustRead(ids[0]).Attempts)
	halted := start.Add(time.Hour)
	b.mustWrite(func(tx webhook.Tx) error {
		found, err := tx.FailedDeliveries(webhook.FailedQuery{Store: "STO_1", Env: webhook.Test, Since: halted, Until: halted.Add(time.Second), Limit: 10})
		if err == nil && len(found) != 3 {
			t.Errorf("a recovery since then finds %d, want 3", len(found))
		}
		return err
	})
}

func renewals(t *testing.T, b *rig) {
	hold := func(n int, owner lease.Owner, until time.Duration) webhook.DeliveryID {
		return b.mustDelivery(n, func(d *webhook.Delivery) { d.Owner, d.WakeAt = owner, start.Add(until) }).ID
	}
	mine, lapsed, foreign := hold(1, nodeA, time.Second), hold(2, nodeA, 0), hold(3, nodeB, time.Second)
	until := start.Add(time.Hour)
	kept, err := b.Store.Renew(t.Context(), webhook.Renewal{
		Lease: lease.Lease{Owner: nodeA, Until: until}, Now: start, IDs: []webhook.DeliveryID{mine, lapsed, foreign},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, []webhook.DeliveryID{mine}, kept)
	wantEqual(t, until, b.mustRead(mine).WakeAt)
	wantEqual(t, start.Add(time.Second), b.mustRead(foreign).WakeAt)
}

func releases(t *testing.T, b *rig) {
	later := start.Add(time.Minute)
	mine := b.mustDelivery(1, func(d *webhook.Delivery) { d.Owner, d.WakeAt = nodeA, later }).ID
	foreign := b.mustDelivery(2, func(d *webhook.Delivery) { d.Owner, d.WakeAt = nodeB, later }).ID
	over := b.mustDelivery(3, func(d *webhook.Delivery) {
		d.Owner, d.WakeAt, d.State = nodeA, time.Time{}, webhook.Succeeded
	}).ID
	if err := b.Store.Release(t.Context(), nodeA, []webhook.DeliveryID{mine, foreign, over}, start); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, lease.Lease{Until: start}, b.mustRead(mine).Lease())
	wantEqual(t, lease.Lease{Owner: nodeB, Until: later}, b.mustRead(foreign).Lease())
	wantEqual(t, time.Time{}, b.mustRead(over).WakeAt)
}

func orphans(t *testing.T, b *rig) {
	later := start.Add(time.Minute)
	place := func(n int, queue webhook.QueueID, owner lease.Owner, wake time.Time) webhook.DeliveryID {
		return b.mustDelivery(n, func(d *webhook.Delivery) { d.Queue, d.Owner, d.WakeAt = queue, owner, wake }).ID
	}
	dead := place(1, "queue-a", "predecessor", later)
	mine := place(2, "queue-a", nodeA, later)
	retry := place(3, "queue-b", "", later)
	second := place(4, "queue-c", "predecessor", later)
	for after, last := webhook.QueueID(""), false; !last; {
		page, err := b.Store.Orphans(t.Context(), webhook.Orphans{
			Owner: nodeA, Now: start, Horizon: start.Add(time.Hour), After: after, Limit: 2,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, queue := range page.Queues {
			after = queue.ID
		}
		last = page.Last
	}
	wantEqual(t, lease.Lease{Until: start}, b.mustRead(dead).Lease())
	wantEqual(t, lease.Lease{Until: start}, b.mustRead(second).Lease())
	wantEqual(t, lease.Lease{Owner: nodeA, Until: later}, b.mustRead(mine).Lease())
	wantEqual(t, later, b.mustRead(retry).WakeAt)
}

func chatSealed(t *testing.T, b *rig) {
	const whole = "https://hooks.slack.example/services/T0/B0/secret"
	endpoint := b.mustEndpoint(func(e *webhook.Endpoint) { e.Channel, e.URL = webhook.Slack, whole })
	born := webhook.Birth{ID: deliveryID(1), Endpoint: endpoint, EventType: "order.completed", Body: []byte("{}"), Now: start}.Delivery()
	b.mustWrite(func(tx webhook.Tx) error { _, err := tx.InsertDelivery(born); return err })
	wantEqual(t, "https://hooks.slack.example/…", b.mustRead(born.ID).URL)
	claimed := b.mustClaim(nodeA, start.Add(time.Hour), webhook.Share{Queue: born.Queue, Room: 1})
	wantEqual(t, "https://hooks.slack.example/…", claimed[0].Delivery.URL)
	wantEqual(t, whole, claimed[0].Delivery.Route.Address.Reveal())
}

// A secret of another scheme could not sign what was made before the change; the
// platform's pair can.
func claimFollowsTheScheme(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(func(e *webhook.Endpoint) { e.Scheme = webhook.StandardScheme })
	own := string(endpoint.ID)
	for n, made := range []struct {
		scheme webhook.Scheme
		key    string
	}{{webhook.DiddoScheme, own}, {webhook.PancakeScheme, ""}, {"", ""}} {
		b.mustDelivery(n, func(d *webhook.Delivery) {
			d.Endpoint, d.Queue, d.Scheme, d.KeyName = endpoint.ID, endpoint.Queue(), made.scheme, made.key
		})
	}
	claimed := b.mustClaim(nodeA, start, webhook.Share{Queue: endpoint.Queue(), Room: 3})
	wantEqual(t, 3, len(claimed))
	for n, want := range []struct {
		scheme webhook.Scheme
		key    string
	}{{webhook.StandardScheme, own}, {webhook.PancakeScheme, ""}, {"", ""}} {
		wantEqual(t, want.scheme, claimed[n].Delivery.Scheme)
		wantEqual(t, want.key, claimed[n].Delivery.KeyName)
	}
}
