package pancake_test

import (
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
)

const (
	updateWebhook = "/v1/actions/store/update-webhook"
	removeWebhook = "/v1/actions/store/remove-webhook"
)

type webhookData struct {
	Webhook struct {
		ID       string   `json:"id"`
		StoreID  string   `json:"storeId"`
		Channel  string   `json:"channel"`
		URL      string   `json:"url"`
		Events   []string `json:"events"`
		TestMode bool     `json:"testMode"`
		Secret   *string  `json:"secret"`
	} `json:"webhook"`
}

func TestUpdateWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	client := w.client(pay.Test)
	id := w.mustWebhook(t)
	update := func(change object) (out webhookData) {
		t.Helper()
		body := object{"id": id, "channel": "slack", "testMode": false}
		for name, value := range change {
			body[name] = value
		}
		if err := client.Call(t.Context(), updateWebhook, body, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	full := update(object{"url": "https://shop.example.test/new", "events": []any{}, "secret": "s"}).Webhook
	if full.URL != "https://shop.example.test/new" || len(full.Events) != 0 || full.Secret == nil || *full.Secret != "s" {
		t.Errorf("got %+v", full)
	}
	if full.Channel != "http" || !full.TestMode || full.StoreID != string(w.Shop.Shop.ID) {
		t.Errorf("what never changes did: %+v", full)
	}
	if kept := update(object{"url": nil, "events": nil}).Webhook; kept.URL != full.URL || kept.Secret == nil || *kept.Secret != "s" {
		t.Errorf("got %+v", kept)
	}
	if cleared := update(object{"secret": nil}).Webhook; cleared.Secret != nil {
		t.Errorf("got %+v", cleared)
	}

	// Removal answers what was there, once.
	var removed webhookData
	if err := client.Call(t.Context(), removeWebhook, object{"id": id}, &removed); err != nil || removed.Webhook.URL != full.URL {
		t.Errorf("removed %+v %v", removed, err)
	}
	mustTell(t, client.Call(t.Context(), removeWebhook, object{"id": id}, nil), 404, "store", "Webhook not found")
}

// An address of a bot is completed as it is when the webhook is added.
func TestUpdateTelegramWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chat := w.mustAddWebhook(t, object{"channel": "telegram", "url": "https://api.telegram.org/bot1:a", "secret": "8737"})
	var updated object
	if err := w.client(pay.Test).Call(t.Context(), updateWebhook, object{"id": chat, "url": "https://api.telegram.org/bot2:b/"}, &updated); err != nil {
		t.Fatal(err)
	}
	if url := updated["webhook"].(object)["url"]; url != "https://api.telegram.org/bot2:b/sendMessage" {
		t.Errorf("url %v", url)
	}
}

func TestUpdateWebhookRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.mustWebhook(t)
	chat := w.mustAddWebhook(t, object{"channel": "telegram", "url": "https://api.telegram.org/bot1:a/sendMessage", "secret": "8737"})
	stranger := w.stranger.keys[pay.Test]
	stranger.BaseURL, stranger.HTTP = "http://tillway.test", w.http()
	for name, c := range map[string]struct {
		change  object
		status  int
		message string
	}{
		"nothing":                   {object{"id": ""}, 400, "Missing required field: id"},
		"an id that is none":        {object{"id": "7"}, 400, "Expected format"},
		"an unknown one":            {object{"id": noWebhook}, 404, "Webhook not found"},
		"plain http":                {object{"url": "http://shop.example.test"}, 400, "url must be an https address"},
		"an empty address":          {object{"url": ""}, 400, "A webhook needs a URL"},
		"an unknown event":          {object{"events": []any{"order.paid"}}, 400, "Invalid events"},
		"a number as secret":        {object{"secret": 7}, 400, "Invalid type for field secret"},
		"telegram elsewhere":        {object{"id": chat, "url": "https://shop.example.test"}, 400, "url must be https://api.telegram.org/bot"},
		"telegram without its chat": {object{"id": chat, "secret": nil}, 400, "Missing required field: secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := object{"id": id}
			for member, value := range c.change {
				body[member] = value
			}
			mustTell(t, callAs(t, w.client(pay.Test), updateWebhook, body), c.status, "store", c.message)
		})
	}
	for _, path := range []string{updateWebhook, removeWebhook} {
		mustTell(t, stranger.Call(t.Context(), path, object{"id": id}, nil), 403, "store", "Access denied: you do not have permission to this store")
	}
}

// The fingerprint by which the suite sees that a refused request wrote nothing
// sees a change of any column, and not the use of a credential.
func TestRowsSeeEveryChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.mustWebhook(t)
	before := w.rows(t)
	for _, by := range []pancakeclient.Caller{w.client(pay.Test), w.browserOf(w.mustToken(t, pay.Test, "u-9"))} {
		before = w.rows(t)
		mustTell(t, callAs(t, by, cancelOrder, object{"orderId": noOrder}), 404, "order", "Order not found")
		w.auth.Stop() // what the use of the credential has to write is written
		if w.rows(t) != before {
			t.Error("the use of a credential counts as a change")
		}
	}
	if err := w.client(pay.Test).Call(t.Context(), updateWebhook, object{"id": id, "events": []any{}}, nil); err != nil {
		t.Fatal(err)
	}
	if w.rows(t) == before {
		t.Error("a change of one column is not seen")
	}
}
