package diddo_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tillway/internal/api/diddo"
	"tillway/internal/cart"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const begin = "/diddo/checkout/begin/"

func TestACheckoutBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.mustTemplate(t)
	first := w.ask(t, http.MethodPost, begin+template, nil).wants(t, http.StatusOK).body(t)
	live := first["cart_id"].(string)
	switch {
	case live == template, first["template_cart_id"] != template, first["status"] != "initialized", first["amount"].(object)["value"] != float64(5800):
		t.Errorf("begun %v", first)
	case first["url"] != "https://pay.example.test/diddo/checkout/"+live, first["expires_at"] != "2026-11-21T12:00:00Z":
		t.Errorf("begun %v", first)
	}
	if again := w.ask(t, http.MethodPost, begin+live, "{}").wants(t, http.StatusOK).body(t); again["checkout_id"] != first["checkout_id"] {
		t.Errorf("begun again, it is %v", again)
	}
	second := w.ask(t, http.MethodPost, begin+template, nil).wants(t, http.StatusOK).body(t)
	if second["cart_id"] == live {
		t.Error("two buyers of one template share a cart")
	}
	shown := w.ask(t, http.MethodGet, "/diddo/cart/"+live, nil).cart(t)
	if shown["template"] != false || shown["checkout_status"] != "initialized" || shown["cost"].(object)["is_estimated"] != false {
		t.Errorf("the live cart is %v", shown)
	}
	w.mustPay(t, live, "4242424242424242")
	status := w.ask(t, http.MethodGet, "/diddo/cart/status/"+live, nil).wants(t, http.StatusOK).body(t)
	if status["status"] != "SUBMITTED" || status["checkout_status"] != "succeeded" || !strings.HasPrefix(status["order_id"].(string), "ORD_") {
		t.Errorf("paid, it is %v", status)
	}
	w.ask(t, http.MethodPost, begin+live, nil).refused(t, http.StatusConflict, "ALREADY_SUBMITTED", "")
	w.ask(t, http.MethodPost, "/diddo/checkout/"+live, nil).refused(t, http.StatusConflict, "ALREADY_SUBMITTED", "")
	// The template is not consumed.
	w.ask(t, http.MethodPost, begin+template, nil).wants(t, http.StatusOK)
}

func TestBeginStatuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.mustTemplate(t)
	retired := w.mustProduct(t, "Old", "", money.New(100, "USD"))
	withRetired := w.ask(t, http.MethodPost, "/diddo/cart/add", w.item("", retired, 1)).cart(t)["id"].(string)
	paytest.MustRun(t, w.Core, pay.ChangeProductStatus, pay.ProductStatusChange{
		ID: pay.ProductID(retired), Actor: w.Actor(), Status: pay.ProductInactive, At: w.Core.Now(),
	})
	free := w.mustProduct(t, "Free", "", money.New(0, "USD"))
	costless := w.ask(t, http.MethodPost, "/diddo/cart/add", w.item("", free, 1)).cart(t)["id"].(string)
	emptied := w.mustTemplate(t)
	w.ask(t, http.MethodDelete, "/diddo/cart/items", object{"cart_id": emptied, "variant_id": string(w.Product.ID)}).wants(t, http.StatusOK)
	for name, c := range map[string]struct {
		key, of string
		status  int
		code    string
	}{
		"nobody":                      {"", template, http.StatusUnauthorized, "UNAUTHORIZED"},
		"a cart's bad id":             {testKey, "7", http.StatusBadRequest, "INVALID_REQUEST"},
		"a cart that is none":         {testKey, noCart, http.StatusBadRequest, "CART_NOT_FOUND"},
		"another's cart":              {otherKey, template, http.StatusBadRequest, "CART_NOT_FOUND"},
		"a cart of the other mode":    {liveKey, template, http.StatusBadRequest, "CART_NOT_FOUND"},
		"an empty cart":               {testKey, emptied, http.StatusUnprocessableEntity, "VALIDATION_FAILED"},
		"a variant that is not sold":  {testKey, withRetired, http.StatusUnprocessableEntity, "VALIDATION_FAILED"},
		"a cart that is for nothing":  {testKey, costless, http.StatusUnprocessableEntity, "VALIDATION_FAILED"},
		"the older API, no such cart": {testKey, noCart, http.StatusBadRequest, "CART_NOT_FOUND"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := begin
			if strings.HasPrefix(name, "the older") {
				path = "/diddo/checkout/"
			}
			w.askAs(t, c.key, http.MethodPost, path+c.of, nil).refused(t, c.status, c.code, "")
		})
	}
	t.Run("a customer's token", func(t *testing.T) {
		t.Parallel()
		cst := w.ask(t, http.MethodPost, "/diddo/checkout/cst", nil).wants(t, http.StatusOK).body(t)["cst"].(string)
		w.askAs(t, cst, http.MethodPost, begin+template, nil).refused(t, http.StatusForbidden, "FORBIDDEN", "")
	})
	t.Run("the older API, no buyer", func(t *testing.T) {
		t.Parallel()
		w.ask(t, http.MethodPost, "/diddo/checkout/"+template, nil).refused(t, http.StatusBadRequest, "BUYER_IDENTITY_MISSING", "cart_id")
		known := w.mustIdentified(t)
		answer := w.ask(t, http.MethodPost, "/diddo/checkout/"+known, nil).wants(t, http.StatusOK).body(t)
		if answer["url"] != "https://pay.example.test/diddo/checkout/"+known {
			t.Errorf("it leads to %v", answer)
		}
	})
}

func TestALiveStoreThatIsNotApprovedSellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paytest.MustRun(t, w.Core, pay.PublishProduct, pay.Publication{
		ID: w.Product.ID, Actor: w.Actor(), At: w.Core.Now(),
	})
	paytest.MustRun(t, w.Core, pay.ChangeProductStatus, pay.ProductStatusChange{
		ID: w.Product.ID, Actor: pay.Actor{Kind: pay.ByMerchant, Env: pay.Prod, Merchant: w.Merchant.ID}, Status: pay.ProductActive, At: w.Core.Now(),
	})
	of := w.askAs(t, liveKey, http.MethodPost, "/diddo/cart/add", w.item("", string(w.Product.ID), 1)).cart(t)["id"].(string)
	// No connector of the world takes real money.
	w.askAs(t, liveKey, http.MethodPost, begin+of, nil).refused(t, http.StatusForbidden, "FORBIDDEN", "")
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(w.Shop.Shop.ID)
		shop.ProdEnabled = false
		if err == nil {
			r.UpdateStore(shop)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.askAs(t, liveKey, http.MethodPost, begin+of, nil).refused(t, http.StatusForbidden, "FORBIDDEN", "")
}

func TestTheBuyerIsLedBackToThePlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustSet(t, "diddo.success_url", "https://platform.example.test/thanks?a=1")
	w.mustSet(t, "diddo.cancel_url", "https://platform.example.test/back")
	begun := w.mustBegin(t)
	var session pay.Session
	err := w.Core.View(t.Context(), func(r pay.Records) (err error) {
		session, err = r.SessionByHandle(begun["cart_id"].(string))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	told := "cart_id=" + begun["cart_id"].(string) + "&checkout_id=" + begun["checkout_id"].(string) + "&status="
	if session.SuccessURL != "https://platform.example.test/thanks?a=1&"+told+"succeeded" {
		t.Errorf("paid: %s", session.SuccessURL)
	}
	if session.CancelURL != "https://platform.example.test/back?"+told+"cancelled" {
		t.Errorf("given up: %s", session.CancelURL)
	}
	if session.Form != pay.FormDelivery || session.Item.Name != "Guide" || session.Item.Description != "2 × Guide" {
		t.Errorf("the sale is %+v", session)
	}
}

func TestACheckoutThatEndedIsBegunAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	begun := w.mustBegin(t)
	live := begun["cart_id"].(string)
	w.Clock.Advance(cart.Life)
	w.PlayTimers(t)
	w.ask(t, http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": live, "buyer_info": jane}).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "")
	again := w.ask(t, http.MethodPost, begin+live, nil).wants(t, http.StatusOK).body(t)
	if again["cart_id"] == live || again["template_cart_id"] != begun["template_cart_id"] {
		t.Errorf("begun anew: %v after %v", again, begun)
	}
}

func TestACustomerSessionToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mint := func(body any) string {
		return w.ask(t, http.MethodPost, "/diddo/checkout/cst", body).wants(t, http.StatusOK).body(t)["cst"].(string)
	}
	cst := mint(object{"buyer_identity": object{"first_name": "Jane", "email": "jane@example.test"}})
	template := w.mustTemplate(t)
	live := w.mustOpen(t, template, cst)
	if again := w.mustOpen(t, template, cst); again != live {
		t.Errorf("opened again, it is %s and not %s", again, live)
	}
	if another := w.mustOpen(t, template, mint(nil)); another == live {
		t.Error("two customers share a cart")
	}
	choose := object{"method_id": "standard"}
	if got := w.askAs(t, cst, http.MethodPost, "/diddo/checkout/shipping/method", choose).cart(t); got["id"] != live {
		t.Errorf("the customer's newest cart is %v", got)
	}
	if got := w.askAs(t, cst, http.MethodPost, "/diddo/checkout/shipping", object{"buyer_info": jane}).cart(t); got["checkout_status"] != "in_progress" ||
		got["buyer_identity"].(object)["province_code"] != "IL" {
		t.Errorf("the consumer step gives %v", got)
	}
	fresh := mint("")
	w.askAs(t, fresh, http.MethodPost, "/diddo/checkout/shipping/method", choose).refused(t, http.StatusNotFound, "CART_NOT_FOUND", "")
	for _, other := range []string{template, live, w.mustBegin(t)["cart_id"].(string)} {
		w.askAs(t, fresh, http.MethodPost, "/diddo/checkout/shipping/method", object{"cart_id": other, "method_id": "standard"}).
			refused(t, http.StatusNotFound, "CART_NOT_FOUND", "")
	}
	w.ask(t, http.MethodPost, "/diddo/checkout/cst", object{"buyer_identity": object{"email": "x"}}).
		refused(t, http.StatusBadRequest, "INVALID_REQUEST", "buyer_identity.email")
	w.Clock.Advance(cart.Life)
	w.askAs(t, cst, http.MethodPost, "/diddo/checkout/shipping/method", choose).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
}

func TestAPageOfAnotherOriginMayCallWithACustomersToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, want := range map[string]int{"/diddo/checkout/shipping": http.StatusNoContent, "/diddo/cart/add": http.StatusMethodNotAllowed} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, path, nil)
		request.Header.Set("Access-Control-Request-Method", "POST")
		recorder := httptest.NewRecorder()
		w.kernel.ServeHTTP(recorder, request)
		if recorder.Code != want {
			t.Errorf("%s: a preflight is answered %d", path, recorder.Code)
		}
	}
}

func TestACodeLeadsToThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.mustTemplate(t)
	draw := func(path, accept string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/diddo/checkout/"+template+path, nil)
		request.Header.Set("Authorization", "Bearer "+testKey)
		request.Header.Set("Accept", accept)
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, request)
		return recorder
	}
	for name, c := range map[string]struct{ path, accept, want string }{
		"png by its name":               {"/qr.png", "image/svg+xml", "image/png"},
		"svg by its name":               {"/qr.svg", "image/png", "image/svg+xml"},
		"png for who does not care":     {"/qr", "", "image/png"},
		"png for who takes all":         {"/qr", "*/*", "image/png"},
		"svg for who asks for it":       {"/qr", "text/html, image/svg+xml;q=0.9, */*;q=0.8", "image/svg+xml"},
		"png for who names it first":    {"/qr", "IMAGE/PNG, image/svg+xml", "image/png"},
		"png for who wants what is not": {"/qr", "text/html", "image/png"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drawn := draw(c.path, c.accept)
			if drawn.Code != http.StatusOK || drawn.Header().Get("Content-Type") != c.want {
				t.Fatalf("answered %d %s", drawn.Code, drawn.Header())
			}
			if c.want == "image/png" {
				picture, err := png.Decode(bytes.NewReader(drawn.Body.Bytes()))
				if err != nil || picture.Bounds().Dx() < 100 {
					t.Errorf("the picture is %v (%v)", picture, err)
				}
			} else if !bytes.HasPrefix(drawn.Body.Bytes(), []byte("<svg ")) || bytes.Count(drawn.Body.Bytes(), []byte("M")) < 100 {
				t.Errorf("the picture is %s", drawn.Body)
			}
		})
	}
	t.Run("of a cart that is none", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/qr", "/qr.png", "/qr.svg"} {
			w.ask(t, http.MethodGet, "/diddo/checkout/"+noCart+path, nil).refused(t, http.StatusNotFound, "CART_NOT_FOUND", "")
			w.ask(t, http.MethodGet, "/diddo/checkout/7"+path, nil).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "cart_id")
			w.askAs(t, "", http.MethodGet, "/diddo/checkout/"+template+path, nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
		}
	})
	t.Run("of a cart that was submitted", func(t *testing.T) {
		t.Parallel()
		live := w.mustBegin(t)["cart_id"].(string)
		w.mustPay(t, live, "4242424242424242")
		w.ask(t, http.MethodGet, "/diddo/checkout/"+live+"/qr", nil).refused(t, http.StatusNotFound, "CART_NOT_FOUND", "")
	})
}

func TestATemporaryTokenIsExchangedOnce(t *testing.T) {
	t.Parallel()
	const path = "/diddo/auth/api-key"
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w := newWorld(t)
		for _, bad := range []string{"", "?mode=", "?mode=prod", "?mode=Test"} {
			w.askAs(t, goodToken, method, path+bad, nil).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "mode")
		}
		w.askAs(t, "", method, path+"?mode=test", nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
		w.askAs(t, "dt_bad", method, path+"?mode=test", nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
		w.askAs(t, testKey, method, path+"?mode=test", nil).refused(t, http.StatusForbidden, "FORBIDDEN", "")
		made := w.askAs(t, goodToken, method, path+"?mode=live", nil).wants(t, http.StatusOK).body(t)
		if made["api_key"] != "dk_live_made" || made["mode"] != "live" {
			t.Errorf("made %v", made)
		}
		w.askAs(t, goodToken, method, path+"?mode=live", nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
	}
}

func TestAKeyMayCallAHundredTimesAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *diddo.Config) { cfg.Limiter = diddo.NewLimiter() })
	for i := range diddo.PerMinute {
		header := w.ask(t, http.MethodGet, "/diddo/webhook", nil).wants(t, http.StatusOK).Header()
		if header.Get("X-RateLimit-Limit") != "100" || i == 0 && header.Get("X-RateLimit-Remaining") != "99" || header.Get("Retry-After") != "" {
			t.Fatalf("call %d: %v", i, header)
		}
	}
	refused := w.ask(t, http.MethodGet, "/diddo/webhook", nil)
	refused.refused(t, http.StatusTooManyRequests, "RATE_LIMITED", "")
	if header := refused.Header(); header.Get("Retry-After") != "1" || header.Get("X-RateLimit-Remaining") != "0" || header.Get("X-RateLimit-Reset") != "60" {
		t.Errorf("told %v", header)
	}
	// Another key of the same store has calls of its own.
	w.askAs(t, spareKey, http.MethodGet, "/diddo/webhook", nil).wants(t, http.StatusOK)
	w.Clock.Advance(time.Minute)
	w.ask(t, http.MethodGet, "/diddo/webhook", nil).wants(t, http.StatusOK)
}

func TestTheVersionedPathsAreTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	handler := diddo.Versioned(w.kernel)
	for path, want := range map[string]int{"/diddo/v1/webhook": http.StatusOK, "/diddo/v1/elsewhere": http.StatusNotFound, "/diddo/v1/webhook/7": http.StatusBadRequest} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		request.Header.Set("Authorization", "Bearer "+testKey)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != want {
			t.Errorf("%s answered %d %s", path, recorder.Code, recorder.Body)
		}
	}
}
