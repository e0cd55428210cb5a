package webhooktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/lease"
	"tillway/internal/webhook"
)

// ordered makes a delivery one of an ordered endpoint's, due at start.
func ordered(endpoint webhook.EndpointID, subject string, version int64) func(*webhook.Delivery) {
	return func(d *webhook.Delivery) {
		d.Endpoint, d.Queue = endpoint, webhook.QueueID(endpoint)
		d.Ordered, d.Subject, d.SubjectVersion = true, subject, version
	}
}

// over is the last outcome of a delivery that the owner holds.
func over(d webhook.Delivery, owner lease.Owner, state webhook.State) webhook.Outcome {
	outcome := success(d.ID, owner, d.Attempts+1)
	if state == webhook.Failed {
		outcome = failure(d.ID, owner, d.Attempts+1)
		outcome.WakeAt = time.Time{}
	}
	outcome.Next = state
	outcome.Place = webhook.Place{Endpoint: d.Endpoint, Queue: d.Queue, Subject: d.Subject}
	return outcome
}

func orderSleeps(t *testing.T, b *rig) {
	head := b.mustDelivery(1, ordered("E1", "ORD_1", 1))
	asleep := b.mustDelivery(2, ordered("E1", "ORD_1", 2))
	wantEqual(t, true, head.Awake())
	wantEqual(t, false, asleep.Awake())
	wantEqual(t, asleep, b.mustRead(asleep.ID))
	wantEqual(t, webhook.Pending, asleep.State)
	for n, change := range []func(*webhook.Delivery){
		ordered("E1", "ORD_2", 1), // another subject
		ordered("E2", "ORD_1", 1), // another endpoint
		func(d *webhook.Delivery) { ordered("E1", "ORD_1", 3)(d); d.Ordered = false },
		func(d *webhook.Delivery) {
			ordered("E1", "ORD_1", 3)(d)
			d.State, d.WakeAt = webhook.Failed, time.Time{} // over at its birth
		},
	} {
		if d := b.mustDelivery(10+n, change); d.Awake() != (d.State == webhook.Pending) {
			t.Errorf("delivery %d sleeps", n)
		}
	}
	claimed := b.mustClaim(nodeA, start.Add(time.Hour), webhook.Share{Queue: "E1", Room: 10})
	wantEqual(t, []webhook.DeliveryID{deliveryID(1), deliveryID(10), deliveryID(12)}, ids(claimed))
	b.mustRecord(failure(head.ID, nodeA, 1)) // to be tried again: the head stays
	wantEqual(t, false, b.mustRead(asleep.ID).Awake())
}

func orderWakes(t *testing.T, b *rig) {
	for n, version := range []int64{1, 4, 2, 3, 3} {
		b.mustDelivery(n, ordered("E1", "ORD_1", version))
	}
	var seen []webhook.DeliveryID
	for range 5 {
		claimed := b.mustClaim(nodeA, start.Add(time.Hour), webhook.Share{Queue: "E1", Room: 10})
		wantEqual(t, 1, len(claimed))
		seen = append(seen, claimed[0].Delivery.ID)
		end := over(claimed[0].Delivery, nodeA, webhook.Succeeded)
		b.mustRecord(end)
		b.mustRecord(end) // wakes no second one
	}
	wantEqual(t, []webhook.DeliveryID{deliveryID(0), deliveryID(2), deliveryID(3), deliveryID(4), deliveryID(1)}, seen)
	next := b.mustDelivery(9, ordered("E1", "ORD_1", 1)) // all are over
	wantEqual(t, true, next.Awake())
}

// What is sent again takes its turn among those of its subject.
func orderRestarts(t *testing.T, b *rig) {
	mustEnd := func(state webhook.State) webhook.Delivery {
		t.Helper()
		claimed := b.mustClaim(nodeA, start.Add(time.Hour), webhook.Share{Queue: "E1", Room: 10})
		b.mustRecord(over(claimed[0].Delivery, nodeA, state))
		return claimed[0].Delivery
	}
	restart := func(d webhook.Delivery) {
		t.Helper()
		b.mustWrite(func(tx webhook.Tx) error {
			_, err := tx.RestartDelivery(webhook.EndedDelivery{ID: d.ID, Endpoint: d.Endpoint, Subject: d.Subject, State: webhook.Failed, Attempts: 1}, start)
			return err
		})
	}
	for version := range int64(4) {
		b.mustDelivery(int(version), ordered("E1", "ORD_1", version+1))
	}
	first, second := mustEnd(webhook.Failed), mustEnd(webhook.Failed)
	restart(second) // behind the third, which is awake
	restart(first)
	wantEqual(t, false, b.mustRead(first.ID).Awake())
	seen := []webhook.DeliveryID{}
	for range 4 {
		seen = append(seen, mustEnd(webhook.Succeeded).ID)
	}
	wantEqual(t, []webhook.DeliveryID{deliveryID(2), first.ID, second.ID, deliveryID(3)}, seen)
	restartAlone := b.mustDelivery(9, func(d *webhook.Delivery) {
		ordered("E1", "ORD_1", 9)(d)
		d.State, d.WakeAt, d.Attempts = webhook.Failed, time.Time{}, 1
	})
	restart(restartAlone)
	wantEqual(t, true, b.mustRead(restartAlone.ID).Awake())
	var fresh bool
	b.mustWrite(func(tx webhook.Tx) (err error) {
		fresh, err = tx.AddDelivery(b.delivery(10, ordered("E1", "ORD_1", 10)))
		return err
	})
	wantEqual(t, true, fresh)
	wantEqual(t, false, b.mustRead(deliveryID(10)).Awake())
}

func orderGoesOn(t *testing.T, b *rig) {
	for n := range 4 {
		b.mustDelivery(n, ordered("E1", "ORD_1", int64(n)))
	}
	claim := func() webhook.Delivery {
		claimed := b.mustClaim(nodeA, start.Add(time.Hour), webhook.Share{Queue: "E1", Room: 10})
		wantEqual(t, 1, len(claimed))
		return claimed[0].Delivery
	}
	b.mustRecord(over(claim(), nodeA, webhook.Failed))
	unsent := over(claim(), nodeA, webhook.Failed)
	unsent.Unsent, unsent.Attempt.Class, unsent.Attempt.StartedAt = true, webhook.Removed, time.Time{}
	b.mustRecord(unsent)
	lost := over(claim(), nodeB, webhook.Failed) // the lease is another's: nothing ends
	b.mustRecord(lost)
	wantEqual(t, false, b.mustRead(deliveryID(3)).Awake())
	lost.Owner = nodeA
	b.mustRecord(lost)
	wantEqual(t, true, b.mustRead(deliveryID(3)).Awake())
}

// orderRace inserts and records at the same time. In the end nobody sleeps
// without a head, and every subject went in the order of its versions.
func orderRace(t *testing.T, b *rig) {
	const subjects, versions, recorders = 3, 20, 2
	var inserting, group sync.WaitGroup
	var number atomic.Int64
	for s := range subjects {
		inserting.Go(func() {
			for v := range versions {
				id := int(number.Add(1))
				if _, err := b.insert(b.delivery(id, ordered("E1", fmt.Sprint("ORD_", s), int64(v)))); err != nil {
					t.Errorf("insert: %v", err)
				}
			}
		})
	}
	inserted := make(chan struct{})
	go func() { inserting.Wait(); close(inserted) }()
	var mu sync.Mutex
	seen := map[string][]int64{}
	for n := range recorders {
		owner := lease.Owner(fmt.Sprint("node-", n))
		group.Go(func() {
			for left := 2; left > 0; { // one look more, after the last insertion
				select {
				case <-inserted:
					left--
				default:
				}
				for claimed := b.claimAll(owner); len(claimed) > 0; claimed = b.claimAll(owner) {
					var ends []webhook.Outcome
					mu.Lock()
					for _, row := range claimed {
						seen[row.Delivery.Subject] = append(seen[row.Delivery.Subject], row.Delivery.SubjectVersion)
						state := []webhook.State{webhook.Succeeded, webhook.Failed}[rand.IntN(2)]
						ends = append(ends, over(row.Delivery, owner, state))
					}
					mu.Unlock()
					if _, err := b.Store.Record(context.Background(), ends); err != nil {
						t.Errorf("record: %v", err)
						return
					}
				}
			}
		})
	}
	group.Wait()
	for claimed := b.claimAll(nodeA); len(claimed) > 0; claimed = b.claimAll(nodeA) { // what a recorder missed at its end
		for _, row := range claimed {
			seen[row.Delivery.Subject] = append(seen[row.Delivery.Subject], row.Delivery.SubjectVersion)
			b.mustRecord(over(row.Delivery, nodeA, webhook.Succeeded))
		}
	}
	for s := range subjects {
		var want []int64
		for v := range versions {
			want = append(want, int64(v))
		}
		wantEqual(t, want, seen[fmt.Sprint("ORD_", s)])
	}
}

func (b *rig) claimAll(owner lease.Owner) []webhook.Claimed {
	claimed, err := b.Store.Claim(context.Background(), webhook.Claim{
		Lease: lease.Lease{Owner: owner, Until: start.Add(48 * time.Hour)}, Now: start.Add(24 * time.Hour),
		Shares: []webhook.Share{{Queue: "E1", Room: 100}},
	})
	if err != nil {
		b.t.Errorf("claim: %v", err)
	}
	return claimed
}

// orderHeads inserts into one subject at the same time: one is the head, the
// others sleep behind it.
func orderHeads(t *testing.T, b *rig) {
	const count = 12
	var group sync.WaitGroup
	var awake atomic.Int64
	for n := range count {
		group.Go(func() {
			written, err := b.insert(b.delivery(n, ordered("E1", "ORD_1", int64(n))))
			if err != nil {
				t.Errorf("insert: %v", err)
			}
			if written.Awake() {
				awake.Add(1)
			}
		})
	}
	group.Wait()
	wantEqual(t, int64(1), awake.Load())
	done := 0
	for claimed := b.claimAll(nodeA); len(claimed) > 0; claimed = b.claimAll(nodeA) {
		wantEqual(t, 1, len(claimed))
		b.mustRecord(over(claimed[0].Delivery, nodeA, webhook.Succeeded))
		done++
	}
	wantEqual(t, count, done)
}
