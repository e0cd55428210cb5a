package store_test

import (
	"testing"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// Between a resend's look for who is awake and its write, a sale may make the
// next delivery of the subject: the resend looks again, and goes behind it.
func TestAResendYieldsToASaleThatWasFaster(t *testing.T) {
	t.Parallel()
	db := sqldbtest.OpenPostgres(t, migrations.FS) // SQLite has one writer
	webhooks := store.NewWebhooks(db, mustWebhookKeys(t))
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	made := func(id webhook.DeliveryID, state webhook.State) webhook.Delivery {
		d := webhook.Delivery{
			ID: id, Endpoint: "E1", Queue: "E1", Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP, Origin: webhook.FromEvent,
			Subject: "ORD_1", Ordered: true, State: state, CreatedAt: at, Headers: []webhook.Header{}, Body: []byte("{}"),
		}
		if state == webhook.Pending {
			d.WakeAt = at
		}
		return d
	}
	insert := func(d webhook.Delivery) {
		t.Helper()
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			_, err := webhooks.Tx(tx).InsertDelivery(d)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	insert(made("old", webhook.Failed))
	runs := 0
	err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		runs++
		_, err := webhooks.Tx(tx).RestartDelivery(webhook.EndedDelivery{ID: "old", Endpoint: "E1", Subject: "ORD_1", State: webhook.Failed}, at)
		if runs == 1 && err == nil {
			insert(made("new", webhook.Pending))
		}
		return err
	})
	if err != nil || runs != 2 {
		t.Fatalf("after %d runs: %v", runs, err)
	}
	for id, awake := range map[webhook.DeliveryID]bool{"old": false, "new": true} {
		read, err := webhooks.Delivery(t.Context(), id)
		if err != nil || read.State != webhook.Pending || read.Awake() != awake {
			t.Errorf("%s is %s, awake %t (%v)", id, read.State, read.Awake(), err)
		}
	}
}
