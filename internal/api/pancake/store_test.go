package pancake_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const (
	createStore   = "/v1/actions/store/create-store"
	addWebhook    = "/v1/actions/store/add-webhook"
	createProduct = "/v1/actions/onetime-product/create-product"
	issueToken    = "/v1/actions/auth/issue-session-token"
)

func TestCreateStore(t *testing.T) {
	t.Parallel()

	t.Run("the caller owns a new store with every switch on", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		var out struct {
			Store struct {
				ID                   pay.StoreID     `json:"id"`
				Name                 string          `json:"name"`
				Slug                 string          `json:"slug"`
				ProdEnabled          bool            `json:"prodEnabled"`
				NotificationSettings map[string]bool `json:"notificationSettings"`
			} `json:"store"`
		}
		if err := w.client(pay.Test).Call(t.Context(), createStore, object{"name": "  Xmaker Studio "}, &out); err != nil {
			t.Fatal(err)
		}
		if out.Store.Name != "Xmaker Studio" || !strings.HasPrefix(out.Store.Slug, "xmaker-studio-") || out.Store.ProdEnabled {
			t.Errorf("got %+v", out.Store)
		}
		if len(out.Store.NotificationSettings) != 21 {
			t.Errorf("%d switches, want 21", len(out.Store.NotificationSettings))
		}
		for name, on := range out.Store.NotificationSettings {
			if !on {
				t.Errorf("%s is off", name)
			}
		}
		_ = w.Core.View(t.Context(), func(r pay.Records) error {
			if role, err := r.Role(out.Store.ID, w.Merchant.ID); role != pay.Owner || err != nil {
				t.Errorf("role %q, %v", role, err)
			}
			return nil
		})
	})

	t.Run("the twenty-first is refused", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		for range pay.MaxStoresPerMerchant - 1 {
			if err := w.client(pay.Test).Call(t.Context(), createStore, object{"name": "Acme"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		mustTell(t, w.client(pay.Test).Call(t.Context(), createStore, object{"name": "Acme"}, nil), 400, "store", "A merchant can have at most 20 stores")
	})

	t.Run("names of 0 and 49 characters are refused and 48 are not", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		client := w.client(pay.Test)
		mustTell(t, client.Call(t.Context(), createStore, object{"name": " "}, nil), 400, "store", "Missing required field: name")
		mustTell(t, client.Call(t.Context(), createStore, object{"name": strings.Repeat("ä", 49)}, nil), 400, "store", "name must not exceed 48 characters")
		if err := client.Call(t.Context(), createStore, object{"name": strings.Repeat("ä", 48)}, nil); err != nil {
			t.Error(err)
		}
	})
}

// Every channel is delivered to, so no answer warns of one.
func TestAddWebhookOfEveryChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, more := range map[string]struct{ url, saved, secret string }{
		"http":                  {url: "https://relay.waffo.ai/webhook/0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"},
		"slack":                 {url: "https://hooks.slack.com/services/T/B/x"},
		"discord":               {url: "https://discord.com/api/webhooks/1/x"},
		"feishu":                {url: "https://open.feishu.cn/open-apis/bot/v2/hook/x"},
		"telegram":              {url: "https://api.telegram.org/bot1:a", saved: "https://api.telegram.org/bot1:a/sendMessage", secret: "-1001234"},
		"telegram by its token": {url: "123456:ABC-DEF_1", saved: "https://api.telegram.org/bot123456:ABC-DEF_1/sendMessage", secret: "@news"},
	} {
		channel, _, _ := strings.Cut(name, " ")
		body, err := json.Marshal(object{
			"storeId": string(w.Shop.Shop.ID), "channel": channel, "url": more.url, "events": []any{}, "testMode": true, "secret": more.secret,
		})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := pancakeclient.Post(t.Context(), w.client(pay.Test), addWebhook, body, nil)
		if err != nil {
			t.Fatal(err)
		}
		if saved := cmp.Or(more.saved, more.url); answer.Status != 200 || strings.Contains(string(answer.Body), "warnings") ||
			!strings.Contains(string(answer.Body), `"url":"`+saved+`"`) {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
	}
}

func TestAddWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	client := w.client(pay.Test)
	good := func(more object) object {
		body := object{
			"storeId": string(w.Shop.Shop.ID), "channel": "http", "url": "https://shop.example.test/hook", "events": []any{}, "testMode": true,
		}
		for name, value := range more {
			body[name] = value
		}
		return body
	}
	for name, c := range map[string]struct {
		body    object
		status  int
		layer   string
		message string
	}{
		"nothing":              {object{}, 400, "store", "Missing required fields: storeId, channel, url, events, testMode"},
		"null instead of bool": {good(object{"testMode": nil}), 400, "store", "Missing required field: testMode"},
		"unknown channel":      {good(object{"channel": "email"}), 400, "store", "Invalid channel"},
		"plain http":           {good(object{"url": "http://shop.example.test/hook"}), 400, "store", "url must be an https address"},
		"unknown event":        {good(object{"events": []any{"order.completed", "order.paid"}}), 400, "store", `Invalid events: "order.paid" is not a webhook event`},
		"number as event":      {good(object{"events": []any{"order.completed", 1}}), 400, "store", "Invalid type for field events[1]: expected a string, got a number"},
		"number as secret":     {good(object{"secret": 1}), 400, "store", "Invalid type for field secret"},
		"telegram without chat": {
			good(object{"channel": "telegram", "url": "https://api.telegram.org/bot1:a/sendMessage"}), 400, "store",
			"Missing required field: secret",
		},
		"telegram elsewhere": {good(object{"channel": "telegram", "secret": "1"}), 400, "store", "url must be https://api.telegram.org/bot"},
		"telegram without a token": {
			good(object{"channel": "telegram", "secret": "1", "url": "https://api.telegram.org/bot/sendMessage"}), 400, "store",
			"url must be https://api.telegram.org/bot",
		},
		"telegram with another method": {
			good(object{"channel": "telegram", "secret": "1", "url": "https://api.telegram.org/bot1:a/getUpdates"}), 400, "store",
			"url must be https://api.telegram.org/bot",
		},
		"telegram at another port": {
			good(object{"channel": "telegram", "secret": "1", "url": "https://api.telegram.org:8443/bot1:a"}), 400, "store",
			"url must be https://api.telegram.org/bot",
		},
		"telegram with half a token": {
			good(object{"channel": "telegram", "secret": "1", "url": "123456:"}), 400, "store", "url must be https://api.telegram.org/bot",
		},
		"telegram by plain http": {
			good(object{"channel": "telegram", "secret": "1", "url": "http://127.0.0.1:8081/bot1:a"}), 400, "store", "url must be an https address",
		},
		"telegram with a name for a chat": {
			good(object{"channel": "telegram", "secret": "our group", "url": "https://api.telegram.org/bot1:a"}), 400, "store",
			"secret must be the id of the chat",
		},
		"another's store": {good(object{"storeId": string(w.stranger.shop.ID)}), 403, "store", "Access denied: you do not have permission to this store"},
		"unknown store":   {good(object{"storeId": noStore}), 404, "store", "Store not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustTell(t, callAs(t, client, addWebhook, c.body), c.status, c.layer, c.message)
		})
	}

	t.Run("a store can have twenty over both environments", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		client := w.client(pay.Test)
		body := good(object{"storeId": string(w.Shop.Shop.ID), "events": []any{"order.completed", "order.completed"}})
		for i := range 20 {
			body["testMode"] = i%2 == 0
			var out struct {
				Webhook struct {
					TestMode bool     `json:"testMode"`
					Events   []string `json:"events"`
				} `json:"webhook"`
			}
			if err := client.Call(t.Context(), addWebhook, body, &out); err != nil {
				t.Fatal(err)
			}
			if out.Webhook.TestMode != (i%2 == 0) || len(out.Webhook.Events) != 1 {
				t.Errorf("got %+v", out.Webhook)
			}
		}
		mustTell(t, client.Call(t.Context(), addWebhook, body, nil), 400, "store", "A store may have at most 20 webhooks")
	})
}

func TestCreateProduct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := func(more object) object {
		body := object{"storeId": string(w.Shop.Shop.ID), "name": "Guide", "prices": object{"USD": object{"amount": "29", "taxCategory": "ebook", "taxIncluded": true}}}
		for name, value := range more {
			body[name] = value
		}
		return body
	}
	keys := object{}
	for i := range 51 {
		keys[strings.Repeat("k", i+1)] = i
	}
	for name, c := range map[string]struct {
		body    object
		layer   string
		message string
	}{
		"nothing":            {object{}, "product", "Missing required fields: storeId, name, prices"},
		"no price":           {good(object{"prices": object{}}), "product", "Missing required field: prices"},
		"unknown currency":   {good(object{"prices": object{"US": object{"amount": "1", "taxCategory": "saas"}}}), "product", `prices: Unknown currency: "US"`},
		"number as amount":   {good(object{"prices": object{"USD": object{"amount": 29, "taxCategory": "saas"}}}), "product", "Invalid type for field prices.USD.amount: expected a string, got a number"},
		"sign":               {good(object{"prices": object{"USD": object{"amount": "-1", "taxCategory": "saas"}}}), "product", "prices.USD.amount: Invalid amount"},
		"fraction of a yen":  {good(object{"prices": object{"JPY": object{"amount": "1.5", "taxCategory": "saas"}}}), "product", "prices.JPY.amount: JPY has 0 decimal places"},
		"unknown category":   {good(object{"prices": object{"USD": object{"amount": "1", "taxCategory": "food"}}}), "product", "prices.USD.taxCategory"},
		"long name":          {good(object{"name": strings.Repeat("x", 65)}), "product", "name must not exceed 64 characters"},
		"file as media":      {good(object{"media": []any{object{"type": "image", "url": "file:///etc/passwd"}}}), "product", "media url"},
		"sound as media":     {good(object{"media": []any{object{"type": "sound", "url": "https://x.example"}}}), "product", "Invalid media type"},
		"list as metadata":   {good(object{"metadata": []any{}}), "product", "Invalid type for field metadata: expected an object, got an array"},
		"51 keys":            {good(object{"metadata": keys}), "product", "metadata must not have more than 50 keys"},
		"ftp as success URL": {good(object{"successUrl": "ftp://x.example"}), "product", "successUrl must be"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustTell(t, callAs(t, w.client(pay.Test), createProduct, c.body), 400, c.layer, c.message)
		})
	}

	t.Run("a live product waits for the store's approval", func(t *testing.T) {
		t.Parallel()
		closed := paytest.MustRun(t, w.Core, pay.CreateStore, pay.NewStore{
			ID: pay.StoreID(w.IDs.New("STO")), Slug: w.IDs.Slug("New"), Name: "New", Owner: w.Merchant.ID, At: w.Core.Now(),
		})
		body := good(object{"storeId": string(closed.ID)})
		mustTell(t, w.client(pay.Prod).Call(t.Context(), createProduct, body, nil), 403, "store", "Store is not enabled for production")
		if err := w.client(pay.Test).Call(t.Context(), createProduct, body, nil); err != nil {
			t.Error(err)
		}
	})

	t.Run("amounts come back as display strings and metadata as it was", func(t *testing.T) {
		t.Parallel()
		var out struct {
			Product struct {
				Description *string         `json:"description"`
				Prices      json.RawMessage `json:"prices"`
				Metadata    json.RawMessage `json:"metadata"`
				Status      string          `json:"status"`
			} `json:"product"`
		}
		body := good(object{"metadata": object{"n": json.Number("1.10"), "list": []any{nil, true, "<&>"}}, "description": nil})
		if err := w.client(pay.Prod).Call(t.Context(), createProduct, body, &out); err != nil {
			t.Fatal(err)
		}
		got := string(out.Product.Prices) + " " + string(out.Product.Metadata) + " " + out.Product.Status
		if want := `{"USD":{"amount":"29.00","taxCategory":"ebook"}} {"list":[null,true,"<&>"],"n":1.10} active`; got != want || out.Product.Description != nil {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestIssueSessionToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	client := w.client(pay.Test)
	store, product := string(w.Shop.Shop.ID), string(w.Product.ID)
	mustTell(t, client.Call(t.Context(), issueToken, object{"buyerIdentity": " ", "storeId": store}, nil), 400, "user", "Missing required field: buyerIdentity")
	mustTell(t, client.Call(t.Context(), issueToken, object{"buyerIdentity": "u"}, nil), 400, "user", "Missing required field: provide storeId or productId")
	mustTell(t, client.Call(t.Context(), issueToken, object{"buyerIdentity": "u", "storeId": product}, nil), 400, "user", "Expected format: STO_xxx")
	mustTell(t, client.Call(t.Context(), issueToken, object{"buyerIdentity": "u", "storeId": string(w.stranger.shop.ID)}, nil), 403, "store", "Access denied")
	mustTell(t, client.Call(t.Context(), issueToken, object{"buyerIdentity": "u", "storeId": string(w.stranger.shop.ID), "productId": product}, nil), 400, "user", "productId does not belong to storeId")
	for _, body := range []object{{"buyerIdentity": "u", "storeId": store}, {"buyerIdentity": "u", "productId": product}} {
		var out struct {
			Token     string `json:"token"`
			ExpiresAt string `json:"expiresAt"`
		}
		if err := client.Call(t.Context(), issueToken, body, &out); err != nil {
			t.Fatal(err)
		}
		if out.Token == "" || out.ExpiresAt != "2026-11-20T12:05:00.000Z" {
			t.Errorf("got %+v", out)
		}
	}
}

// mustTell checks the first notice of a failure.
func mustTell(t *testing.T, err error, status int, layer, message string) {
	t.Helper()
	var told *pancakeclient.Error
	if !errors.As(err, &told) {
		t.Fatalf("got %v, want %d %q", err, status, message)
	}
	if told.Status != status || told.Notices[0].Layer != layer || !strings.Contains(told.Notices[0].Message, message) {
		t.Errorf("got %d %+v, want %d %s %q", told.Status, told.Notices[0], status, layer, message)
	}
}
