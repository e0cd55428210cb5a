package pancake_test

import (
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const deniedStore = "Access denied: you do not have permission to this store"

// merchantAction is an action on something of a store.
type merchantAction struct {
	path    string
	body    func(t *testing.T) object
	unknown object // of what does not exist
	missing string // the answer to that
	noun    string // its layer
	least   pay.Role
}

// merchantActions are all actions on a store and on what is in it, each with
// the least role that may (spec/pancake.md §3.1 step 5, §12).
func (w *world) merchantActions() map[string]merchantAction {
	shop, product := string(w.Shop.Shop.ID), string(w.Product.ID)
	prices := object{"USD": object{"amount": "1", "taxCategory": "saas"}}
	hook := object{"channel": "http", "url": "https://shop.example.test/hook", "events": []any{}, "testMode": true}
	buy := object{"currency": "USD"}
	details := object{"buyerEmail": "b@example.test", "billingDetail": object{"country": "DE"}}
	in := func(member, value string, more object) object {
		body := deepCopy(more)
		body[member] = value
		return body
	}
	of := func(member, value string, more object) func(*testing.T) object {
		return func(*testing.T) object { return in(member, value, more) }
	}
	return map[string]merchantAction{
		"to rename a store":      {updateStore, of("id", shop, object{"name": "New"}), object{"id": noStore}, "Store not found", "store", pay.Admin},
		"to delete a store":      {deleteStore, of("id", shop, nil), object{"id": noStore}, "Store not found", "store", pay.Owner},
		"to add a webhook":       {addWebhook, of("storeId", shop, hook), in("storeId", noStore, hook), "Store not found", "store", pay.Admin},
		"to change a webhook":    {updateWebhook, func(t *testing.T) object { return object{"id": w.mustWebhook(t), "events": []any{}} }, object{"id": noWebhook}, "Webhook not found", "store", pay.Admin},
		"to remove a webhook":    {removeWebhook, func(t *testing.T) object { return object{"id": w.mustWebhook(t)} }, object{"id": noWebhook}, "Webhook not found", "store", pay.Admin},
		"to make a product":      {createProduct, of("storeId", shop, object{"name": "Guide", "prices": prices}), object{"storeId": noStore, "name": "Guide", "prices": prices}, "Store not found", "store", pay.Admin},
		"to change a product":    {updateProduct, of("id", product, object{"name": "Guide 2"}), object{"id": noProduct}, "Product not found", "product", pay.Admin},
		"to publish a product":   {publishProduct, of("id", product, nil), object{"id": noProduct}, "Product not found", "product", pay.Admin},
		"to take a product off":  {productStatus, of("id", product, object{"status": "inactive"}), object{"id": noProduct, "status": "inactive"}, "Product not found", "product", pay.Admin},
		"to open a checkout":     {createSession, of("productId", product, buy), in("productId", noProduct, buy), "Product not found", "product", pay.Member},
		"to place an order":      {createOrder, func(t *testing.T) object { return in("checkoutSessionId", string(w.MustOpen(t).ID), details) }, in("checkoutSessionId", noSession, details), "Checkout session not found", "order", pay.Member},
		"to order by product":    {createOrder, of("productId", product, buy), in("productId", noProduct, buy), "Product not found", "product", pay.Member},
		"to cancel an order":     {cancelOrder, func(t *testing.T) object { return object{"orderId": string(w.mustPlace(t, w.Actor()).ID)} }, object{"orderId": noOrder}, "Order not found", "order", pay.Admin},
		"to let a buyer in":      {issueToken, of("storeId", shop, object{"buyerIdentity": "u"}), object{"buyerIdentity": "u", "storeId": noStore}, "Store not found", "store", pay.Member},
		"to let in by a product": {issueToken, of("productId", product, object{"buyerIdentity": "u"}), object{"buyerIdentity": "u", "productId": noProduct}, "Product not found", "product", pay.Member},
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	names := (&world{Shop: &paytest.Shop{}}).merchantActions()
	for name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			action := w.merchantActions()[name]
			stranger := w.stranger.keys[pay.Test]
			stranger.BaseURL, stranger.HTTP = "http://tillway.test", w.http()
			refuse := func(who string, by pancakeclient.Caller, body object, status int, layer, message string) {
				t.Helper()
				rows := w.rows(t)
				t.Log(who)
				mustTell(t, callAs(t, by, action.path, body), status, layer, message)
				if w.rows(t) != rows {
					t.Errorf("%s: the refusal wrote something", who)
				}
			}
			body := action.body(t)
			refuse("the owner, of nothing", w.client(pay.Test), action.unknown, 404, action.noun, action.missing)
			refuse("a stranger", stranger, body, 403, "store", deniedStore)
			for _, role := range []pay.Role{pay.Member, pay.Admin, pay.Owner} {
				guest := w.mustGuest(t, role)
				ranks := map[pay.Role]int{pay.Member: 1, pay.Admin: 2, pay.Owner: 3}
				if ranks[role] < ranks[action.least] {
					refuse(string(role), guest, body, 403, "store", deniedStore)
					continue
				}
				if err := callAs(t, guest, action.path, action.body(t)); err != nil {
					t.Errorf("%s: %v", role, err)
				}
				if action.path == deleteStore {
					return // there is none any more
				}
			}
		})
	}
}

// A live key sees the store and its products, and sells there once the store is
// approved (spec/pancake.md §3.1 step 6).
func TestStoreThatIsNotApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustProduct(t, pay.Test, publishProduct, nil)
	live := w.client(pay.Prod)
	mustTell(t, live.Call(t.Context(), createSession, object{"productId": string(w.Product.ID), "currency": "USD"}, nil), 403, "order",
		"Payments are not enabled for this store")
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(w.Shop.Shop.ID)
		shop.ProdEnabled = false
		r.UpdateStore(shop)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "prod", HTTP: w.http()}
	product := object{"productId": string(w.Product.ID), "currency": "USD"}
	for name, c := range map[string]struct {
		by   pancakeclient.Caller
		path string
		body object
	}{
		"a session":              {live, createSession, product},
		"a session by a visitor": {visitor, createSession, product},
		"an order by product":    {live, createOrder, product},
		"a product":              {live, createProduct, object{"storeId": string(w.Shop.Shop.ID), "name": "Guide", "prices": object{"USD": object{"amount": "1", "taxCategory": "saas"}}}},
		"a publication":          {live, publishProduct, object{"id": string(w.Product.ID)}},
		"a token":                {live, issueToken, object{"buyerIdentity": "u", "storeId": string(w.Shop.Shop.ID)}},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			mustTell(t, callAs(t, c.by, c.path, c.body), 403, "store", "Store is not enabled for production")
		})
	}
	t.Run("its settings are not", func(t *testing.T) {
		t.Parallel()
		for path, body := range map[string]object{
			updateStore: {"id": string(w.Shop.Shop.ID), "name": "New"},
			addWebhook: {
				"storeId": string(w.Shop.Shop.ID), "channel": "http", "url": "https://shop.example.test/hook", "events": []any{}, "testMode": false,
			},
		} {
			if err := live.Call(t.Context(), path, body, nil); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	})
}
