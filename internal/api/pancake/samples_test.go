package pancake_test

import (
	"sync"
	"testing"

	"tillway/internal/api/dialecttest"
	"tillway/internal/auth"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const (
	noWebhook = "00000000-0000-7000-8000-000000000001"
	noKey     = "KEY_0000000000000000000001"
)

func fixed(body object) func(*testing.T) map[string]any {
	return func(*testing.T) map[string]any { return deepCopy(body) }
}

// naming is a body that names one thing, which is made when it is first needed.
func naming(member string, make func(t *testing.T) string, more object) func(*testing.T) map[string]any {
	var once sync.Once
	var made string
	return func(t *testing.T) map[string]any {
		once.Do(func() { made = make(t) })
		body := deepCopy(more)
		body[member] = made
		return body
	}
}

// administrationSamples are good requests of a merchant who minds the shop.
func (w *world) administrationSamples() []dialecttest.Sample {
	store, product := string(w.Shop.Shop.ID), string(w.Product.ID)
	pending := func(actor pay.Actor) func(t *testing.T) map[string]any {
		return func(t *testing.T) map[string]any { return object{"orderId": string(w.mustPlace(t, actor).ID)} }
	}
	order := map[string]string{"orderId": noOrder}
	return []dialecttest.Sample{
		{
			Path: createKey, Class: auth.KeyClass,
			Body: func(t *testing.T) map[string]any {
				return object{"nickname": "server-2", "environment": "test", "publicKey": mustPairs(t)[2].Public}
			},
		},
		{
			Path: deleteKey, Class: auth.KeyClass, Body: naming("id", w.mustKey, nil),
			References: map[string]string{"id": noKey},
		},
		{
			Path: updateStore, Class: auth.KeyClass, AnyEnvironment: true,
			Body: fixed(object{
				"id": store, "name": "Acme Zwei", "status": "inactive", "logo": "https://cdn.example.test/logo.png",
				"notificationSettings": object{"notifyNewOrders": false, "emailTrialEnding": true, "emailOrderConfirmation": false},
				"checkoutSettings": object{
					"defaultDarkMode": true,
					"light": object{
						"checkoutLogo": "https://cdn.example.test/light.png", "checkoutColorPrimary": "#0a0", "checkoutColorBackground": "white",
						"checkoutColorCard": "rgb(250 250 250 / 90%)", "checkoutColorText": "#000000", "checkoutBorderRadius": "0.5rem",
					},
					"dark": object{"checkoutColorPrimary": "#0f0"},
				},
				"webhookSettings": object{}, "supportEmail": "help@shop.example.test",
			}),
			Free:       []string{"webhookSettings", "supportEmail", "notificationSettings.emailOrderConfirmation"},
			References: map[string]string{"id": noStore},
		},
		{
			Path: deleteStore, Class: auth.KeyClass, AnyEnvironment: true, Body: fixed(object{"id": store}),
			References: map[string]string{"id": noStore},
		},
		{
			Path: updateWebhook, Class: auth.KeyClass, AnyEnvironment: true,
			Body: naming("id", w.mustWebhook, object{
				"url": "https://shop.example.test/other", "events": []any{"refund.succeeded"}, "secret": "s",
			}),
			References: map[string]string{"id": noWebhook},
		},
		{
			Path: removeWebhook, Class: auth.KeyClass, AnyEnvironment: true, Body: naming("id", w.mustWebhook, nil),
			References: map[string]string{"id": noWebhook},
		},
		{
			Path: updateProduct, Class: auth.KeyClass,
			Body: fixed(object{
				"id": product, "name": "Guide 2", "description": "# Better", "prices": object{"EUR": object{"amount": "25.00", "taxCategory": "ebook"}},
				"media": []any{object{"type": "video", "url": "https://shop.example.test/a.mp4"}}, "successUrl": "https://shop.example.test/done",
				"metadata": object{"k": "v"},
			}),
			Free:       []string{"metadata.k"},
			References: map[string]string{"id": noProduct},
		},
		{
			Path: publishProduct, Class: auth.KeyClass, AnyEnvironment: true, Body: fixed(object{"id": product}),
			References: map[string]string{"id": noProduct},
		},
		{
			Path: productStatus, Class: auth.KeyClass, Body: fixed(object{"id": product, "status": "inactive"}),
			References: map[string]string{"id": noProduct},
		},
		{Path: cancelOrder, Class: auth.KeyClass, Body: pending(w.Actor()), References: order},
		{Path: cancelOrder, Class: auth.SessionClass, Body: pending(w.buyer("u-9")), References: order},
	}
}

// mustKey registers one more key of the merchant for the test environment.
func (w *world) mustKey(t *testing.T) string {
	t.Helper()
	key, err := w.auth.CreateAPIKey(t.Context(), auth.NewAPIKey{
		Merchant: w.Merchant.ID, Env: pay.Test, Nickname: "spare", PublicKey: mustPairs(t)[3].Public,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(key.ID)
}

// mustWebhook adds an endpoint of the test environment to the merchant's store.
func (w *world) mustWebhook(t *testing.T) string {
	t.Helper()
	return w.mustAddWebhook(t, object{"channel": "http", "url": "https://shop.example.test/hook"})
}

func (w *world) mustAddWebhook(t *testing.T, more object) string {
	t.Helper()
	body := object{"storeId": string(w.Shop.Shop.ID), "events": []any{"order.completed"}, "testMode": true}
	for name, value := range more {
		body[name] = value
	}
	var out webhookData
	if err := w.client(pay.Test).Call(t.Context(), addWebhook, body, &out); err != nil {
		t.Fatal(err)
	}
	return out.Webhook.ID
}

func (w *world) buyer(identity string) pay.Actor {
	return pay.Actor{Kind: pay.ByBuyer, Env: pay.Test, Store: w.Shop.Shop.ID, Buyer: identity}
}

// mustPlace makes a pending order in a session of its own.
func (w *world) mustPlace(t *testing.T, actor pay.Actor) pay.Order {
	t.Helper()
	placement := w.Placement(w.MustOpen(t))
	placement.Actor = actor
	return paytest.MustRun(t, w.Core, pay.PlaceOrder, placement).Order
}

func mustPairs(t *testing.T) [4]auth.KeyPair {
	t.Helper()
	made, err := pairs()
	if err != nil {
		t.Fatal(err)
	}
	return made
}
