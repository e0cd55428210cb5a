package webhooktest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/lease"
	"tillway/internal/webhook"
)

func (b *rig) resend(id webhook.DeliveryID, now time.Time) (resent webhook.Resent, err error) {
	err = b.Write(b.t.Context(), func(tx webhook.Tx) (err error) {
		resent, err = webhook.ResendDelivery(b.t.Context(), tx, webhook.ResendIn{ID: id, Now: now})
		return err
	})
	return resent, err
}

func ended(state webhook.State, attempts int) func(*webhook.Delivery) {
	return func(d *webhook.Delivery) { d.State, d.Attempts, d.WakeAt = state, attempts, time.Time{} }
}

func resendEffects(t *testing.T, b *rig) {
	later := start.Add(time.Minute)
	b.mustEndpoint(func(e *webhook.Endpoint) { e.ID = "E1" })
	head := b.mustDelivery(100, ordered("E1", "ORD_1", 1))
	for n, c := range []struct {
		name   string
		before func(*webhook.Delivery)
		effect webhook.ResendEffect
		base   int
		lease  lease.Lease
		behind webhook.DeliveryID
	}{
		{"one that failed starts its schedule anew", ended(webhook.Failed, 6), webhook.Restarted, 6, lease.Lease{Until: later}, ""},
		{"one that succeeded does too", ended(webhook.Succeeded, 2), webhook.Restarted, 2, lease.Lease{Until: later}, ""},
		{"one that never was tried, too", ended(webhook.Failed, 0), webhook.Restarted, 0, lease.Lease{Until: later}, ""},
		{"one that waits is due", func(d *webhook.Delivery) { d.Attempts, d.WakeAt = 3, later.Add(time.Hour) }, webhook.Hastened, 0, lease.Lease{Until: later}, ""},
		{"one that is due stays so", nil, webhook.AlreadyDue, 0, lease.Lease{Until: start}, ""},
		{"one that is leased stays so", func(d *webhook.Delivery) { d.Owner, d.WakeAt = nodeB, later.Add(time.Second) }, webhook.BeingSent, 0, lease.Lease{Owner: nodeB, Until: later.Add(time.Second)}, ""},
		{"one that sleeps stays asleep", ordered("E1", "ORD_1", 2), webhook.Asleep, 0, lease.Lease{}, head.ID},
		{"one that failed takes its turn", func(d *webhook.Delivery) { ordered("E1", "ORD_1", 3)(d); ended(webhook.Failed, 6)(d) }, webhook.Restarted, 6, lease.Lease{}, head.ID},
		{"one that succeeded does too", func(d *webhook.Delivery) { ordered("E1", "ORD_1", 4)(d); ended(webhook.Succeeded, 1)(d) }, webhook.Restarted, 1, lease.Lease{}, head.ID},
		{"one of another order goes at once", func(d *webhook.Delivery) { ordered("E1", "ORD_2", 1)(d); ended(webhook.Failed, 6)(d) }, webhook.Restarted, 6, lease.Lease{Until: later}, ""},
	} {
		before := b.mustDelivery(n, c.before)
		resent, err := b.resend(before.ID, later)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if resent.Effect != c.effect {
			t.Errorf("%s: effect %s, want %s", c.name, resent.Effect, c.effect)
		}
		if resent.Behind != c.behind {
			t.Errorf("%s: behind %q, want %q", c.name, resent.Behind, c.behind)
		}
		want := before
		want.State, want.Base, want.WakeAt, want.Owner = webhook.Pending, c.base, c.lease.Until, c.lease.Owner
		wantEqual(t, want, b.mustRead(before.ID))
		wantEqual(t, want, resent.Delivery)
	}
	if _, err := b.resend("absent", start); fault.CodeOf(err) != "delivery_not_found" {
		t.Errorf("an absent delivery gave %v", err)
	}
}

// A recovery asks for what failed since its beginning, however long before it
// was made.
func failedSince(t *testing.T, b *rig) {
	const day = 24 * time.Hour
	since, until := start, start.Add(day)
	made := func(n int, at time.Time, change func(*webhook.Delivery)) webhook.DeliveryID {
		return b.mustDelivery(n, func(d *webhook.Delivery) { change(d); d.CreatedAt = at }).ID
	}
	attempt := func(id webhook.DeliveryID, began time.Time) webhook.Outcome {
		outcome := failure(id, nodeA, 1)
		outcome.Next, outcome.WakeAt, outcome.Attempt.StartedAt = webhook.Failed, time.Time{}, began
		return outcome
	}
	halt := func(id webhook.DeliveryID, at time.Time) webhook.Outcome {
		return webhook.Outcome{
			Attempt: webhook.Attempt{Delivery: id, Number: 2, StartedAt: at, Class: webhook.Halted},
			Owner:   nodeA, Next: webhook.Failed, Unsent: true,
		}
	}
	halted := made(1, since.Add(-9*day), held(nodeA)) // waited for a retry when its endpoint was disabled
	b.mustRecord(halt(halted, since.Add(2*time.Hour)))
	late := made(2, since.Add(-day), held(nodeA))
	b.mustRecord(attempt(late, since.Add(time.Hour)))
	under := made(3, since.Add(-day), held(nodeA)) // its last try was under way when the span began
	b.mustRecord(attempt(under, since.Add(-time.Millisecond)))
	born := made(4, since.Add(3*time.Hour), ended(webhook.Failed, 0)) // sealed

	b.mustRecord(attempt(made(5, since.Add(-day), held(nodeA)), since.Add(-time.Hour)))
	b.mustRecord(halt(made(6, since.Add(-day), held(nodeA)), since.Add(-time.Hour)))
	b.mustRecord(attempt(made(7, since, held(nodeA)), until))
	again := attempt(made(8, since, held(nodeA)), since.Add(time.Hour)) // is tried again
	again.Next, again.WakeAt = webhook.Pending, until
	b.mustRecord(again)

	var got []webhook.DeliveryID
	b.mustWrite(func(tx webhook.Tx) error {
		got = nil
		page, err := tx.FailedDeliveries(webhook.FailedQuery{Store: "STO_1", Env: webhook.Test, Since: since, Until: until, Limit: 10})
		for _, row := range page {
			got = append(got, row.ID)
		}
		return err
	})
	wantEqual(t, []webhook.DeliveryID{under, late, halted, born}, got)
}

func resendRefused(t *testing.T, b *rig) {
	b.mustEndpoint(func(e *webhook.Endpoint) { e.ID, e.State = "disabled", webhook.Disabled })
	for n, c := range []struct {
		endpoint webhook.EndpointID
		code     string
	}{{"disabled", "webhook_disabled"}, {"removed", "webhook_removed"}} {
		before := b.mustDelivery(n, func(d *webhook.Delivery) { ended(webhook.Failed, 1)(d); d.Endpoint = c.endpoint })
		_, err := b.resend(before.ID, start)
		if !fault.Is(err, fault.State) || fault.CodeOf(err) != c.code || fault.From(err).Hint == "" {
			t.Errorf("%s: %v, want %s with a hint", c.endpoint, err, c.code)
		}
		wantEqual(t, before, b.mustRead(before.ID))
	}
}

// Whatever an attempt made before the resend is still to say, it is logged and
// does not stand in for what the resend is to send.
func resendSurvivesOldOutcomes(t *testing.T, b *rig) {
	for n, recorded := range []webhook.State{webhook.Failed, webhook.Succeeded} {
		id := b.mustDelivery(n, held(nodeA)).ID
		last := success(id, nodeA, 1)
		if recorded == webhook.Failed {
			last = failure(id, nodeA, 1)
			last.Next, last.WakeAt = webhook.Failed, time.Time{}
		}
		b.mustRecord(last)
		if _, err := b.resend(id, start); err != nil {
			t.Fatal(err)
		}
		other := success(id, nodeB, 1) // its lease had lapsed while it was at it
		other.Attempt.StartedAt = start.Add(-time.Second)
		b.mustRecord(last, other)
		got := b.mustRead(id)
		wantEqual(t, webhook.Pending, got.State)
		wantEqual(t, lease.Lease{Until: start}, got.Lease())
		wantEqual(t, 2, len(b.mustAttempts(id)))

		claimed := b.mustClaim(nodeA, start, webhook.Share{Queue: got.Queue, Room: 1})
		if len(claimed) != 1 || claimed[0].Delivery.ID != id {
			t.Fatalf("claimed %v, want the delivery that was resent", ids(claimed))
		}
		b.mustRecord(last, other)
		wantEqual(t, claimed[0].Delivery, b.mustRead(id))
		b.mustRecord(success(id, nodeA, 2))
		wantEqual(t, webhook.Succeeded, b.mustRead(id).State)
		wantEqual(t, 3, len(b.mustAttempts(id)))
	}
}

func resendRaces(t *testing.T, b *rig) {
	for n, c := range []struct {
		before func(*webhook.Delivery)
		// change happens between a resend's look and its write.
		change func(webhook.Delivery)
		write  func(webhook.Tx, webhook.Delivery) error
	}{
		{
			func(d *webhook.Delivery) { d.WakeAt = start.Add(time.Hour) },
			func(d webhook.Delivery) {
				b.mustClaim(nodeB, start.Add(time.Hour), webhook.Share{Queue: d.Queue, Room: 1})
			},
			func(tx webhook.Tx, d webhook.Delivery) error { return tx.HastenDelivery(d, start) },
		},
		{
			ended(webhook.Failed, 1),
			func(d webhook.Delivery) {
				if _, err := b.resend(d.ID, start); err != nil {
					t.Error(err)
				}
			},
			func(tx webhook.Tx, d webhook.Delivery) error {
				_, err := tx.RestartDelivery(webhook.EndedDelivery{ID: d.ID, State: d.State, Attempts: d.Attempts}, start.Add(time.Hour))
				return err
			},
		},
		{
			ended(webhook.Failed, 1),
			func(d webhook.Delivery) { // it failed once more meanwhile
				if _, err := b.resend(d.ID, start); err != nil {
					t.Error(err)
				}
				b.mustClaim(nodeB, start, webhook.Share{Queue: d.Queue, Room: 1})
				last := failure(d.ID, nodeB, 2)
				last.Next, last.WakeAt = webhook.Failed, time.Time{}
				b.mustRecord(last)
			},
			func(tx webhook.Tx, d webhook.Delivery) error {
				_, err := tx.RestartDelivery(webhook.EndedDelivery{ID: d.ID, State: d.State, Attempts: d.Attempts}, start.Add(time.Hour))
				return err
			},
		},
	} {
		before := b.mustDelivery(n, func(d *webhook.Delivery) { c.before(d); d.Queue = webhook.QueueID(fmt.Sprint("queue-", n)) })
		c.change(before)
		after := b.mustRead(before.ID)
		runs := 0
		err := b.Write(t.Context(), func(tx webhook.Tx) error {
			if runs++; runs > 1 {
				return nil // as the command does when it sees what the other did
			}
			return c.write(tx, before)
		})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, 2, runs)
		wantEqual(t, after, b.mustRead(before.ID))
	}
}

func deliveryAddedOnce(t *testing.T, b *rig) {
	first := b.mustDelivery(1, nil)
	second := first
	second.ID, second.Body = deliveryID(2), []byte("2")
	again := first
	again.Body = []byte("other")
	var fresh []bool
	b.mustWrite(func(tx webhook.Tx) error {
		fresh = nil
		for _, delivery := range []webhook.Delivery{again, second, second} {
			made, err := tx.AddDelivery(delivery)
			if err != nil {
				return err
			}
			fresh = append(fresh, made)
		}
		return nil
	})
	wantEqual(t, []bool{false, true, false}, fresh)
	wantEqual(t, first, b.mustRead(first.ID))
	wantEqual(t, second, b.mustRead(second.ID))
}

func failedArePaged(t *testing.T, b *rig) {
	const rows, limit = 7, 3
	var want []webhook.DeliveryID
	for n := range rows {
		want = append(want, b.mustDelivery(n, func(d *webhook.Delivery) {
			ended(webhook.Failed, n)(d)
			d.CreatedAt = start.Add(time.Duration(n/4) * time.Second) // several at one moment
		}).ID)
	}
	for n, change := range []func(*webhook.Delivery){
		ended(webhook.Succeeded, 1),
		func(d *webhook.Delivery) { d.State = webhook.Pending },
		func(d *webhook.Delivery) { ended(webhook.Failed, 1)(d); d.Store = "STO_2" },
		func(d *webhook.Delivery) { ended(webhook.Failed, 1)(d); d.Env = webhook.Prod },
		func(d *webhook.Delivery) { ended(webhook.Failed, 1)(d); d.CreatedAt = start.Add(-time.Microsecond) },
		func(d *webhook.Delivery) { ended(webhook.Failed, 1)(d); d.CreatedAt = start.Add(time.Minute) },
	} {
		b.mustDelivery(100+n, func(d *webhook.Delivery) { d.CreatedAt = start; change(d) })
	}
	var got []webhook.DeliveryID
	query := webhook.FailedQuery{Store: "STO_1", Env: webhook.Test, Since: start, Until: start.Add(time.Minute), Limit: limit}
	for pages, full := 0, true; full; pages++ {
		var page []webhook.EndedDelivery
		b.mustWrite(func(tx webhook.Tx) (err error) {
			page, err = tx.FailedDeliveries(query)
			return err
		})
		for _, row := range page {
			got = append(got, row.ID)
			query.After = webhook.Mark{At: row.EndedAt, ID: string(row.ID)}
		}
		full = len(page) == limit
		if pages > rows {
			t.Fatal("the walk does not end")
		}
	}
	slices.Sort(got)
	wantEqual(t, want, got)
}

func (b *rig) mustRecovery(change func(*webhook.Recovery)) webhook.Recovery {
	b.t.Helper()
	recovery := webhook.Recovery{
		ID: "recovery-1", Kind: webhook.RecoverFailed, Store: "STO_1", Env: webhook.Test, Since: start, Until: start.Add(time.Hour),
		State: webhook.RecoveryRunning, CreatedAt: start, UpdatedAt: start,
	}
	if change != nil {
		change(&recovery)
	}
	b.mustWrite(func(tx webhook.Tx) error { return tx.InsertRecovery(recovery) })
	return recovery
}

func (b *rig) mustReadRecovery(id webhook.RecoveryID) (recovery webhook.Recovery) {
	b.t.Helper()
	b.mustWrite(func(tx webhook.Tx) (err error) {
		recovery, err = tx.Recovery(id)
		return err
	})
	return recovery
}

func recoveryReadsBack(t *testing.T, b *rig) {
	first := b.mustRecovery(nil)
	second := b.mustRecovery(func(r *webhook.Recovery) {
		r.ID, r.Kind, r.Endpoint, r.Event, r.State = "recovery-2", webhook.ReplayMissed, "endpoint", "order.completed", webhook.RecoveryDone
		r.After, r.Found, r.Done, r.Skipped = webhook.Mark{At: start, ID: "EVT_1"}, 3, 2, 1
		r.CreatedAt, r.EndedAt = start.Add(time.Second), start.Add(time.Minute)
	})
	b.mustRecovery(func(r *webhook.Recovery) { r.ID, r.Store = "recovery-3", "STO_2" })
	var listed []webhook.Recovery
	b.mustWrite(func(tx webhook.Tx) (err error) {
		listed, err = tx.Recoveries("STO_1", 10)
		return err
	})
	wantEqual(t, []webhook.Recovery{second, first}, listed)
	wantEqual(t, second, b.mustReadRecovery(second.ID))
	err := b.Write(t.Context(), func(tx webhook.Tx) error {
		_, err := tx.Recovery("absent")
		return err
	})
	if fault.CodeOf(err) != "recovery_not_found" {
		t.Errorf("an absent recovery gave %v", err)
	}
}

func recoveryPage(t *testing.T, b *rig) {
	b.mustEndpoint(func(e *webhook.Endpoint) { e.ID = "alive" })
	b.mustEndpoint(func(e *webhook.Endpoint) { e.ID, e.State = "disabled", webhook.Disabled })
	place := func(n int, endpoint webhook.EndpointID, change func(*webhook.Delivery)) webhook.DeliveryID {
		return b.mustDelivery(n, func(d *webhook.Delivery) {
			ended(webhook.Failed, 2)(d)
			d.Endpoint = endpoint
			if change != nil {
				change(d)
			}
		}).ID
	}
	restarted := place(1, "alive", nil)
	kept := []webhook.DeliveryID{
		place(2, "disabled", nil), place(3, "removed", nil),
		place(4, "alive", func(d *webhook.Delivery) { d.Origin = webhook.FromTest }),
		place(5, "alive", func(d *webhook.Delivery) { d.EventType = "refund.succeeded" }),
	}
	read := b.mustRecovery(func(r *webhook.Recovery) { r.Event = "order.completed" })
	var next webhook.Recovery
	b.mustWrite(func(tx webhook.Tx) error {
		page, err := webhook.RecoverPage(tx, read, start)
		if err != nil {
			return err
		}
		next, err = read.Advance(tx, page, start)
		return err
	})
	wantEqual(t, []int{3, 1, 2}, []int{next.Found, next.Done, next.Skipped})
	wantEqual(t, webhook.RecoveryDone, next.State)
	wantEqual(t, next, b.mustReadRecovery(read.ID))
	got := b.mustRead(restarted)
	wantEqual(t, webhook.Pending, got.State)
	wantEqual(t, 2, got.Base)
	for _, id := range kept {
		wantEqual(t, webhook.Failed, b.mustRead(id).State)
	}
}

func recoveryCanceled(t *testing.T, b *rig) {
	read := b.mustRecovery(nil)
	cancel := func(id webhook.RecoveryID) (canceled webhook.Recovery, err error) {
		err = b.Write(t.Context(), func(tx webhook.Tx) (err error) {
			canceled, err = webhook.CancelRecovery(t.Context(), tx, webhook.CancelRecoveryIn{ID: id, Now: start.Add(time.Minute)})
			return err
		})
		return canceled, err
	}
	for range 2 {
		canceled, err := cancel(read.ID)
		if err != nil || canceled.State != webhook.RecoveryCanceled || canceled.EndedAt != start.Add(time.Minute) {
			t.Fatalf("canceled: %+v, %v", canceled, err)
		}
	}
	// A page that was under way meanwhile commits nothing.
	runs := 0
	err := b.Write(t.Context(), func(tx webhook.Tx) error {
		if runs++; runs > 1 {
			return nil
		}
		_, err := read.Advance(tx, webhook.Page{Found: 1, Done: 1}, start)
		return err
	})
	wantEqual(t, 2, runs)
	if got := b.mustReadRecovery(read.ID); err != nil || got.Found != 0 || got.State != webhook.RecoveryCanceled {
		t.Errorf("after a page that came too late: %+v, %v", got, err)
	}
	done := b.mustRecovery(func(r *webhook.Recovery) { r.ID, r.State = "recovery-2", webhook.RecoveryDone })
	if _, err := cancel(done.ID); !fault.Is(err, fault.State) {
		t.Errorf("canceling what is done gave %v", err)
	}
}
