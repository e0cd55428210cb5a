package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// What had failed, and what had been replayed, when the program was brought to
// this version is found as what it is.
func TestOlderDeliveriesHaveAnEnd(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, before(t, "00023"), func(t *testing.T, db sqldb.DB) {
		mustExec(t, db, `INSERT INTO webhook_endpoints (id, store_id, env, dialect, channel, url, events, secret, state, created_at, updated_at, disabled_at) VALUES
			('E1', 'STO_1', 'test', 'pancake', 'http', '', '[]', '', 'disabled', 1, 1, 70)`)
		mustExec(t, db, `INSERT INTO webhook_deliveries (id, queue_id, endpoint_id, store_id, env, channel, event_id, event_type, event_key,
			scheme, key_name, schedule, state, attempts, wake_at, lease_owner, last_at, last_status, last_class, created_at, url, headers, body) VALUES
			('tried', 'E1', 'E1', 'STO_1', 'test', 'http', '', '', '', '', '', '', 'failed', 6, 0, '', 60, 500, 'status', 10, '', '[]', ''),
			('sealed', 'E1', 'E1', 'STO_1', 'test', 'http', '', '', '', '', '', '', 'failed', 0, 0, '', 0, 0, 'sealed', 50, '', '[]', ''),
			('halted', 'E1', 'E1', 'STO_1', 'test', 'http', '', '', '', '', '', '', 'failed', 2, 0, '', 20, 500, 'disabled', 10, '', '[]', ''),
			('orphan', 'E2', 'E2', 'STO_1', 'test', 'http', '', '', '', '', '', '', 'failed', 2, 0, '', 20, 500, 'disabled', 10, '', '[]', ''),
			('waits', 'E1', 'E1', 'STO_1', 'test', 'http', '', '', '', '', '', '', 'pending', 1, 90, '', 60, 500, 'status', 10, '', '[]', ''),
			('came', 'E1', 'E1', 'STO_1', 'test', 'http', '', '', '', '', '', '', 'succeeded', 1, 0, '', 60, 200, '', 10, '', '[]', '')`)
		mustExec(t, db, `INSERT INTO events (id, store_id, env, type, event_key, snapshot, deliveries, withheld, created_at) VALUES
			('EVT_1', 'STO_1', 'test', 'order.completed', 'PAY_1', 'null', 1, TRUE, 1),
			('EVT_2', 'STO_1', 'test', 'order.completed', 'PAY_2', 'null', 1, FALSE, 2),
			('EVT_3', 'STO_1', 'test', 'order.completed', 'PAY_3', 'null', 0, FALSE, 3)`)
		if _, _, err := sqldb.Migrate(t.Context(), db, migrations.FS, nil); err != nil {
			t.Fatal(err)
		}
		ends := map[webhook.DeliveryID]int64{}
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			clear(ends)
			failed, err := store.NewWebhooks(db, nil).Tx(tx).FailedDeliveries(webhook.FailedQuery{Store: "STO_1", Env: webhook.Test, Until: time.UnixMicro(100), Limit: 9})
			for _, d := range failed {
				ends[d.ID] = d.EndedAt.UnixMicro()
			}
			return err
		})
		if diff := cmp.Diff(map[webhook.DeliveryID]int64{"tried": 60, "sealed": 50, "halted": 70, "orphan": 20}, ends); diff != "" || err != nil {
			t.Errorf("%v, the ends (-want +got):\n%s", err, diff)
		}
		page, err := report.ListUnmatched(t.Context(), store.NewWebhookLog(db), report.Scope{Store: "STO_1", Env: pay.Test}, report.EventQuery{})
		since := map[pay.EventID]bool{}
		for _, e := range page.Events {
			since[e.ID] = e.SentSince
		}
		if diff := cmp.Diff(map[pay.EventID]bool{"EVT_1": true, "EVT_3": false}, since); diff != "" || err != nil {
			t.Errorf("%v, sent since (-want +got):\n%s", err, diff)
		}
	})
}
