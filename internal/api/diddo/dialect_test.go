package diddo_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tillway/internal/api/dialecttest"
	"tillway/internal/api/diddo"
	"tillway/internal/auth"
	"tillway/internal/money"
)

func TestDialect(t *testing.T) {
	t.Parallel()
	dialecttest.Run(t, func(t *testing.T) dialecttest.Subject {
		w := newWorld(t)
		tokens := w.mintTokens(t)
		return dialecttest.Subject{
			Handler: w.kernel, Routes: w.kernel.Routes(), OpenAPI: diddo.OpenAPI, Samples: w.samples(tokens),
			Authorize: func(_ *testing.T, who dialecttest.Who, header http.Header, _ string, _ []byte) {
				header.Set("Authorization", "Bearer "+tokens[who])
			},
			CheckFailure: checkFailure, Rows: w.rows, Classes: []auth.Class{auth.StoreKeyClass, auth.SessionClass},
		}
	})
}

// mintTokens are the bearers of everybody in the suite.
func (w *world) mintTokens(t *testing.T) map[dialecttest.Who]string {
	t.Helper()
	cst := func(key string) string {
		return w.askAs(t, key, http.MethodPost, "/diddo/checkout/cst", nil).wants(t, http.StatusOK).body(t)["cst"].(string)
	}
	bearers := map[dialecttest.Who]string{}
	for who, keys := range map[dialecttest.Who][2]string{
		{Env: "test"}:                 {testKey, goodToken},
		{Env: "prod"}:                 {liveKey, goodToken},
		{Env: "test", Stranger: true}: {otherKey, "dt_other"},
	} {
		who.Class = auth.StoreKeyClass
		bearers[who] = keys[0]
		who.Class = auth.SessionClass
		bearers[who] = cst(keys[0])
		who.Class = auth.VisitorClass
		bearers[who] = keys[1]
	}
	return bearers
}

const (
	noCart    = "01JHX3Z8Q2M6S7T9V0W1X2Y3Z4"
	noWebhook = "00000000-0000-7000-8000-000000000001"
)

// fixed is a body, deeply copied for each request.
func fixed(body object) func(*testing.T) map[string]any {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return func(t *testing.T) map[string]any {
		var made object
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.UseNumber()
		if err := decoder.Decode(&made); err != nil {
			t.Fatal(err)
		}
		return made
	}
}

// once makes something when it is first needed.
func once[T any](make func(t *testing.T) T) func(*testing.T) T {
	var done sync.Once
	var made T
	return func(t *testing.T) T {
		done.Do(func() { made = make(t) })
		return made
	}
}

// naming is a body that names a thing which is made when it is first needed.
func naming(member string, make func(t *testing.T) string, more object) func(*testing.T) map[string]any {
	made := once(make)
	return func(t *testing.T) map[string]any {
		body := fixed(more)(t)
		body[member] = made(t)
		return body
	}
}

func (w *world) samples(tokens map[dialecttest.Who]string) []dialecttest.Sample {
	const key, session = auth.StoreKeyClass, auth.SessionClass
	target := func(before string, make func(t *testing.T) string, behind string) func(*testing.T) string {
		made := once(make)
		return func(t *testing.T) string { return before + made(t) + behind }
	}
	hook := func(t *testing.T) string {
		return w.mustHook(t, hookURL, "checkout.succeeded")["id"].(string)
	}
	changed := once(hook)
	change := fixed(object{"active": false, "description": "Other", "events": []any{"order.submitted"}, "url": "https://platform.example.test/other"})
	live := func(t *testing.T) string { return w.mustBegin(t)["cart_id"].(string) }
	opened := func(t *testing.T) string {
		return w.mustOpen(t, w.mustTemplate(t), tokens[dialecttest.Who{Class: session, Env: "test"}])
	}
	jersey := once(func(t *testing.T) string {
		return w.mustProduct(t, "Jersey", `{"customizations":[{"key":"name","type":"text"},{"key":"size","type":"single_select","options":["M","L"]}]}`, money.New(8950, "USD"))
	})
	item := func(t *testing.T) object {
		return object{"variant_id": jersey(t), "quantity": json.Number("2"), "customizations": []any{
			object{"key": "name", "text_value": "DOE"}, object{"key": "size", "value": "L"},
		}}
	}
	carts := map[string]string{"cart_id": noCart}
	template := once(w.mustTemplate)
	itemOf := func(t *testing.T) map[string]any { return object{"cart_id": template(t), "item": item(t)} }
	identity := fixed(object{"buyer_identity": object{
		"first_name": "Jane", "last_name": "Doe", "address_1": "1 Main St", "address_2": "Flat 2", "city": "Springfield", "province_code": "IL",
		"country_code": "US", "postal_code": "62701", "email": "jane@example.test", "phone": "+15550100",
	}})
	delivery := object{"buyer_info": jane}
	free := []string{"item.customizations[1].value"}
	get := func(path string, to func(*testing.T) string) dialecttest.Sample {
		return dialecttest.Sample{Method: http.MethodGet, Path: path, Class: key, Target: to}
	}
	samples := []dialecttest.Sample{
		{Method: http.MethodGet, Path: "/diddo/auth/api-key", Class: auth.VisitorClass, Target: func(*testing.T) string { return "/diddo/auth/api-key?mode=test" }},
		{Path: "/diddo/auth/api-key", Class: auth.VisitorClass, Target: func(*testing.T) string { return "/diddo/auth/api-key?mode=live" }},
		{
			Path: "/diddo/webhook", Class: key, Want: http.StatusCreated, AnyEnvironment: true,
			Body: fixed(object{"url": hookURL + "?a=1&b=2", "events": []any{"checkout.succeeded", "order.submitted"}, "description": "Orders"}),
		},
		get("/diddo/webhook", nil),
		get("/diddo/webhook/{id}", target("/diddo/webhook/", hook, "")),
		{
			Method: http.MethodPut, Path: "/diddo/webhook/{id}", Class: key, Target: target("/diddo/webhook/", changed, ""),
			Body: func(t *testing.T) map[string]any {
				changed(t) // before it is looked what is written
				return change(t)
			},
		},
		{Method: http.MethodDelete, Path: "/diddo/webhook/{id}", Class: key, Target: target("/diddo/webhook/", hook, "")},
		{Path: "/diddo/webhook/{id}/test", Class: key, Target: target("/diddo/webhook/", hook, "/test")},
		get("/diddo/webhook/{id}/deliveries", target("/diddo/webhook/", hook, "/deliveries")),
		{Path: "/diddo/webhook/{id}/rotate-secret", Class: key, Target: target("/diddo/webhook/", hook, "/rotate-secret")},
		get("/diddo/products", nil),
		{Path: "/diddo/products", Class: key},
		get("/diddo/cart/{id}", target("/diddo/cart/", w.mustTemplate, "")),
		{
			Path: "/diddo/cart/add", Class: key, Free: free,
			Body: func(t *testing.T) map[string]any { return object{"item": item(t)} },
		},
		{Path: "/diddo/cart/update", Class: key, Body: itemOf, References: carts, Free: free},
		{
			Method: http.MethodDelete, Path: "/diddo/cart/items", Class: key, References: carts,
			Body: naming("cart_id", w.mustTemplate, object{"variant_id": string(w.Product.ID)}),
		},
		get("/diddo/cart/{id}/shipping", target("/diddo/cart/", w.mustTemplate, "/shipping")),
		get("/diddo/cart/shipping-rates/{id}", target("/diddo/cart/shipping-rates/", w.mustTemplate, "")),
		get("/diddo/cart/status/{id}", target("/diddo/cart/status/", live, "")),
		get("/diddo/checkout/{cart_id}/qr", target("/diddo/checkout/", w.mustTemplate, "/qr")),
		get("/diddo/checkout/{cart_id}/qr.png", target("/diddo/checkout/", w.mustTemplate, "/qr.png")),
		get("/diddo/checkout/{cart_id}/qr.svg", target("/diddo/checkout/", w.mustTemplate, "/qr.svg")),
		{Path: "/diddo/checkout/begin/{cart_id}", Class: key, Target: target("/diddo/checkout/begin/", w.mustTemplate, "")},
		{Path: "/diddo/checkout/{cart_id}", Class: key, Target: target("/diddo/checkout/", w.mustIdentified, "")},
		{Path: "/diddo/checkout/shipping", Class: key, Body: naming("cart_id", live, delivery), References: carts},
		{Path: "/diddo/checkout/shipping", Class: session, Body: naming("cart_id", opened, delivery), References: carts},
		{Path: "/diddo/checkout/shipping/method", Class: key, Body: naming("cart_id", live, object{"method_id": "standard"}), References: carts},
		{Path: "/diddo/checkout/shipping/method", Class: session, Body: naming("cart_id", opened, object{"method_id": "standard"}), References: carts},
		{Path: "/diddo/checkout/cst", Class: key},
	}
	for _, path := range []string{"/diddo/cart/customer", "/diddo/cart/customerInfo"} {
		samples = append(samples, dialecttest.Sample{
			Path: path, Class: key, Body: naming("cart_id", w.mustTemplate, identity(nil)), References: carts,
		})
	}
	for i := range samples {
		samples[i].Nowhere = nowhere(samples[i].Path)
	}
	for _, path := range []string{"/diddo/cart/shipping/method", "/diddo/cart/shipping-method"} {
		samples = append(samples, dialecttest.Sample{
			Path: path, Class: key, References: carts,
			Body: naming("cart_id", w.mustTemplate, object{"method_id": "standard", "store": string(w.Shop.Shop.ID)}),
		})
	}
	return samples
}

// nowhere are addresses of a route's pattern that lead to nothing.
func nowhere(pattern string) []string {
	if !strings.Contains(pattern, "{") {
		return nil
	}
	return []string{
		strings.NewReplacer("{cart_id}", noCart, "webhook/{id}", "webhook/"+noWebhook, "{id}", noCart).Replace(pattern),
		strings.NewReplacer("{cart_id}", "7", "{id}", "7").Replace(pattern),
	}
}

// mustIdentified is a cart that knows its buyer.
func (w *world) mustIdentified(t *testing.T) string {
	t.Helper()
	id := w.mustTemplate(t)
	w.ask(t, http.MethodPost, "/diddo/cart/customer", object{"cart_id": id, "buyer_identity": object{"email": "jane@example.test"}}).wants(t, http.StatusOK)
	return id
}

// checkFailure is what spec/diddo.md §6 says of every failure.
func checkFailure(t *testing.T, status int, body []byte) {
	t.Helper()
	var told struct {
		Error *struct {
			Code    string `json:"code"`
			Message string `json:"message"`
			Status  int    `json:"status"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &told); err != nil || told.Error == nil {
		t.Errorf("%d: %s", status, body)
		return
	}
	if e := told.Error; e.Status != status || e.Message == "" || e.Code == "" || strings.ToUpper(e.Code) != e.Code {
		t.Errorf("%d: bad error %+v", status, e)
	}
	if strings.Contains(string(body), "tillway/internal") {
		t.Errorf("the answer tells of the program: %s", body)
	}
}
