package pancake_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const (
	updateStore = "/v1/actions/store/update-store"
	deleteStore = "/v1/actions/store/delete-store"
)

// storeData is an answer about a store, with its warnings.
type storeData struct {
	Store struct {
		ID                   string          `json:"id"`
		Name                 string          `json:"name"`
		Status               string          `json:"status"`
		Logo                 *string         `json:"logo"`
		SupportEmail         *string         `json:"supportEmail"`
		Slug                 string          `json:"slug"`
		NotificationSettings map[string]bool `json:"notificationSettings"`
		CheckoutSettings     *struct {
			DefaultDarkMode bool              `json:"defaultDarkMode"`
			Light           map[string]string `json:"light"`
			Dark            map[string]string `json:"dark"`
		} `json:"checkoutSettings"`
		DeletedAt *string `json:"deletedAt"`
	} `json:"store"`
}

func (w *world) mustUpdateStore(t *testing.T, change object) (out storeData, warnings []pancakeclient.Notice) {
	t.Helper()
	body := object{"id": string(w.Shop.Shop.ID)}
	for name, value := range change {
		body[name] = value
	}
	return out, w.mustWarn(t, updateStore, body, &out)
}

// mustWarn calls an action as the merchant and returns the warnings beside its data.
func (w *world) mustWarn(t *testing.T, path string, body object, out any) []pancakeclient.Notice {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := pancakeclient.Post(t.Context(), w.client(pay.Test), path, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	told := struct {
		Data     any
		Warnings []pancakeclient.Notice
	}{Data: out}
	if err := json.Unmarshal(answer.Body, &told); err != nil || answer.Status != http.StatusOK {
		t.Fatalf("%d %s %v", answer.Status, answer.Body, err)
	}
	return told.Warnings
}

func (w *world) off(out storeData) (names []string) {
	for name, on := range out.Store.NotificationSettings {
		if !on {
			names = append(names, name)
		}
	}
	return names
}

func TestUpdateStore(t *testing.T) {
	t.Parallel()

	t.Run("what is absent stays and what is null is cleared", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		out, warnings := w.mustUpdateStore(t, object{"status": "inactive", "logo": "https://cdn.example.test/logo.png"})
		if out.Store.Status != "inactive" || out.Store.Logo == nil || out.Store.Name != "Acme" || len(warnings) > 0 {
			t.Errorf("got %+v %v", out, warnings)
		}
		out, _ = w.mustUpdateStore(t, object{"logo": nil, "name": nil, "status": nil, "supportEmail": "x", "website": "y"})
		if out.Store.Status != "inactive" || out.Store.Logo != nil || out.Store.Name != "Acme" || out.Store.SupportEmail != nil {
			t.Errorf("got %+v", out)
		}
	})

	t.Run("a new name changes the slug and the old one goes on leading there", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		former := w.Shop.Shop.Slug
		out, _ := w.mustUpdateStore(t, object{"name": " Acme & Söhne "})
		if out.Store.Name != "Acme & Söhne" || out.Store.Slug != "acme-sohne"+former[len(former)-9:] {
			t.Errorf("got %+v, formerly %s", out.Store, former)
		}
		for _, slug := range []string{former, out.Store.Slug} {
			visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: slug, Env: "test", HTTP: w.http()}
			var session sessionData
			if err := visitor.Call(t.Context(), createSession, object{"productId": string(w.Product.ID), "currency": "USD"}, &session); err != nil {
				t.Fatalf("%s: %v", slug, err)
			}
			if !strings.Contains(session.CheckoutURL, "/store/"+out.Store.Slug+"/") {
				t.Errorf("by %s the visitor is sent to %s", slug, session.CheckoutURL)
			}
		}
	})

	t.Run("every switch of a merchant turns off and null turns all on", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		all := object{}
		for _, message := range pay.AllNotifications() {
			if message.MerchantMay() {
				all[string(message)] = false
			}
		}
		out, warnings := w.mustUpdateStore(t, object{"notificationSettings": all})
		if len(all) != 12 || len(w.off(out)) != 12 || len(out.Store.NotificationSettings) != 21 || len(warnings) > 0 {
			t.Errorf("%d of %d are off, warnings %v", len(w.off(out)), len(all), warnings)
		}
		out, _ = w.mustUpdateStore(t, object{"notificationSettings": object{"notifyChargeback": true, "emailTrialEnding": nil}})
		if len(w.off(out)) != 10 {
			t.Errorf("off are %v", w.off(out))
		}
		out, _ = w.mustUpdateStore(t, object{"notificationSettings": nil})
		if len(w.off(out)) != 0 {
			t.Errorf("off are %v", w.off(out))
		}
	})

	t.Run("themes merge by member and are answered whole", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		if out, _ := w.mustUpdateStore(t, nil); out.Store.CheckoutSettings != nil {
			t.Errorf("settings that were never set are %+v", out.Store.CheckoutSettings)
		}
		w.mustUpdateStore(t, object{"checkoutSettings": object{
			"defaultDarkMode": true, "light": object{"checkoutColorPrimary": "rebeccapurple", "checkoutBorderRadius": "4px"},
		}})
		out, _ := w.mustUpdateStore(t, object{"checkoutSettings": object{
			"light": object{"checkoutBorderRadius": nil, "checkoutColorText": "#111"}, "dark": object{"checkoutLogo": "https://cdn.example.test/d.png"},
		}})
		light := map[string]string{
			"checkoutLogo": "", "checkoutColorPrimary": "rebeccapurple", "checkoutColorBackground": pay.LightTheme.Background,
			"checkoutColorCard": pay.LightTheme.Card, "checkoutColorText": "#111", "checkoutBorderRadius": pay.LightTheme.Radius,
		}
		if diff := cmp.Diff(light, out.Store.CheckoutSettings.Light); diff != "" || !out.Store.CheckoutSettings.DefaultDarkMode {
			t.Errorf("dark %t, light (-want +got):\n%s", out.Store.CheckoutSettings.DefaultDarkMode, diff)
		}
		if out.Store.CheckoutSettings.Dark["checkoutLogo"] != "https://cdn.example.test/d.png" {
			t.Errorf("dark is %v", out.Store.CheckoutSettings.Dark)
		}
		if out, _ = w.mustUpdateStore(t, object{"checkoutSettings": object{"light": nil}}); out.Store.CheckoutSettings.Light["checkoutColorText"] != pay.LightTheme.Text {
			t.Errorf("a cleared theme is %v", out.Store.CheckoutSettings.Light)
		}
		if out, _ = w.mustUpdateStore(t, object{"checkoutSettings": nil}); out.Store.CheckoutSettings != nil {
			t.Errorf("cleared settings are %+v", out.Store.CheckoutSettings)
		}
	})

	t.Run("legacy inputs are ignored and named in warnings", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		out, warnings := w.mustUpdateStore(t, object{
			"webhookSettings":      object{"testWebhookUrl": "https://shop.example.test", "prodEvents": 7},
			"notificationSettings": object{"emailOrderConfirmation": false, "notifyPayoutSucceeded": false, "notifyNewOrders": false},
		})
		if off := w.off(out); len(off) != 1 || off[0] != "notifyNewOrders" {
			t.Errorf("off are %v", off)
		}
		if len(warnings) != 2 || !strings.Contains(warnings[0].AIHint, "WEBHOOK_SETTINGS_IGNORED") || !strings.Contains(warnings[0].AIHint, "webhooks.add") ||
			!strings.Contains(warnings[1].Message, "emailOrderConfirmation, notifyPayoutSucceeded") {
			t.Errorf("warnings are %+v", warnings)
		}
	})
}

func TestUpdateStoreRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	theme := func(member, value string) object {
		return object{"checkoutSettings": object{"dark": object{member: value}}}
	}
	for name, c := range map[string]struct {
		change  object
		status  int
		message string
	}{
		"nothing":                  {object{"id": ""}, 400, "Missing required field: id"},
		"another kind of id":       {object{"id": noProduct}, 400, "Expected format: STO_xxx"},
		"unknown store":            {object{"id": noStore}, 404, "Store not found"},
		"another's store":          {object{"id": string(w.stranger.shop.ID)}, 403, "Access denied: you do not have permission to this store"},
		"empty name":               {object{"name": " "}, 400, "Missing required field: name"},
		"long name":                {object{"name": strings.Repeat("x", 49)}, 400, "name must not exceed 48 characters"},
		"suspension":               {object{"status": "suspended"}, 400, "Invalid or missing status (must be 'active' or 'inactive')"},
		"logo that is no address":  {object{"logo": "data:image/png;base64,AA=="}, 400, "logo must be an http or https address"},
		"text as switch":           {object{"notificationSettings": object{"notifyNewOrders": "no"}}, 400, "Invalid type for field notificationSettings.notifyNewOrders: expected a boolean"},
		"list as switches":         {object{"notificationSettings": []any{}}, 400, "Invalid type for field notificationSettings: expected an object"},
		"colour with a second one": {theme("checkoutColorPrimary", "red;background:url(https://x.example)"), 400, "checkoutSettings.dark.checkoutColorPrimary must be a CSS colour"},
		"colour that fetches":      {theme("checkoutColorCard", "url(https://x.example)"), 400, "must be a CSS colour"},
		"colour that ends a block": {theme("checkoutColorText", "rgb(0 0 0)}body{"), 400, "must be a CSS colour"},
		"radius without a unit":    {theme("checkoutBorderRadius", "8"), 400, "must be a CSS length"},
		"radius by calculation":    {theme("checkoutBorderRadius", "calc(1px)"), 400, "must be a CSS length"},
		"logo by script":           {theme("checkoutLogo", "javascript:alert(1)"), 400, "checkoutSettings.dark.checkoutLogo must be an http or https address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := object{"id": string(w.Shop.Shop.ID)}
			for member, value := range c.change {
				body[member] = value
			}
			mustTell(t, callAs(t, w.client(pay.Test), updateStore, body), c.status, "store", c.message)
		})
	}
}

func TestDeleteStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	client := w.client(pay.Test)
	session := w.MustOpen(t)
	hook, order := w.mustWebhook(t), w.mustPlace(t, w.Actor())
	body := object{"id": string(w.Shop.Shop.ID)}
	for role, status := range map[pay.Role]int{pay.Admin: 403, pay.Member: 403} {
		guest := w.mustGuest(t, role)
		mustTell(t, guest.Call(t.Context(), deleteStore, body, nil), status, "store", "Access denied")
	}
	var out storeData
	if err := client.Call(t.Context(), deleteStore, body, &out); err != nil {
		t.Fatal(err)
	}
	if out.Store.DeletedAt == nil || *out.Store.DeletedAt != "2026-11-20T12:00:00.000Z" || out.Store.ID != body["id"] {
		t.Errorf("got %+v", out)
	}
	visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
	for name, refused := range map[string]error{
		"twice":     client.Call(t.Context(), deleteStore, body, nil),
		"an update": client.Call(t.Context(), updateStore, body, nil),
		"a session": client.Call(t.Context(), createSession, object{"productId": string(w.Product.ID), "currency": "USD"}, nil),
		"an order":  client.Call(t.Context(), createOrder, object{"checkoutSessionId": string(session.ID), "buyerEmail": "b@example.test", "billingDetail": object{"country": "DE"}}, nil),
		"a product": client.Call(t.Context(), updateProduct, object{"id": string(w.Product.ID), "name": "New"}, nil),
		"a new product": client.Call(t.Context(), createProduct, object{
			"storeId": body["id"], "name": "Guide", "prices": object{"USD": object{"amount": "1", "taxCategory": "saas"}},
		}, nil),
		"a publication": client.Call(t.Context(), publishProduct, object{"id": string(w.Product.ID)}, nil),
		"a status":      client.Call(t.Context(), productStatus, object{"id": string(w.Product.ID), "status": "active"}, nil),
		"a token":       client.Call(t.Context(), issueToken, object{"buyerIdentity": "u", "storeId": body["id"]}, nil),
		"a new webhook": client.Call(t.Context(), addWebhook, object{
			"storeId": body["id"], "channel": "http", "url": "https://shop.example.test", "events": []any{}, "testMode": true,
		}, nil),
		"a webhook":           client.Call(t.Context(), updateWebhook, object{"id": hook, "events": []any{}}, nil),
		"a webhook's removal": client.Call(t.Context(), removeWebhook, object{"id": hook}, nil),
		"its visitor":         visitor.Call(t.Context(), createSession, object{"productId": string(w.Product.ID), "currency": "USD"}, nil),
	} {
		t.Run(name, func(t *testing.T) { mustTell(t, refused, 404, "store", "Store not found") })
	}
	t.Run("its orders may still be given up", func(t *testing.T) {
		if err := client.Call(t.Context(), cancelOrder, object{"orderId": string(order.ID)}, nil); err != nil {
			t.Error(err)
		}
	})
	// It no longer counts among the twenty.
	for range pay.MaxStoresPerMerchant {
		if err := client.Call(t.Context(), createStore, object{"name": "Acme"}, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// mustGuest gives the stranger a role in the merchant's store and is its client.
func (w *world) mustGuest(t *testing.T, role pay.Role) pancakeclient.Client {
	t.Helper()
	guest := paytest.MustRun(t, w.Core, pay.CreateMerchant, pay.NewMerchant{
		ID: pay.MerchantID(w.IDs.New("MER")), Email: string(role) + "@guest.example", At: w.Core.Now(),
	})
	keys := w.mustKeys(t, guest.ID, 0)
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		r.InsertStoreMerchant(w.Shop.Shop.ID, guest.ID, role, w.Core.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	client := keys[pay.Test]
	client.BaseURL, client.HTTP = "http://tillway.test", w.http()
	return client
}
