package pancake_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// gathered is a database whose writes begin together, once it was told how
// many there will be.
type gathered struct {
	pay.DB
	waits   bool
	arrived sync.WaitGroup
}

func (g *gathered) Write(ctx context.Context, fn func(pay.Records) error) error {
	if g.waits {
		g.arrived.Done()
		g.arrived.Wait()
	}
	return g.DB.Write(ctx, fn)
}

// Additions at once would each count nineteen, if none waited for the others.
func TestWebhookLimitHoldsAtOnce(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		gate := &gathered{}
		w := newWorldOn(t, paytest.NewShop(t, db, func(c *pay.Config) { gate.DB, c.DB = c.DB, gate }))
		for range webhook.MaxEndpoints - 1 {
			w.mustWebhook(t)
		}
		const callers = 12
		body := object{
			"storeId": string(w.Shop.Shop.ID), "channel": "http", "url": "https://shop.example.test/hook", "events": []any{}, "testMode": false,
		}
		gate.arrived.Add(callers)
		gate.waits = true
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				if err := callAs(t, w.client(pay.Test), addWebhook, body); err != nil && !strings.Contains(err.Error(), "at most 20 webhooks") {
					t.Errorf("add: %v", err)
				}
			})
		}
		wg.Wait()
		gate.waits = false
		if n := w.Int(t, `SELECT COUNT(*) FROM webhook_endpoints`); n != webhook.MaxEndpoints {
			t.Errorf("the store has %d webhooks", n)
		}
		mustTell(t, callAs(t, w.client(pay.Test), addWebhook, body), http.StatusBadRequest, "store", "A store may have at most 20 webhooks")
	})
}
