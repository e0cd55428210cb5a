package pancake_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
)

const createSession = "/v1/actions/checkout/create-session"

type sessionData struct {
	SessionID   string `json:"sessionId"`
	CheckoutURL string `json:"checkoutUrl"`
	ExpiresAt   string `json:"expiresAt"`
}

func (w *world) mustSession(t *testing.T, id string) (session pay.Session) {
	t.Helper()
	err := w.Core.View(t.Context(), func(r pay.Records) (err error) {
		session, err = r.Session(pay.SessionID(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func TestCreateSession(t *testing.T) {
	t.Parallel()
	full := func(w *world) object {
		return object{
			"productId": string(w.Product.ID), "currency": "USD", "buyerEmail": " B@Example.Test ",
			"billingDetail": object{"country": "de", "isBusiness": false}, "successUrl": "https://shop.example.test/done",
			"darkMode": false, "language": "ja-JP",
			"priceSnapshot": object{"amount": "12.5", "taxCategory": "saas"}, "withTrial": true, "expiresInSeconds": 600,
			"metadata": object{"b": "2", "a": "<1>"}, "orderMerchantExternalId": "A-1",
			"excludePaymentMethods": []any{"wechat", "paypal"},
			"storeId":               "STO_x", "productType": "onetime",
		}
	}

	t.Run("a merchant sets every field", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		var out sessionData
		if err := w.client(pay.Test).Call(t.Context(), createSession, full(w), &out); err != nil {
			t.Fatal(err)
		}
		wantURL := "https://pay.example.test/store/" + w.Shop.Shop.Slug + "/checkout/" + out.SessionID
		if out.CheckoutURL != wantURL || out.ExpiresAt != "2026-11-20T12:10:00.000Z" {
			t.Errorf("got %+v, want the page %s", out, wantURL)
		}
		got := w.mustSession(t, out.SessionID)
		dark := false
		want := pay.Session{
			ID: got.ID, Store: w.Shop.Shop.ID, Env: pay.Test, Product: w.Product.ID, Version: w.Product.Current.ID, Status: pay.SessionOpen,
			Price: pay.Price{Amount: money.New(1250, "USD"), TaxCategory: pay.SaaS}, BuyerEmail: "b@example.test",
			Billing: pay.Billing{Country: "DE"}, SuccessURL: "https://shop.example.test/done", Language: "ja-JP", DarkMode: &dark,
			Metadata: `{"a":"<1>","b":"2"}`, ExternalID: "A-1",
			Methods: []connector.Method{connector.Card, connector.ApplePay, connector.GooglePay},
			Row:     1, CreatedAt: w.Clock.Now(), ExpiresAt: got.ExpiresAt,
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(money.Amount{})); diff != "" {
			t.Errorf("session (-want +got):\n%s", diff)
		}
	})

	t.Run("a visitor's privileged fields are dropped without an error", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
		body := full(w)
		for _, member := range []string{
			"metadata", "expiresInSeconds", "orderMerchantExternalId", "withTrial", "includePaymentMethods", "excludePaymentMethods",
		} {
			body[member] = []any{"of the wrong type"}
		}
		var out sessionData
		if err := visitor.Call(t.Context(), createSession, body, &out); err != nil {
			t.Fatal(err)
		}
		got := w.mustSession(t, out.SessionID)
		if got.Price.Amount.String() != "29.00" || got.Metadata != "{}" || got.ExternalID != "" || len(got.Methods) != 4 ||
			got.ExpiresAt.Sub(got.CreatedAt) != pay.DefaultSessionLife {
			t.Errorf("a visitor set %+v", got)
		}
		if got.BuyerEmail != "b@example.test" || got.Language != "ja-JP" {
			t.Errorf("a visitor could not set %+v", got)
		}
	})
}

func TestCreateSessionRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.mustToken(t, pay.Test, "u-9")
	merchant := pancakeclient.Caller(w.client(pay.Test))
	live := pancakeclient.Caller(w.client(pay.Prod))
	buyer := pancakeclient.Caller(pancakeclient.Buyer{BaseURL: "http://tillway.test", Token: token, Env: "test", HTTP: w.http()})
	visitor := pancakeclient.Caller(pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()})
	product := string(w.Product.ID)
	with := func(more object) object {
		body := object{"productId": product, "currency": "USD"}
		for name, value := range more {
			body[name] = value
		}
		return body
	}
	cases := map[string]struct {
		by      pancakeclient.Caller
		body    object
		status  int
		layer   string
		message string // or a part of it
	}{
		"no product":                   {merchant, object{"currency": "USD"}, 400, "order", "Missing required field: productId"},
		"nothing":                      {merchant, object{}, 400, "order", "Missing required fields: productId, currency"},
		"malformed product":            {merchant, with(object{"productId": "x"}), 400, "order", `Expected format: PROD_xxx, got "x"`},
		"unknown product":              {merchant, with(object{"productId": noProduct}), 404, "product", "Product not found"},
		"unknown currency":             {merchant, with(object{"currency": "usd"}), 400, "order", `Unknown currency: "usd"`},
		"currency without a price":     {merchant, with(object{"currency": "EUR"}), 400, "product", "Product has no price in EUR"},
		"currency outside the matrix":  {merchant, with(object{"currency": "PKR", "priceSnapshot": object{"amount": "1", "taxCategory": "saas"}}), 400, "order", "Currency PKR cannot be charged"},
		"too precise":                  {merchant, with(object{"priceSnapshot": object{"amount": "1.234", "taxCategory": "saas"}}), 400, "order", "priceSnapshot.amount: USD has 2 decimal places"},
		"no tax category":              {merchant, with(object{"priceSnapshot": object{"amount": "1"}}), 400, "order", "Missing required field: priceSnapshot.taxCategory"},
		"no amount":                    {merchant, with(object{"priceSnapshot": object{"taxCategory": "saas"}}), 400, "order", "Missing required field: priceSnapshot.amount"},
		"zero seconds":                 {merchant, with(object{"expiresInSeconds": 0}), 400, "order", "expiresInSeconds must be a positive integer"},
		"eight days":                   {merchant, with(object{"expiresInSeconds": 691200}), 400, "order", "at most 604800"},
		"half a second":                {merchant, with(object{"expiresInSeconds": 1.5}), 400, "order", "expiresInSeconds must be a positive integer"},
		"seconds beyond 64 bits":       {merchant, with(object{"expiresInSeconds": json.Number("99999999999999999999")}), 400, "order", "expiresInSeconds must be"},
		"number as metadata":           {merchant, with(object{"metadata": object{"k": 1}}), 400, "order", "Invalid type for field metadata.k: expected a string, got a number"},
		"huge metadata":                {merchant, with(object{"metadata": object{"k": strings.Repeat("x", 20_000)}}), 400, "order", "metadata must not exceed"},
		"long external id":             {merchant, with(object{"orderMerchantExternalId": strings.Repeat("x", 129)}), 400, "order", "orderMerchantExternalId must not exceed 128 characters"},
		"both method lists":            {merchant, with(object{"includePaymentMethods": []any{"card"}, "excludePaymentMethods": []any{"wechat"}}), 400, "order", "mutually exclusive"},
		"unsupported method":           {merchant, with(object{"includePaymentMethods": []any{"paypal"}}), 400, "order", `Payment method "paypal" is not supported`},
		"unknown language":             {merchant, with(object{"language": "de-DE"}), 400, "order", `Invalid language: "de-DE"`},
		"billing without a country":    {merchant, with(object{"billingDetail": object{"isBusiness": true}}), 400, "order", "Missing required field: billingDetail.country"},
		"billing in no country":        {merchant, with(object{"billingDetail": object{"country": "XX"}}), 400, "order", "billingDetail.country must be"},
		"bad e-mail":                   {merchant, with(object{"buyerEmail": "me"}), 400, "order", "buyerEmail must be a valid e-mail address"},
		"script as success URL":        {merchant, with(object{"successUrl": "javascript:alert(1)"}), 400, "order", "successUrl must be"},
		"not published":                {live, with(nil), 400, "product", "No version in current environment"},
		"both change amounts":          {merchant, with(object{"originOrderId": noOrder, "changeAmount": "1", "changeCreditAmount": "1"}), 400, "order", "mutually exclusive"},
		"change without origin":        {merchant, with(object{"changeTiming": "immediate"}), 400, "order", "Missing required field: originOrderId"},
		"malformed origin":             {merchant, with(object{"originOrderId": "ORD_1"}), 400, "order", `Expected format: ORD_xxx, got "ORD_1"`},
		"plan change":                  {merchant, with(object{"originOrderId": noOrder}), 501, "order", "Not implemented"},
		"plan change by a buyer":       {buyer, with(object{"originOrderId": noOrder}), 501, "order", "Not implemented"},
		"purchase by a buyer":          {buyer, with(nil), 403, "order", "Access denied: a session token can only open a plan change"},
		"plan change by a visitor":     {visitor, with(object{"originOrderId": noOrder}), 403, "order", "Access denied: a visitor cannot change a plan"},
		"a change's time by a visitor": {visitor, with(object{"changeTiming": "immediate"}), 403, "order", "Access denied: a visitor cannot change a plan"},
		"a credit by a visitor":        {visitor, with(object{"changeCreditAmount": "1"}), 403, "order", "Access denied: a visitor cannot change a plan"},
		"a change without an origin":   {buyer, with(object{"changeTiming": "immediate"}), 400, "order", "Missing required field: originOrderId"},
		"both amounts by a buyer":      {buyer, with(object{"originOrderId": noOrder, "changeAmount": "1", "changeCreditAmount": "1"}), 400, "order", "mutually exclusive"},
		"change amount by a visitor":   {visitor, with(object{"changeAmount": "1"}), 403, "order", "Access denied: a visitor cannot change a plan"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := callAs(t, c.by, createSession, c.body)
			var told *pancakeclient.Error
			if !errors.As(err, &told) {
				t.Fatalf("got %v", err)
			}
			if told.Status != c.status || told.Notices[0].Layer != c.layer || !strings.Contains(told.Notices[0].Message, c.message) {
				t.Errorf("got %d %+v, want %d %s %q", told.Status, told.Notices[0], c.status, c.layer, c.message)
			}
		})
	}
}

// callAs posts as any caller and returns the failure it was told.
func callAs(t *testing.T, by pancakeclient.Caller, path string, body object) error {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := pancakeclient.Post(t.Context(), by, path, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkEnvelope := struct {
		Errors []pancakeclient.Notice `json:"errors"`
	}{}
	if err := json.Unmarshal(response.Body, &checkEnvelope); err != nil {
		t.Fatal(err)
	}
	if response.Status == http.StatusOK {
		return nil
	}
	return &pancakeclient.Error{Status: response.Status, Notices: checkEnvelope.Errors}
}
