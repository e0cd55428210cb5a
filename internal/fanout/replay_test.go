package fanout_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// mustReplay plays a replay of the test environment to its end.
func (w *world) mustReplay(in operator.StartRecoveryIn) operator.Recovery {
	w.t.Helper()
	in.Kind = webhook.ReplayMissed
	return w.mustFinish(w.mustStart(in).ID)
}

func TestReplaySendsWhatMatchedNoEndpoint(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver, second := webhooktest.NewReceiver(t), webhooktest.NewReceiver(t)
		w.mustEmit(pay.Test, "1", "2")
		first := w.mustEndpoint(receiver.URL, nil)
		w.delivering(func() {
			w.mustEmit(pay.Test, "3")
			receiver.Wait(t, 1)
			w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Webhook: first.ID}), 3, 2, 1)
			receiver.Wait(t, 3)
		})
		w.wantVerified(3)

		// Another endpoint of the store gets all three, and the first none again.
		w.mustEndpoint(second.URL, nil)
		w.mustEndpoint(second.URL, func(e *webhook.Endpoint) { e.Events = []webhook.EventType{"thing.done"} })
		w.mustEndpoint(second.URL, func(e *webhook.Endpoint) { e.State = webhook.Disabled })
		w.delivering(func() {
			w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Event: "thing.sold"}), 6, 3, 3)
			second.Wait(t, 3)
		})
		w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Event: "thing.done"}), 0, 0, 0)
		w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 6, 0, 6)
		if got := len(receiver.Received()); got != 3 {
			t.Errorf("the first endpoint got %d requests, want each event once", got)
		}
		if got := len(heard(second.Received())); got != 3 {
			t.Errorf("the second endpoint got %d deliveries, want each event once", got)
		}
		w.wantVerified(3)
	})
}

// Events of which nobody was told at their birth stay visible, also when a
// replay has had them sent.
func TestReplayedEventsStayVisible(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		w.mustEmit(pay.Test, "1", "2")
		w.mustEndpoint("https://example.com/", func(e *webhook.Endpoint) { e.Events = []webhook.EventType{"thing.sold"} })
		w.mustEmit(pay.Test, "3")
		w.mustEmitWith(func(e *pay.Event) { e.Type = "thing.done" }, pay.Test, "4")
		unmatched := func() (listed []string) {
			t.Helper()
			list, err := w.operator.UnmatchedEvents(t.Context(), operator.UnmatchedEventsIn{Store: shopID, Environment: "test"})
			if err != nil {
				t.Fatal(err)
			}
			for _, event := range list.Events {
				listed = append(listed, fmt.Sprint(event.Key, " ", event.Reason, " ", event.SentSince))
			}
			return listed
		}
		if diff := cmp.Diff([]string{"4 no_endpoint false", "2 no_endpoint false", "1 no_endpoint false"}, unmatched()); diff != "" {
			t.Errorf("before the replay (-want +got):\n%s", diff)
		}
		w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 3, 2, 1)
		want := []string{"4 no_endpoint false", "2 no_endpoint true", "1 no_endpoint true"}
		if diff := cmp.Diff(want, unmatched()); diff != "" {
			t.Errorf("after the replay (-want +got):\n%s", diff)
		}
		// One more webhook makes of them no events that somebody asked for.
		w.mustEndpoint("https://example.org/", nil)
		w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 6, 3, 3)
		if diff := cmp.Diff(want, unmatched()); diff != "" {
			t.Errorf("after another replay (-want +got):\n%s", diff)
		}
		w.wantVerified(4)
	})
}

// A replay writes what the event's own transaction would have written.
func TestReplayRendersAsAtBirth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	w.mustEndpoint("https://example.com/", nil)
	w.mustEmit(pay.Test, "1")
	read := func() (found []string) {
		t.Helper()
		err := w.db.Read(t.Context(), func(q sqldb.Querier) error {
			found = nil
			rows, err := q.Query(`SELECT id, body, headers, event_id, event_type, event_key, subject, scheme, schedule, queue_id FROM webhook_deliveries`)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				row := make([]string, 10)
				var body []byte
				if err := rows.Scan(&row[0], &body, &row[2], &row[3], &row[4], &row[5], &row[6], &row[7], &row[8], &row[9]); err != nil {
					return err
				}
				row[1] = string(body)
				found = append(found, row...)
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	born := read()
	// As if the endpoint had not been there.
	w.mustExec(`DELETE FROM webhook_deliveries`)
	w.mustExec(`UPDATE events SET deliveries = 0`)
	began := w.core.Now()
	w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 1, 1, 0)
	if diff := cmp.Diff(born, read()); diff != "" || len(born) != 10 {
		t.Errorf("the replayed delivery differs (-born +replayed):\n%s", diff)
	}
	if due := w.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE lease_owner = '' AND wake_at >= $1 AND created_at = wake_at`, began.UnixMicro()); due != 1 {
		t.Error("the replayed delivery is not due to whoever claims it")
	}
}

func (w *world) mustExec(statement string, args ...any) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), func(tx sqldb.Tx) error { tx.Exec(statement, args...); return nil }); err != nil {
		w.t.Fatal(err)
	}
}

func TestReplayLeavesWhatTheLogForgot(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		w.mustEndpoint("https://example.com/", nil)
		w.mustEmit(pay.Test, "delivered and forgotten", "delivered and kept")
		w.mustExec(`DELETE FROM webhook_deliveries WHERE event_key = 'delivered and forgotten'`)
		w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 2, 0, 2)

		// Behind the horizon nothing is known but of events that nobody got.
		late := w.mustEndpoint("https://example.com/late", nil)
		w.mustExec(`UPDATE webhook_endpoints SET events = '[]'`)
		w.mustEmit(pay.Test, "missed by all")
		w.mustExec(`UPDATE webhook_endpoints SET events = '["thing.sold"]'`)
		w.horizon = time.Now().Add(time.Hour)
		w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Webhook: late.ID}), 3, 1, 2)
		w.horizon = time.Time{}
		w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Webhook: late.ID}), 3, 1, 2)
	})
}

func TestReplayPassesWhatCannotBeRendered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	w.mustEmit(pay.Test, "1", "unspeakable", "2")
	w.mustEndpoint("https://example.com/", nil)
	w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 3, 2, 1)
}

func TestReplaySendsTheBacklogOfApproval(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver := webhooktest.NewReceiver(t)
		live := w.mustEndpoint(receiver.URL, func(e *webhook.Endpoint) { e.Env = webhook.Prod })
		w.mustEmit(pay.Prod, "1", "2")
		w.mustEmit(pay.Test, "3")

		// One that was begun in another way still sends nothing.
		early := webhook.Recovery{
			ID: "early", Kind: webhook.ReplayMissed, Store: shopID, Env: webhook.Prod, Since: time.Now().Add(-time.Hour), Until: time.Now(),
			State: webhook.RecoveryRunning, CreatedAt: time.Now(), UpdatedAt: time.Now(),
		}
		w.mustWrite(func(r pay.Records) error { return w.tx(r).InsertRecovery(early) })
		if err := w.recoverer.Run(t.Context(), early.ID); err != nil {
			t.Fatal(err)
		}
		w.wantCounts(w.mustShow(early.ID), 2, 0, 2)

		if _, err := w.operator.ApproveStore(t.Context(), operator.ApproveStoreIn{Store: shopID}); err != nil {
			t.Fatal(err)
		}
		w.delivering(func() {
			w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Environment: pay.Prod, Webhook: live.ID}), 2, 2, 0)
			receiver.Wait(t, 2)
		})
		if got := len(heard(receiver.Received())); got != 2 {
			t.Errorf("%d deliveries of the backlog came, want 2", got)
		}
		w.wantVerified(3)
	})
}

func TestReplayPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	const events, endpoints = 45, 9 // 10 events to a page, with what the callbacks may get
	keys := make([]string, events)
	for n := range keys {
		keys[n] = time.Duration(n).String()
	}
	w.mustEmit(pay.Test, keys...)
	w.mustExec(`UPDATE events SET created_at = (SELECT MIN(created_at) FROM events)`) // all at one moment
	for range endpoints {
		w.mustEndpoint("https://example.com/", nil)
	}
	recovery := w.mustStart(operator.StartRecoveryIn{Kind: webhook.ReplayMissed})
	for _, done := range []int{90, 180, 270, 360, 405, 405} {
		if err := w.recoverer.Run(t.Context(), recovery.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.mustShow(recovery.ID).Done; got != done {
			t.Fatalf("%d rows are done, want %d", got, done)
		}
	}
	w.wantCounts(w.mustShow(recovery.ID), 405, 405, 0)
	w.wantVerified(events)
}

// The deliveries of one event to an endpoint that wants order follow each other
// as they would have from birth.
func TestReplayKeepsTheOrderOfAnEventsNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	keys := []string{"1", "2", "3", "4", "5", "6", "7", "8"} // ids, which decide where times do not, are as good as random
	w.mustEmitWith(func(e *pay.Event) { e.Type = "thing.gone" }, pay.Test, keys...)
	w.mustEndpoint("https://example.com/", func(e *webhook.Endpoint) {
		e.Events, e.Ordered = namesOfGone, true
	})
	w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 24, 24, 0)
	for n, name := range namesOfGone[1:] {
		follow := w.count(`SELECT COUNT(*) FROM webhook_deliveries a JOIN webhook_deliveries b ON b.event_id = a.event_id
			WHERE a.event_type = $1 AND b.event_type = $2 AND (a.created_at, a.id) < (b.created_at, b.id)`, namesOfGone[n], name)
		if follow != len(keys) {
			t.Errorf("of %d events %d tell %s after %s", len(keys), follow, name, namesOfGone[n])
		}
	}
}
