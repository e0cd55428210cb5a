package store_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

// before are the migrations of a program that does not have the given one yet.
func before(t *testing.T, migration string) fs.FS {
	t.Helper()
	older := make(fstest.MapFS)
	files, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if name >= migration {
			continue
		}
		content, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		older[name] = &fstest.MapFile{Data: content}
	}
	return older
}

// Late captures that were on their way back, and events that were told, when the
// program was brought to this version go on as what they are.
func TestOlderRefundsAndEventsAreRead(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, before(t, "00013"), func(t *testing.T, db sqldb.DB) {
		mustExec(t, db, `INSERT INTO refunds (id, store_id, env, payment_id, attempt_id, origin, state, connector, provider_id, currency,
			amount, reason, version, created_at, updated_at, done_at) VALUES
			('REF_1', 'STO_1', 'test', 'PAY_1', 'ATT_1', 'late_capture', 'asked', 'simulator', '', 'USD', 119, '', 1, 1, 1, 0),
			('REF_2', 'STO_1', 'test', 'PAY_1', 'ATT_2', 'late_capture', 'failed', 'simulator', 'p', 'USD', 119, 'unsupported', 2, 1, 2, 3)`)
		mustExec(t, db, `INSERT INTO events (id, store_id, env, type, event_key, snapshot, deliveries, created_at) VALUES
			('EVT_1', 'STO_1', 'test', 'order.completed', 'PAY_1', '{"storeName":"Acme","order":{"ID":"ORD_1"},"productName":"Guide"}', 0, 1),
			('EVT_2', 'STO_1', 'test', 'order.completed', 'PAY_2', 'null', 0, 2)`)
		if _, _, err := sqldb.Migrate(t.Context(), db, migrations.FS, nil); err != nil {
			t.Fatal(err)
		}
		err := store.New(db, paytest.MustKeyring(t)).Read(t.Context(), func(r pay.Records) error {
			asked, err := r.Refund("REF_1")
			if err != nil {
				return err
			}
			if asked.State != pay.RefundApproved || !asked.State.Open() || asked.AskedBy != pay.AskedBySystem || asked.Failure != "" {
				t.Errorf("on its way: %+v", asked)
			}
			failed, err := r.Refund("REF_2")
			if err != nil {
				return err
			}
			if failed.State != pay.RefundFailed || failed.Failure != "unsupported" || failed.Reason != "" {
				t.Errorf("failed: %+v", failed)
			}
			events, err := r.Events(pay.EventQuery{Store: "STO_1", Env: pay.Test, Until: at(1), Limit: 9})
			if err != nil {
				return err
			}
			if len(events) != 2 || events[0].Sale == nil || events[0].Sale.StoreName != "Acme" || events[0].Sale.Order.ID != "ORD_1" ||
				events[0].Refund != nil || events[1].Sale != nil {
				t.Errorf("events: %+v", events)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
