package store

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// fullScan finds plans that read a whole table or index; "ANY(" is SQLite's
// name for trying every value of an index's first column.
var fullScan = regexp.MustCompile(`SCAN (d|webhook)|Seq Scan on webhook|ANY\(`)

// Both levels of claiming, and every other statement that runs for each
// delivery or attempt, must find their rows through an index.
func TestWebhookStatementsUseTheirIndex(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		mustBacklog(t, db)
		for name, statement := range map[string]struct {
			sql   string
			args  []any
			index string // its name; the engines name primary keys each in their own way
		}{
			"walk":            {walkQueues, []any{"", 10}, "webhook_deliveries_waiting"},
			"claim":           {claimQueue, []any{"me", 2, 2, "queue-7", 4}, "webhook_deliveries_waiting"},
			"look":            {dueOfQueue, []any{"queue-7", 2, 1, "delivery-7", 4}, "webhook_deliveries_waiting"},
			"claim of one":    {claimOne, []any{"me", 2, 2, "delivery-7"}, ""},
			"look at one":     {dueOne, []any{"delivery-7", 2}, ""},
			"orphans":         {freeOrphans, []any{"queue-7", "me", 1, 2}, "webhook_deliveries_waiting"},
			"renewal":         {renewLease, []any{"delivery-7", 2, "me", 1}, ""},
			"release":         {releaseLease, []any{"delivery-7", "me", 1}, ""},
			"success":         {recordSuccess, []any{"delivery-7", 1, 2, 200}, ""},
			"failure":         {recordFailure, []any{"delivery-7", 1, "me", "pending", 3, 2, 500, "status", 0}, ""},
			"unsent":          {recordUnsent, []any{"delivery-7", "me", "failed", "removed", 2}, ""},
			"head":            {selectHead, []any{"endpoint-7", "ORD_7"}, "webhook_deliveries_head"},
			"hold of a head":  {holdHead, []any{"delivery-7"}, ""},
			"wake":            {wakeSleeper, []any{"endpoint-7", "ORD_7", 1}, "webhook_deliveries_sleeping"},
			"failing":         {selectFailing, []any{"endpoint-7"}, ""},
			"first failure":   {beginFailing, []any{"endpoint-7", 1}, ""},
			"level":           {noteFailing, []any{"endpoint-7", 1, 0, 50}, ""},
			"failed for long": {disableFailing, []any{"endpoint-7", 1, 2, 90, 100, "failing"}, ""},
			"end of failing":  {endFailing, []any{"endpoint-7"}, ""},
			"disabling":       {disableEndpoint, []any{"endpoint-7", "gone", 1, 2}, ""},
			"notices":         {selectNotices, []any{"endpoint-7", 10}, "webhook_notices_once"},
			"attempt log":     {selectAttemptLog, []any{"delivery-7", 10}, ""},
			"attempt count":   {countAttemptLog, []any{"delivery-7"}, ""},
			"waiting":         {selectWaiting, []any{"queue-7", 500}, "webhook_deliveries_waiting"},
			"sleeping":        {selectSleeping, []any{"endpoint-7", 500}, "webhook_deliveries_sleeping"},
			"halting":         {haltDelivery, []any{"delivery-7", "disabled", 9}, ""},
			"endpoint lookup": {selectEndpoint, []any{"endpoint-7"}, ""},
			"callback lookup": {selectCallback, []any{"callback-7"}, ""},
			"failed page":     {selectFailed, []any{"store-7", "test", 1, 9, 0, "", 200}, "webhook_deliveries_ended"},
			"restart":         {restartDelivery, []any{"delivery-7", "failed", 1, 2}, ""},
			"hastening":       {hastenDelivery, []any{"delivery-7", "", 1, 2}, ""},
			"recovery lookup": {selectRecovery, []any{"recovery-7"}, ""},
			"recovery list":   {selectRecoveries, []any{"store-7", 100}, "webhook_recoveries_by_store"},
			"listener sweep":  {sweepListeners, []any{1, 20}, "webhook_endpoints_listeners"},
			"endpoint list":   {selectEndpoints, []any{"store-7", "test", 20}, "webhook_endpoints_by_store"},
		} {
			plan := mustExplain(t, db, statement.sql, statement.args...)
			if fullScan.MatchString(plan) || !strings.Contains(plan, statement.index) {
				t.Errorf("%s does not use its index %s:\n%s", name, statement.index, plan)
			}
		}
	})
}

// mustBacklog fills the tables with enough rows for a planner to care.
func mustBacklog(t *testing.T, db sqldb.DB) {
	t.Helper()
	const rows = 4000
	webhooks := NewWebhooks(db, nil)
	err := db.Write(t.Context(), func(sql sqldb.Tx) error {
		tx := webhooks.Tx(sql)
		for n := range rows {
			wake := sqldb.Moment(0)
			if n%4 == 0 {
				wake = sqldb.Moment(int64(n + 1))
			}
			if _, err := tx.InsertDelivery(webhook.Delivery{
				ID: webhook.DeliveryID(fmt.Sprintf("delivery-%d", n)), Queue: webhook.QueueID(fmt.Sprintf("queue-%d", n%40)),
				Store: "store-7", Env: webhook.Test, State: webhook.Pending, WakeAt: wake, Body: []byte("{}"),
				CreatedAt: sqldb.Moment(int64(n + 1)), EventID: fmt.Sprintf("event-%d", n),
				Endpoint: webhook.EndpointID(fmt.Sprintf("endpoint-%d", n%400)), Ordered: n%2 == 0, Subject: fmt.Sprintf("ORD_%d", n),
			}); err != nil {
				return err
			}
			if err := tx.InsertEndpoint(webhook.Endpoint{
				ID: webhook.EndpointID(fmt.Sprintf("endpoint-%d", n)), Store: webhook.StoreID(fmt.Sprintf("store-%d", n%400)),
				Env: webhook.Test, State: webhook.Active,
			}); err != nil {
				return err
			}
			if err := tx.InsertCallback(webhook.Callback{ID: webhook.CallbackID(fmt.Sprintf("callback-%d", n))}); err != nil {
				return err
			}
			insertNotice(sql, webhook.Notice{
				Endpoint: webhook.EndpointID(fmt.Sprintf("endpoint-%d", n)), Level: 50, Since: sqldb.Moment(int64(n + 1)),
			})
			if err := tx.InsertRecovery(webhook.Recovery{
				ID: webhook.RecoveryID(fmt.Sprintf("recovery-%d", n)), Store: webhook.StoreID(fmt.Sprintf("store-%d", n%400)),
			}); err != nil {
				return err
			}
			_, err := record(sql, &webhook.Outcome{
				Attempt: webhook.Attempt{
					Delivery: webhook.DeliveryID(fmt.Sprintf("delivery-%d", n)), Number: 1, StartedAt: sqldb.Moment(int64(n + 1)),
					Class: webhook.Status,
				},
				Next: webhook.Pending, WakeAt: wake,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec("ANALYZE"); return nil }); err != nil {
		t.Fatal(err)
	}
}

func mustExplain(t *testing.T, db sqldb.DB, sql string, args ...any) string {
	t.Helper()
	explain := "EXPLAIN "
	if db.Engine() == sqldb.SQLite {
		explain = "EXPLAIN QUERY PLAN "
	}
	var plan strings.Builder
	err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		plan.Reset()
		rows, err := tx.Query(explain+sql, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			dest := []any{&line}
			if db.Engine() == sqldb.SQLite {
				var id, parent, unused int64
				dest = []any{&id, &parent, &unused, &line}
			}
			if err := rows.Scan(dest...); err != nil {
				return err
			}
			plan.WriteString(line + "\n")
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", explain+sql, err)
	}
	return plan.String()
}
