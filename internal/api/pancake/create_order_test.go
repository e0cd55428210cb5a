package pancake_test

import (
	"errors"
	"strings"
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
)

const createOrder = "/v1/actions/onetime-order/create-order"

type orderData struct {
	CheckoutURL string `json:"checkoutUrl"`
	OrderID     string `json:"orderId"`
	SessionID   string `json:"sessionId"`
	ExpiresAt   string `json:"expiresAt"`
}

func (w *world) mustOrder(t *testing.T, id string) (order pay.Order) {
	t.Helper()
	err := w.Core.View(t.Context(), func(r pay.Records) (err error) {
		order, err = r.Order(pay.OrderID(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return order
}

func TestCreateOrder(t *testing.T) {
	t.Parallel()
	body := func(session pay.Session) object {
		return object{"checkoutSessionId": string(session.ID), "buyerEmail": "Typed@Example.Test", "billingDetail": object{"country": "DE"}}
	}

	t.Run("a token's buyer is on the order", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		session := w.MustOpen(t)
		buyer := pancakeclient.Buyer{BaseURL: "http://tillway.test", Token: w.mustToken(t, pay.Test, "u-9"), Env: "test", HTTP: w.http()}
		var out orderData
		if err := buyer.Call(t.Context(), createOrder, body(session), &out); err != nil {
			t.Fatal(err)
		}
		if want := "https://pay.example.test/store/" + w.Shop.Shop.Slug + "/checkout/" + string(session.ID); out.CheckoutURL != want {
			t.Errorf("checkoutUrl %s, want %s", out.CheckoutURL, want)
		}
		order := w.mustOrder(t, out.OrderID)
		if order.Identity != "u-9" || order.BuyerEmail != "typed@example.test" || order.Status != pay.OrderPending {
			t.Errorf("order %+v", order)
		}
	})

	t.Run("an identity that is an address counts instead of a typed one", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		buyer := pancakeclient.Buyer{BaseURL: "http://tillway.test", Token: w.mustToken(t, pay.Test, "Known@Example.Test"), Env: "test", HTTP: w.http()}
		var out orderData
		if err := buyer.Call(t.Context(), createOrder, body(w.MustOpen(t)), &out); err != nil {
			t.Fatal(err)
		}
		if order := w.mustOrder(t, out.OrderID); order.BuyerEmail != "known@example.test" {
			t.Errorf("the order went to %s", order.BuyerEmail)
		}
	})

	t.Run("a visitor's second submission freezes the same order anew", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
		request := body(w.MustOpen(t))
		var first, second orderData
		if err := visitor.Call(t.Context(), createOrder, request, &first); err != nil {
			t.Fatal(err)
		}
		request["buyerEmail"] = "second@example.test"
		if err := visitor.Call(t.Context(), createOrder, request, &second); err != nil {
			t.Fatal(err)
		}
		if first != second {
			t.Errorf("first %+v, second %+v", first, second)
		}
		if order := w.mustOrder(t, second.OrderID); order.BuyerEmail != "second@example.test" || order.Identity != "" {
			t.Errorf("order %+v", order)
		}
	})

	t.Run("a key without a session opens one", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		var out orderData
		err := w.client(pay.Test).Call(t.Context(), createOrder, object{
			"productId": string(w.Product.ID), "currency": "USD", "buyerEmail": "b@example.test", "expiresInSeconds": 60,
		}, &out)
		if err != nil {
			t.Fatal(err)
		}
		if out.OrderID != "" || out.ExpiresAt != "2026-11-20T12:01:00.000Z" || !strings.HasSuffix(out.CheckoutURL, "/checkout/"+out.SessionID) {
			t.Errorf("got %+v", out)
		}
		if session := w.mustSession(t, out.SessionID); session.BuyerEmail != "b@example.test" || session.Order != "" {
			t.Errorf("session %+v", session)
		}
	})
}

func TestCreateOrderRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	merchant := pancakeclient.Caller(w.client(pay.Test))
	visitor := pancakeclient.Caller(pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()})
	ended := w.MustOpen(t)
	w.Clock.Advance(pay.DefaultSessionLife)
	open := string(w.MustOpen(t).ID)
	cases := map[string]struct {
		by      pancakeclient.Caller
		body    object
		status  int
		message string
	}{
		"nothing by a key":        {merchant, object{}, 400, "Missing required field: provide checkoutSessionId, or productId and currency"},
		"nothing by a visitor":    {visitor, object{"productId": string(w.Product.ID), "currency": "USD"}, 400, "Missing required field: checkoutSessionId"},
		"no currency":             {merchant, object{"productId": string(w.Product.ID)}, 400, "Missing required field: currency"},
		"malformed session":       {visitor, object{"checkoutSessionId": "cs_1"}, 400, `Expected format: cs_xxx, got "cs_1"`},
		"unknown session":         {visitor, object{"checkoutSessionId": noSession, "buyerEmail": "b@example.test"}, 404, "Checkout session not found"},
		"expired session":         {visitor, object{"checkoutSessionId": string(ended.ID), "buyerEmail": "b@example.test", "billingDetail": object{"country": "DE"}}, 404, "Checkout session not found or expired"},
		"no e-mail":               {visitor, object{"checkoutSessionId": open}, 400, "Missing required field: buyerEmail"},
		"no billing":              {visitor, object{"checkoutSessionId": open, "buyerEmail": "b@example.test"}, 400, "Missing required field: billingDetail"},
		"US without a state":      {visitor, object{"checkoutSessionId": open, "buyerEmail": "b@example.test", "billingDetail": object{"country": "US", "postcode": "1"}}, 400, "Missing required field: billingDetail.state"},
		"business without a name": {visitor, object{"checkoutSessionId": open, "buyerEmail": "b@example.test", "billingDetail": object{"country": "DE", "isBusiness": true}}, 400, "Missing required field: billingDetail.businessName"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := callAs(t, c.by, createOrder, c.body)
			var told *pancakeclient.Error
			if !errors.As(err, &told) {
				t.Fatalf("got %v", err)
			}
			if told.Status != c.status || told.Notices[0].Message != c.message || told.Notices[0].Layer != "order" {
				t.Errorf("got %d %+v, want %d %q", told.Status, told.Notices[0], c.status, c.message)
			}
		})
	}
}
