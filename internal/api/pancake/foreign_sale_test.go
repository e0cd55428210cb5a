package pancake_test

import (
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// links follows the sales of another dialect.
type links struct{}

func (links) Dialect() pay.Dialect { return "links" }

func (links) Follow(pay.Tx, pay.Step) (pay.Followed, error) { return pay.Followed{}, nil }

// A sale of another dialect takes its details on its own page and ends by its
// own calls. Here nothing is known of it, whoever asks.
func TestASaleOfAnotherDialectIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorldOn(t, paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS), func(cfg *pay.Config) {
		cfg.Followers = []pay.Follower{links{}}
	}))
	open := func(form pay.Form) pay.Session {
		return paytest.MustRun(t, w.Core, pay.CreateSale, pay.NewSale{
			ID: pay.SessionID(w.IDs.Session()), Order: pay.OrderID(w.IDs.New("ORD")), Store: w.Shop.Shop.ID, Env: pay.Test, Dialect: "links",
			Actor: pay.Actor{Kind: pay.ByStore, Store: w.Shop.Shop.ID, Env: pay.Test}, Item: pay.Item{Name: "Basket"},
			Price: money.New(2900, "USD"), Form: form, Methods: []connector.Method{connector.Card}, At: w.Core.Now(),
		})
	}
	visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
	session, placed := open(pay.FormContact), open(pay.FormNone)
	request := object{
		"checkoutSessionId": string(session.ID), "buyerEmail": "b@example.test", "billingDetail": object{"country": "DE", "isBusiness": false},
	}
	for name, by := range map[string]pancakeclient.Caller{"the merchant": w.client(pay.Test), "a buyer": w.browser(t, "u-9"), "a visitor": visitor} {
		t.Run("an order by "+name, func(t *testing.T) {
			mustTell(t, callAs(t, by, createOrder, request), 404, "order", "Checkout session not found")
		})
	}
	for name, by := range map[string]pancakeclient.Caller{"the merchant": w.client(pay.Test), "a buyer": w.browser(t, "u-9")} {
		t.Run("a cancellation by "+name, func(t *testing.T) {
			mustTell(t, callAs(t, by, cancelOrder, object{"orderId": string(placed.Order)}), 404, "order", "Order not found")
		})
	}
	for name, by := range map[string]pancakeclient.Caller{"a buyer": w.browser(t, "u-9"), "a visitor": visitor} {
		t.Run("a preview by "+name, func(t *testing.T) {
			of := object{"checkoutSessionId": string(session.ID)}
			mustTell(t, callAs(t, by, previewTrial, of), 404, "order", "Checkout session not found")
			of["billingDetail"] = object{"country": "DE", "isBusiness": false}
			mustTell(t, callAs(t, by, "/v1/actions/checkout/preview-tax", of), 404, "order", "Checkout session not found")
		})
	}
	if after := w.mustOrder(t, string(placed.Order)); after.Status != pay.OrderPending {
		t.Errorf("the other's order is %s", after.Status)
	}
}
