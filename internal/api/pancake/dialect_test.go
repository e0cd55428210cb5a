package pancake_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tillway/internal/api/dialecttest"
	"tillway/internal/api/pancake"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/auth"
	"tillway/internal/pay"
)

func TestDialect(t *testing.T) {
	t.Parallel()
	dialecttest.Run(t, func(t *testing.T) dialecttest.Subject {
		w := newWorld(t)
		w.mintTokens(t)
		return dialecttest.Subject{
			Handler: w.kernel, Routes: w.kernel.Routes(), OpenAPI: pancake.OpenAPI, Samples: w.samples(),
			Authorize: w.authorize, CheckFailure: checkFailure, Rows: w.rows,
			Classes:           []auth.Class{auth.KeyClass, auth.SessionClass, auth.VisitorClass},
			IdempotencyHeader: "X-Idempotency-Key", BadKeys: []string{"", "a b", "ä", "a.b", strings.Repeat("k", 257)},
		}
	})
}

const (
	noStore   = "STO_0000000000000000000001"
	noProduct = "PROD_0000000000000000000001"
	noOrder   = "ORD_0000000000000000000001"
	noSession = "cs_00000000-0000-7000-8000-000000000001"
)

type object = map[string]any

func (w *world) samples() []dialecttest.Sample {
	billing := object{"country": "US", "isBusiness": true, "postcode": "10001", "state": "NY", "businessName": "Acme", "taxId": "1"}
	anonymous := object{
		"productId": string(w.Product.ID), "currency": "USD", "buyerEmail": "b@example.test", "billingDetail": billing,
		"successUrl": "https://shop.example.test/done", "darkMode": true, "language": "en",
	}
	signed := deepCopy(anonymous)
	signed["priceSnapshot"] = object{"amount": "12.50", "taxCategory": "saas"}
	signed["withTrial"] = false
	signed["expiresInSeconds"] = 60
	signed["metadata"] = object{"k": "v"}
	signed["orderMerchantExternalId"] = "A-1"
	signed["includePaymentMethods"] = []any{"card"}
	order := func(t *testing.T) map[string]any {
		return object{
			"checkoutSessionId": string(w.MustOpen(t).ID), "buyerEmail": "b@example.test", "billingDetail": deepCopy(billing),
			"successUrl": "https://shop.example.test/done", "buyerIp": "192.0.2.7",
		}
	}
	preview := func(t *testing.T) map[string]any {
		return object{"checkoutSessionId": string(w.MustOpen(t).ID), "billingDetail": deepCopy(billing)}
	}
	session := map[string]string{"checkoutSessionId": noSession}
	trial := func(t *testing.T) map[string]any {
		return object{"checkoutSessionId": string(w.MustOpen(t).ID), "buyerIdentity": "u-9"}
	}
	return append(w.administrationSamples(), []dialecttest.Sample{
		{
			Path: "/v1/actions/auth/issue-session-token", Class: auth.KeyClass, AnyEnvironment: true, Forgetful: true,
			Body: fixed(object{
				"buyerIdentity": "u-9", "storeId": string(w.Shop.Shop.ID), "productId": string(w.Product.ID),
			}),
			References: map[string]string{"storeId": noStore, "productId": noProduct},
		},
		{Path: "/v1/actions/store/create-store", Class: auth.KeyClass, Body: fixed(object{"name": "Acme & Söhne"})},
		{
			Path: "/v1/actions/store/add-webhook", Class: auth.KeyClass, AnyEnvironment: true,
			Body: fixed(object{
				"storeId": string(w.Shop.Shop.ID), "channel": "http", "url": "https://shop.example.test/hook?a=1&b=2",
				"events": []any{"order.completed", "subscription.updated"}, "testMode": true, "secret": "s",
			}),
			References: map[string]string{"storeId": noStore},
		},
		{
			Path: "/v1/actions/onetime-product/create-product", Class: auth.KeyClass, AnyEnvironment: true,
			Body: fixed(object{
				"storeId": string(w.Shop.Shop.ID), "name": "Guide", "description": "# PDF",
				"prices":     object{"USD": object{"amount": "29.00", "taxCategory": "ebook"}, "JPY": object{"amount": "4500", "taxCategory": "ebook"}},
				"media":      []any{object{"type": "image", "url": "https://shop.example.test/a.png", "alt": "a"}},
				"successUrl": "https://shop.example.test/done", "metadata": object{"k": "v"},
			}),
			Free:       []string{"metadata.k"},
			References: map[string]string{"storeId": noStore},
		},
		{
			Path: "/v1/actions/checkout/create-session", Class: auth.KeyClass, Body: fixed(signed),
			References: map[string]string{"productId": noProduct},
		},
		{
			Path: "/v1/actions/checkout/create-session", Class: auth.VisitorClass, Body: fixed(anonymous),
			References: map[string]string{"productId": noProduct},
		},
		{
			Path: "/v1/actions/checkout/create-session", Class: auth.SessionClass, Want: http.StatusNotImplemented,
			Body: fixed(object{"originOrderId": noOrder, "productId": string(w.Product.ID), "currency": "USD"}),
		},
		{Path: "/v1/actions/checkout/preview-tax", Class: auth.SessionClass, Forgetful: true, Reads: true, Body: preview, References: session},
		{Path: "/v1/actions/checkout/preview-tax", Class: auth.VisitorClass, Forgetful: true, Reads: true, Body: preview, References: session},
		{Path: "/v1/actions/onetime-order/create-order", Class: auth.KeyClass, Body: order, References: session},
		{Path: "/v1/actions/onetime-order/create-order", Class: auth.SessionClass, Body: order, References: session},
		{Path: "/v1/actions/onetime-order/create-order", Class: auth.VisitorClass, Body: order, References: session},
		{Path: previewTrial, Class: auth.SessionClass, Forgetful: true, Reads: true, Body: trial, References: session},
		{Path: previewTrial, Class: auth.VisitorClass, Forgetful: true, Reads: true, Body: trial, References: session},
	}...)
}

func (w *world) authorize(t *testing.T, who dialecttest.Who, header http.Header, path string, body []byte) {
	t.Helper()
	owner := tenant{merchant: w.Merchant, shop: w.Shop.Shop, keys: w.keys}
	if who.Stranger {
		owner = w.stranger
	}
	var caller pancakeclient.Caller
	switch who.Class {
	case auth.KeyClass:
		caller = owner.keys[who.Env]
	case auth.SessionClass:
		actor := pay.Actor{Kind: pay.ByMerchant, Env: who.Env, Merchant: owner.merchant.ID}
		caller = pancakeclient.Buyer{Env: string(who.Env), Token: w.tokens[actor]}
	case auth.VisitorClass:
		caller = pancakeclient.Visitor{Env: string(who.Env), Slug: owner.shop.Slug}
	}
	if err := caller.Authorize(header, path, body); err != nil {
		t.Fatal(err)
	}
}

// checkFailure is what spec/pancake.md §4 says of every failure.
func checkFailure(t *testing.T, status int, body []byte) {
	t.Helper()
	var told map[string]json.RawMessage
	if err := json.Unmarshal(body, &told); err != nil {
		t.Errorf("%d: not a JSON object: %s", status, body)
		return
	}
	if _, ok := told["status"]; ok {
		t.Errorf("a top-level status overwrites the HTTP status in the SDK: %s", body)
	}
	if string(told["data"]) != "null" {
		t.Errorf("%d: data is %s", status, told["data"])
	}
	var notices []pancakeclient.Notice
	if err := json.Unmarshal(told["errors"], &notices); err != nil || len(notices) == 0 {
		t.Errorf("%d without errors reads as success in the SDK: %s", status, body)
		return
	}
	layers := []string{"gateway", "user", "store", "product", "order", "ticket", "graphql", "resource", "email"}
	for _, n := range notices {
		if n.Message == "" || !slices.Contains(layers, n.Layer) {
			t.Errorf("%d: bad notice %+v", status, n)
		}
	}
}

func deepCopy(body object) object {
	made := object{}
	for name, value := range body {
		made[name] = copied(value)
	}
	return made
}

func copied(value any) any {
	switch value := value.(type) {
	case object:
		return deepCopy(value)
	case []any:
		list := slices.Clone(value)
		for i := range list {
			list[i] = copied(list[i])
		}
		return list
	}
	return value
}
