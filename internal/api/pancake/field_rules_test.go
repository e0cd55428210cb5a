package pancake_test

import (
	"fmt"
	"strings"
	"testing"

	"tillway/internal/pay"
)

// The limits of a product's fields, on both sides of each, for a new product
// and for an update (spec/pancake.md §5.6).
func TestProductFieldLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	keys := func(n int) object {
		made := object{}
		for i := range n {
			made[fmt.Sprintf("k%d", i)] = i
		}
		return made
	}
	media := func(n int) []any {
		made := []any{}
		for range n {
			made = append(made, object{"type": "image", "url": "https://x.example/a.png"})
		}
		return made
	}
	address := func(n int) string { return "https://x.example/" + strings.Repeat("a", n-len("https://x.example/")) }
	price := func(amount string) object { return object{"USD": object{"amount": amount, "taxCategory": "saas"}} }
	for name, c := range map[string]struct {
		member  string
		good    any
		bad     any
		message string
	}{
		"name":                {"name", strings.Repeat("ä", 64), strings.Repeat("ä", 65), "name must not exceed 64 characters"},
		"name of one line":    {"name", "Guide ½", "Gui\nde", "name must not contain control characters"},
		"description":         {"description", "# Two\n\nlines", "\u0000", "description must not contain a NUL character"},
		"type of description": {"description", nil, 7, "Invalid type for field description: expected a string, got a number"},
		"success URL":         {"successUrl", address(512), address(513), "successUrl must not exceed 512 characters"},
		"success URL's kind":  {"successUrl", "http://x.example", "javascript:alert(1)", "successUrl must be an http or https address"},
		"user in success URL": {"successUrl", "https://x.example:8443/@a", "https://a@x.example", "successUrl must be an http or https address"},
		"keys of metadata":    {"metadata", keys(50), keys(51), "metadata must not have more than 50 keys"},
		"depth of metadata":   {"metadata", object{"a": keys(60)}, []any{}, "Invalid type for field metadata: expected an object, got an array"},
		"size of metadata":    {"metadata", object{"a": strings.Repeat("x", 16<<10-8)}, object{"a": strings.Repeat("x", 16<<10-7)}, "metadata must not exceed 16384 bytes as JSON"},
		"number of media":     {"media", media(50), media(51), "media must not have more than 50 items"},
		"kind of media":       {"media", []any{object{"type": "video", "url": "https://x.example/a.mp4"}}, []any{object{"type": "VIDEO", "url": "https://x.example"}}, `Invalid media type "VIDEO"`},
		"address of media":    {"media", media(1), []any{object{"type": "image"}}, "Missing required field: media.url"},
		"length of media":     {"media", []any{object{"type": "image", "url": address(2048)}}, []any{object{"type": "image", "url": address(2049)}}, "must not exceed 2048 characters"},
		"thumbnail":           {"media", []any{object{"type": "image", "url": address(30), "thumbnail": address(30)}}, []any{object{"type": "image", "url": address(30), "thumbnail": "data:x"}}, "media url and thumbnail must be http or https addresses"},
		"text of media":       {"media", []any{object{"type": "image", "url": address(30), "alt": "a"}}, []any{object{"type": "image", "url": address(30), "alt": strings.Repeat("a", 1001)}}, "media.alt must not exceed 1000 characters"},
		"item of media":       {"media", []any{}, []any{"https://x.example"}, "Invalid type for field media[0]: expected an object, got a string"},
		"decimal places":      {"prices", price("0.01"), price("0.001"), "prices.USD.amount: USD has 2 decimal places"},
		"amount":              {"prices", price("29"), price("29,00"), "prices.USD.amount: Invalid amount"},
		"amount with a power": {"prices", price("0"), price("1e3"), "prices.USD.amount: Invalid amount"},
		"amount of 64 bits":   {"prices", price("1000000"), price("99999999999999999999"), "prices.USD.amount"},
		"tax category":        {"prices", object{"JPY": object{"amount": "4500", "taxCategory": "professional_service"}}, object{"USD": object{"amount": "1"}}, "Missing required field: prices.USD.taxCategory"},
		"currency in letters": {"prices", price("1"), object{"usd": object{"amount": "1", "taxCategory": "saas"}}, `prices: Unknown currency: "usd"`},
		"empty price list":    {"prices", price("1"), object{}, "Missing required field: prices (at least one currency)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for path, base := range map[string]object{
				createProduct: {"storeId": string(w.Shop.Shop.ID), "name": "Guide", "prices": price("1")},
				updateProduct: {"id": string(w.Product.ID)},
			} {
				body := deepCopy(base)
				body[c.member] = c.good
				if err := callAs(t, w.client(pay.Test), path, body); err != nil {
					t.Errorf("%s: %v", path, err)
				}
				body[c.member] = c.bad
				mustTell(t, callAs(t, w.client(pay.Test), path, body), 400, "product", c.message)
			}
		})
	}
}

// The limits of a webhook's fields, for a new one and for an update
// (spec/pancake.md §5.4).
func TestWebhookFieldLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		member  string
		good    any
		bad     any
		message string
	}{
		"https":           {"url", "https://shop.example.test/other", "http://shop.example.test", "url must be an https address"},
		"type of url":     {"url", "https://shop.example.test", 7, "Invalid type for field url: expected a string, got a number"},
		"events":          {"events", []any{}, "order.completed", "Invalid type for field events: expected an array, got a string"},
		"names of events": {"events", []any{"refund.failed", "subscription.updated"}, []any{"*"}, `Invalid events: "*" is not a webhook event`},
		"item of events":  {"events", []any{"order.completed"}, []any{nil}, "Invalid type for field events[0]: expected a string, got null"},
		"secret":          {"secret", strings.Repeat("s", 512), strings.Repeat("s", 513), "secret must not exceed 512 characters"},
		"type of secret":  {"secret", nil, true, "Invalid type for field secret: expected a string, got a boolean"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for path, base := range map[string]object{
				addWebhook: {
					"storeId": string(w.Shop.Shop.ID), "channel": "http", "url": "https://shop.example.test/hook", "events": []any{}, "testMode": true,
				},
				updateWebhook: {"id": w.mustWebhook(t)},
			} {
				body := deepCopy(base)
				body[c.member] = c.good
				if err := callAs(t, w.client(pay.Test), path, body); err != nil {
					t.Errorf("%s: %v", path, err)
				}
				body[c.member] = c.bad
				mustTell(t, callAs(t, w.client(pay.Test), path, body), 400, "store", c.message)
			}
		})
	}
	for name, c := range map[string]struct {
		member  string
		value   any
		message string
	}{
		"a channel that is none":    {"channel", "email", "Invalid channel (must be 'http', 'feishu', 'discord', 'telegram' or 'slack')"},
		"a number as channel":       {"channel", 1, "Invalid type for field channel: expected a string, got a number"},
		"words as mode":             {"testMode", "true", "Invalid type for field testMode: expected a boolean, got a string"},
		"another kind of id":        {"storeId", noProduct, `Expected format: STO_xxx, got "` + noProduct + `"`},
		"a raw UUID as store":       {"storeId", noWebhook, `Expected format: STO_xxx, got "` + noWebhook + `"`},
		"no events":                 {"events", nil, "Missing required field: events"},
		"no address, but its blank": {"url", " ", "Missing required field: url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := object{
				"storeId": string(w.Shop.Shop.ID), "channel": "http", "url": "https://shop.example.test/hook", "events": []any{}, "testMode": true,
			}
			body[c.member] = c.value
			mustTell(t, callAs(t, w.client(pay.Test), addWebhook, body), 400, "store", c.message)
		})
	}
}

// What may hold a session's text, and what may not (spec/pancake.md §5.9).
func TestSessionFieldLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		member  string
		good    any
		bad     any
		message string
	}{
		"seconds":             {"expiresInSeconds", 604800, 604801, "expiresInSeconds must be a positive integer of at most 604800"},
		"least seconds":       {"expiresInSeconds", 1, -1, "expiresInSeconds must be a positive integer"},
		"type of seconds":     {"expiresInSeconds", nil, "60", "Invalid type for field expiresInSeconds: expected a number, got a string"},
		"external id":         {"orderMerchantExternalId", strings.Repeat("x", 128), strings.Repeat("x", 129), "orderMerchantExternalId must not exceed 128 characters"},
		"dark mode":           {"darkMode", false, "dark", "Invalid type for field darkMode: expected a boolean, got a string"},
		"language":            {"language", "zh-Hant-TW", "zh-TW", `Invalid language: "zh-TW" is not a cashier language`},
		"trial":               {"withTrial", true, 1, "Invalid type for field withTrial: expected a boolean, got a number"},
		"metadata":            {"metadata", object{"k": ""}, object{"k": object{}}, "Invalid type for field metadata.k: expected a string, got an object"},
		"success URL":         {"successUrl", "http://shop.example.test", "shop.example.test", "successUrl must be an http or https address"},
		"snapshot":            {"priceSnapshot", object{"amount": "0", "taxCategory": "ebook"}, object{"amount": "-1", "taxCategory": "ebook"}, "priceSnapshot.amount: Invalid amount"},
		"type of snapshot":    {"priceSnapshot", nil, "12.00", "Invalid type for field priceSnapshot: expected an object, got a string"},
		"category":            {"priceSnapshot", object{"amount": "1", "taxCategory": "software"}, object{"amount": "1", "taxCategory": "food"}, `Invalid priceSnapshot.taxCategory: "food" is not a tax category`},
		"methods":             {"includePaymentMethods", []any{"card"}, "card", "Invalid type for field includePaymentMethods: expected an array, got a string"},
		"item of methods":     {"excludePaymentMethods", []any{"bitcoin"}, []any{1}, "Invalid type for field excludePaymentMethods[0]: expected a string, got a number"},
		"address of a buyer":  {"buyerEmail", " Ann@Example.Test ", "ann@localhost", "buyerEmail must be a valid e-mail address"},
		"billing of a buyer":  {"billingDetail", object{"country": "US"}, object{"country": "U"}, "billingDetail.country must be a two-letter ISO 3166-1 country code"},
		"type of billing":     {"billingDetail", nil, []any{}, "Invalid type for field billingDetail: expected an object, got an array"},
		"currency in letters": {"currency", "USD", "USd", `Unknown currency: "USd"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := object{"productId": string(w.Product.ID), "currency": "USD"}
			body[c.member] = c.good
			if err := callAs(t, w.client(pay.Test), createSession, body); err != nil {
				t.Errorf("%v", err)
			}
			body[c.member] = c.bad
			mustTell(t, callAs(t, w.client(pay.Test), createSession, body), 400, "order", c.message)
		})
	}
}

// The refusals of a token (spec/pancake.md §5.1).
func TestIssueSessionTokenRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		body    object
		status  int
		layer   string
		message string
	}{
		"no buyer":             {object{"storeId": noStore}, 400, "user", "Missing required field: buyerIdentity"},
		"a number as buyer":    {object{"buyerIdentity": 7, "storeId": noStore}, 400, "user", "Invalid type for field buyerIdentity"},
		"a long buyer":         {object{"buyerIdentity": strings.Repeat("u", 257), "storeId": string(w.Shop.Shop.ID)}, 400, "user", "buyerIdentity must not exceed 256 characters"},
		"no place":             {object{"buyerIdentity": "u"}, 400, "user", "Missing required field: provide storeId or productId"},
		"a malformed product":  {object{"buyerIdentity": "u", "productId": "PROD_1"}, 400, "user", `Expected format: PROD_xxx, got "PROD_1"`},
		"an unknown store":     {object{"buyerIdentity": "u", "storeId": noStore}, 404, "store", "Store not found"},
		"an unknown product":   {object{"buyerIdentity": "u", "productId": noProduct}, 404, "product", "Product not found"},
		"another's store":      {object{"buyerIdentity": "u", "storeId": string(w.stranger.shop.ID)}, 403, "store", deniedStore},
		"a product of another": {object{"buyerIdentity": "u", "storeId": string(w.stranger.shop.ID), "productId": string(w.Product.ID)}, 400, "user", "productId does not belong to storeId"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustTell(t, callAs(t, w.client(pay.Test), issueToken, c.body), c.status, c.layer, c.message)
		})
	}
}
