package store_test

import (
	"fmt"
	"testing"
	"time"

	"tillway/internal/id"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// BenchmarkDelivery is the life of a delivery in the database, born and sent,
// without the log's indexes and with all: what a sale pays for a search.
func BenchmarkDelivery(b *testing.B) {
	for _, c := range []struct {
		name string
		sql  []string
	}{
		{"none", []string{
			"DROP INDEX webhook_deliveries_by_endpoint", "DROP INDEX webhook_deliveries_by_subject",
			"DROP INDEX webhook_deliveries_failed", "DROP INDEX webhook_deliveries_troubled",
			"DROP INDEX webhook_deliveries_ended",
		}},
		{"all", nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			db := sqldbtest.OpenSQLite(b, migrations.FS)
			for _, sql := range c.sql {
				if err := db.Write(b.Context(), func(tx sqldb.Tx) error { tx.Exec(sql); return nil }); err != nil {
					b.Fatal(err)
				}
			}
			webhooks, ids := store.NewWebhooks(db, mustWebhookKeys(b)), id.NewSource(time.Now, nil)
			const batch, stores = 64, 500 // as many as share a commit under load
			for n := 0; b.Loop(); n++ {
				var outcomes []webhook.Outcome
				err := db.Write(b.Context(), func(sql sqldb.Tx) error {
					outcomes = outcomes[:0]
					for i := range batch {
						at, shop := time.Now(), (n*batch+i)%stores
						d := webhook.Birth{
							ID: webhook.DeliveryID(ids.UUID()), EventID: ids.New("EVT"), EventType: "order.completed", EventKey: "k",
							Endpoint: webhook.Endpoint{
								ID: webhook.EndpointID(fmt.Sprintf("01900000-0000-7000-8000-%012d", shop)), URL: "https://example.com/hook", Env: webhook.Test,
								Store: webhook.StoreID(fmt.Sprintf("STO_%022d", shop)), Channel: webhook.HTTP,
							},
							Subject: ids.New("ORD"), Body: make([]byte, 900), Owner: "me", Now: at,
						}.Delivery()
						if _, err := webhooks.Tx(sql).InsertDelivery(d); err != nil {
							return err
						}
						outcomes = append(outcomes, webhook.Outcome{
							Owner: "me", Next: webhook.Succeeded, Attempt: webhook.Attempt{Delivery: d.ID, Number: 1, StartedAt: at, Status: 200, Response: []byte("ok")},
						})
					}
					return nil
				})
				if err == nil {
					_, err = webhooks.Record(b.Context(), outcomes)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*batch), "µs/delivery")
		})
	}
}
