package pancake_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// The matrix of spec/pancake.md §2.5, pair by pair.
func TestChargeableMatrix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cards := []string{"card", "applepay", "googlepay"}
	matrix := map[string][]string{
		"USD": {"card", "applepay", "googlepay", "wechat"}, "EUR": cards, "GBP": cards, "HKD": cards, "JPY": cards, "CNY": {"wechat"},
	}
	for _, currency := range []string{"USD", "EUR", "GBP", "HKD", "JPY", "CNY", "PKR", "IQD", "KRW"} {
		for _, method := range []string{"card", "applepay", "googlepay", "wechat", "bank", "paypal"} {
			t.Run(method+" in "+currency, func(t *testing.T) {
				t.Parallel()
				err := callAs(t, w.client(pay.Test), createSession, object{
					"productId": string(w.Product.ID), "currency": currency, "priceSnapshot": object{"amount": "10", "taxCategory": "saas"},
					"includePaymentMethods": []any{method},
				})
				offered := false
				for _, legal := range matrix[currency] {
					offered = offered || legal == method
				}
				switch {
				case offered && err != nil:
					t.Error(err)
				case !offered && matrix[currency] == nil:
					mustTell(t, err, 400, "order", "Currency "+currency+" cannot be charged for a one-time purchase")
				case !offered:
					mustTell(t, err, 400, "order", `Payment method "`+method+`" is not supported for `+currency)
				}
			})
		}
	}
	t.Run("nothing is left when all are excluded", func(t *testing.T) {
		t.Parallel()
		mustTell(t, callAs(t, w.client(pay.Test), createSession, object{
			"productId": string(w.Product.ID), "currency": "USD", "excludePaymentMethods": []any{"card", "applepay", "googlepay", "wechat"},
		}), 400, "order", "No payment method is left for USD")
	})
}

// What may not be sold is refused by whoever asks for it.
func TestSessionsOfWhatIsNotOnSale(t *testing.T) {
	t.Parallel()
	visitorOf := func(w *world, slug string) pancakeclient.Caller {
		return pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: slug, Env: "test", HTTP: w.http()}
	}
	for name, c := range map[string]struct {
		change  func(t *testing.T, w *world)
		status  int
		layer   string
		message string
	}{
		"a product off sale": {
			func(t *testing.T, w *world) { w.mustProduct(t, pay.Test, productStatus, object{"status": "inactive"}) },
			400, "product", "Product is not active",
		},
		"a product of an inactive store": {
			func(t *testing.T, w *world) { w.mustUpdateStore(t, object{"status": "inactive"}) },
			400, "store", "Store is not active",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.change(t, w)
			body := object{"productId": string(w.Product.ID), "currency": "USD"}
			for _, by := range []pancakeclient.Caller{w.client(pay.Test), visitorOf(w, w.Shop.Shop.Slug)} {
				mustTell(t, callAs(t, by, createSession, body), c.status, c.layer, c.message)
			}
			mustTell(t, callAs(t, w.client(pay.Test), createOrder, body), c.status, c.layer, c.message)
		})
	}
	t.Run("a product of another store", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		body := object{"productId": string(w.Product.ID), "currency": "USD"}
		mustTell(t, callAs(t, visitorOf(w, w.stranger.shop.Slug), createSession, body), 404, "product", "Product not found")
	})
	t.Run("a store that has closed since issues no token and takes no order", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		session := w.MustOpen(t)
		w.mustUpdateStore(t, object{"status": "inactive"})
		mustTell(t, callAs(t, w.client(pay.Test), issueToken, object{"buyerIdentity": "u", "storeId": string(w.Shop.Shop.ID)}), 400, "store", "Store is not active")
		mustTell(t, callAs(t, visitorOf(w, w.Shop.Shop.Slug), createOrder, object{
			"checkoutSessionId": string(session.ID), "buyerEmail": "b@example.test", "billingDetail": object{"country": "DE"},
		}), 400, "store", "Store is not active")
	})
}

// What each state of a session answers to those who still come with it
// (spec/pancake.md §4, §8).
func TestSessionStates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	placed := func() (pay.Session, pay.Order) {
		session := w.MustOpen(t)
		return session, w.MustPlace(t, session)
	}
	paid, order := placed()
	w.mustPay(t, paid, order, "4576750000000110")
	declined, order := placed()
	w.mustPay(t, declined, order, "4576750000000220")
	unknown, order := placed()
	w.mustPay(t, unknown, order, lostAnswer)
	canceled, order := placed()
	paytest.MustRun(t, w.Core, pay.CancelOrder, pay.Cancellation{ID: order.ID, Actor: w.Actor(), At: w.Core.Now()})
	expired := paytest.MustRun(t, w.Core, pay.CreateSession, pay.NewSession{
		ID: pay.SessionID(w.IDs.Session()), Actor: w.Actor(), Product: w.Product.ID, Currency: "USD", Life: time.Second, At: w.Core.Now(),
	}).Session
	w.Clock.Advance(time.Second)
	elsewhere := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.stranger.shop.Slug, Env: "test", HTTP: w.http()}
	visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
	inProd := visitor
	inProd.Env = "prod"
	const gone = "Checkout session not found or expired"
	for name, c := range map[string]struct {
		by      pancakeclient.Caller
		session pay.Session
		order   string // what create-order says; "" is that it is taken
		look    string // what preview-trial and preview-tax say; "" is that they answer
		status  int
	}{
		"paid":                       {visitor, paid, gone, gone, 404},
		"declined":                   {visitor, declined, "", "", 0},
		"of an unknown outcome":      {visitor, unknown, "This checkout is being paid right now", "", 400},
		"canceled":                   {visitor, canceled, gone, gone, 404},
		"expired":                    {visitor, expired, gone, gone, 404},
		"of another store":           {elsewhere, declined, "Checkout session not found", "Checkout session not found", 404},
		"of the other environment":   {inProd, declined, "Checkout session not found", "Checkout session not found", 404},
		"declined, by its merchant":  {w.client(pay.Test), declined, "", "", 0},
		"paid, by its merchant":      {w.client(pay.Test), paid, gone, "", 404},
		"declined, by a token":       {w.browser(t, "u-9"), declined, "", "", 0},
		"expired, by a token":        {w.browser(t, "u-9"), expired, gone, gone, 404},
		"declined, by the live side": {w.client(pay.Prod), declined, "Checkout session not found", "", 404},
	} {
		t.Run(name, func(t *testing.T) {
			body := object{"checkoutSessionId": string(c.session.ID), "buyerEmail": "b@example.test", "billingDetail": object{"country": "DE"}}
			check := func(path, message string) {
				t.Helper()
				err := callAs(t, c.by, path, body)
				if message == "" {
					if err != nil {
						t.Errorf("%s: %v", path, err)
					}
					return
				}
				mustTell(t, err, c.status, "order", message)
			}
			check(createOrder, c.order)
			if _, merchant := c.by.(pancakeclient.Client); merchant {
				for _, path := range []string{previewTrial, "/v1/actions/checkout/preview-tax"} {
					mustTell(t, callAs(t, c.by, path, body), http.StatusForbidden, "gateway", "Access denied: this action does not accept this kind of credential")
				}
				return
			}
			check(previewTrial, c.look)
			check("/v1/actions/checkout/preview-tax", c.look)
		})
	}
}

// mustPay presses the button with a card; what comes of it is the card's story.
func (w *world) mustPay(t *testing.T, session pay.Session, order pay.Order, card string) {
	t.Helper()
	if err := w.Core.Pay(t.Context(), paytest.Card(session, "v", order.Turn, card)); err != nil {
		t.Fatal(err)
	}
}

// Where a receipt leads is the merchant's word over a visitor's.
func TestSuccessURLOfAnOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const own, other = "https://shop.example.test/thanks", "https://elsewhere.example/thanks"
	visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
	for name, c := range map[string]struct {
		by      pancakeclient.Caller
		session string
		want    string
	}{
		"a visitor does not replace the merchant's": {visitor, own, own},
		"a visitor may choose where none was given": {visitor, "", other},
		"the merchant replaces its own":             {w.client(pay.Test), own, other},
		"the merchant's buyer chooses":              {w.browser(t, "u-9"), own, other},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := paytest.MustRun(t, w.Core, pay.CreateSession, pay.NewSession{
				ID: pay.SessionID(w.IDs.Session()), Actor: w.Actor(), Product: w.Product.ID, Currency: "USD", SuccessURL: c.session, At: w.Core.Now(),
			}).Session
			text := `{"checkoutSessionId":"` + string(session.ID) + `","buyerEmail":"b@example.test","billingDetail":{"country":"DE"},"successUrl":"` + other + `"}`
			answer, err := pancakeclient.Post(t.Context(), c.by, createOrder, []byte(text), nil)
			if err != nil || answer.Status != http.StatusOK {
				t.Fatalf("%d %s %v", answer.Status, answer.Body, err)
			}
			if look := w.MustLook(t, session, "v"); look.SuccessURL != c.want {
				t.Errorf("it leads to %s, want %s", look.SuccessURL, c.want)
			}
		})
	}
}

// Billing details that an order needs by country (spec/pancake.md §8), and
// what no country has.
func TestBillingOfAnOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
	for name, c := range map[string]struct {
		billing object
		message string // "" is that it is taken
	}{
		"the United States":                 {object{"country": "us", "postcode": "10001", "state": "NY"}, ""},
		"the United States without a code":  {object{"country": "US", "state": "NY"}, "Missing required field: billingDetail.postcode"},
		"the United States without a state": {object{"country": "US", "postcode": "10001"}, "Missing required field: billingDetail.state"},
		"Canada by state":                   {object{"country": "CA", "state": "Ontario"}, ""},
		"Canada by postcode":                {object{"country": "CA", "postcode": "M5V 2T6"}, ""},
		"Canada alone":                      {object{"country": "CA"}, "Missing required field: provide billingDetail.state or billingDetail.postcode"},
		"Germany alone":                     {object{"country": "DE"}, ""},
		"a business":                        {object{"country": "DE", "isBusiness": true, "businessName": "Acme"}, ""},
		"a business without a name":         {object{"country": "DE", "isBusiness": true, "taxId": "DE1"}, "Missing required field: billingDetail.businessName"},
		"a name of blanks":                  {object{"country": "DE", "isBusiness": true, "businessName": " "}, "Missing required field: billingDetail.businessName"},
		"no country":                        {object{"isBusiness": false}, "Missing required field: billingDetail.country"},
		"a country that is none":            {object{"country": "UK"}, `billingDetail.country must be a two-letter ISO 3166-1 country code, got "UK"`},
		"a country in words":                {object{"country": "Germany"}, `billingDetail.country must be a two-letter ISO 3166-1 country code, got "GERMANY"`},
		"a long postcode":                   {object{"country": "DE", "postcode": strings.Repeat("1", 129)}, "billingDetail.postcode must not exceed 128 characters"},
		"a line end":                        {object{"country": "DE", "businessName": "a\nb"}, "billingDetail.businessName must not contain control characters"},
		"text as a choice":                  {object{"country": "DE", "isBusiness": "yes"}, "Invalid type for field billingDetail.isBusiness: expected a boolean, got a string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := callAs(t, visitor, createOrder, object{
				"checkoutSessionId": string(w.MustOpen(t).ID), "buyerEmail": "b@example.test", "billingDetail": c.billing,
			})
			if c.message == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			mustTell(t, err, 400, "order", c.message)
			var told *pancakeclient.Error
			if errors.As(err, &told) && told.Notices[0].Message != c.message {
				t.Errorf("got %q", told.Notices[0].Message)
			}
		})
	}
}
