package diddo_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rsc.io/qr"

	"tillway/internal/api/diddo"
	"tillway/internal/cart"
	"tillway/internal/id"
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
	parsed, err := id.ParseULID(live)
	if err != nil {
		t.Fatal(err)
	}
	if same := w.ask(t, http.MethodPost, begin+parsed.String(), nil).wants(t, http.StatusOK).body(t); same["checkout_id"] != first["checkout_id"] {
		t.Errorf("by its id as a UUID it is %v", same)
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
		nameless := w.mustTemplate(t)
		w.ask(t, http.MethodPost, "/diddo/cart/customer", object{"cart_id": nameless, "buyer_identity": object{"first_name": "Jane"}}).wants(t, http.StatusOK)
		w.ask(t, http.MethodPost, "/diddo/checkout/"+nameless, nil).refused(t, http.StatusBadRequest, "BUYER_IDENTITY_MISSING", "cart_id")
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
	for name, c := range map[string]struct {
		settings           map[string]string
		success, cancelled string
	}{
		"by addresses of its own": {
			map[string]string{"diddo.success_url": "https://platform.example.test/thanks?a=1", "diddo.cancel_url": "https://platform.example.test/back"},
			"https://platform.example.test/thanks?a=1&cart_id=CART&checkout_id=CHECKOUT&status=succeeded",
			"https://platform.example.test/back?cart_id=CART&checkout_id=CHECKOUT&status=cancelled",
		},
		"nowhere when none is set": {},
		"with members of the same names replaced": {
			map[string]string{
				"diddo.success_url": "https://platform.example.test/?cart_id=7&z=1&status=new&status=old", "diddo.cancel_url": "https://platform.example.test/?checkout_id=#end",
			},
			"https://platform.example.test/?cart_id=CART&checkout_id=CHECKOUT&status=succeeded&z=1",
			"https://platform.example.test/?cart_id=CART&checkout_id=CHECKOUT&status=cancelled#end",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for setting, value := range c.settings {
				w.mustSet(t, setting, value)
			}
			begun := w.mustBegin(t)
			session := w.mustSession(t, begun["cart_id"].(string))
			filled := strings.NewReplacer("CART", begun["cart_id"].(string), "CHECKOUT", begun["checkout_id"].(string))
			if session.SuccessURL != filled.Replace(c.success) {
				t.Errorf("paid: %s", session.SuccessURL)
			}
			if session.CancelURL != filled.Replace(c.cancelled) {
				t.Errorf("given up: %s", session.CancelURL)
			}
			if session.Form != pay.FormDelivery || session.Item.Name != "Guide" || session.Item.Description != "2 × Guide" {
				t.Errorf("the sale is %+v", session)
			}
		})
	}
}

func TestACheckoutThatEndedIsBegunAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	begun := w.mustBegin(t)
	live := begun["cart_id"].(string)
	w.mustSet(t, "diddo.shipping_methods", `[{"id":"parcel","title":"Parcel","price":"4.95"}]`)
	w.Clock.Advance(cart.Life)
	// Whether its timer has run makes no difference to who asks.
	for range 2 {
		delivered := w.ask(t, http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": live, "buyer_info": jane})
		chosen := w.ask(t, http.MethodPost, "/diddo/checkout/shipping/method", object{"cart_id": live, "method_id": "parcel"})
		for _, answer := range []answer{delivered, chosen} {
			answer.refused(t, http.StatusBadRequest, "INVALID_REQUEST", "")
			if reason := answer.body(t)["error"].(object)["details"].(object)["reason"]; reason != "checkout_ended" {
				t.Errorf("the reason is %v", reason)
			}
		}
		w.PlayTimers(t)
	}
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
	if who := w.ask(t, http.MethodGet, "/diddo/cart/"+live, nil).cart(t)["buyer_identity"].(object); who["first_name"] != "Jane" || who["email"] != "jane@example.test" {
		t.Errorf("what the token says of its customer becomes %v", who)
	}
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
	w.Clock.Advance(cart.Life - time.Second)
	w.askAs(t, cst, http.MethodPost, "/diddo/checkout/shipping/method", choose).wants(t, http.StatusOK)
	w.askAs(t, cst, http.MethodPost, "/diddo/checkout/shipping/method", object{"cart_id": "", "method_id": "standard"}).
		refused(t, http.StatusBadRequest, "INVALID_REQUEST", "cart_id")
	w.Clock.Advance(time.Second)
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
	encoded, err := qr.Encode("https://pay.example.test/diddo/checkout?cart_id="+template, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	draw := func(path string, accept ...string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/diddo/checkout/"+template+path, nil)
		request.Header.Set("Authorization", "Bearer "+testKey)
		request.Header["Accept"] = accept
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, request)
		return recorder
	}
	for name, c := range map[string]struct {
		path   string
		accept []string
		want   string
	}{
		"png by its name":                     {"/qr.png", []string{"image/svg+xml"}, "image/png"},
		"svg by its name":                     {"/qr.svg", []string{"image/png"}, "image/svg+xml"},
		"png for who does not say":            {"/qr", nil, "image/png"},
		"png for who does not care":           {"/qr", []string{""}, "image/png"},
		"png for who takes all":               {"/qr", []string{"*/*"}, "image/png"},
		"svg for who asks for it":             {"/qr", []string{"text/html, image/svg+xml;q=0.9, */*;q=0.8"}, "image/svg+xml"},
		"png for who names it first":          {"/qr", []string{"IMAGE/PNG, image/svg+xml"}, "image/png"},
		"svg for who names it first":          {"/qr", []string{"image/svg+xml, image/png"}, "image/svg+xml"},
		"png for who wants what is not":       {"/qr", []string{"text/html"}, "image/png"},
		"png for who likes it more":           {"/qr", []string{"image/svg+xml;q=0.3, image/png;q=0.8"}, "image/png"},
		"svg for who likes it more":           {"/qr", []string{"image/png;q=0.3, image/svg+xml ; Q=0.8"}, "image/svg+xml"},
		"png for who takes no svg":            {"/qr", []string{"image/svg+xml;q=0, image/*"}, "image/png"},
		"svg for who takes no png":            {"/qr", []string{"image/png;q=0, */*;q=0.1"}, "image/svg+xml"},
		"svg for who refuses png alone":       {"/qr", []string{"image/png;q=0.000"}, "image/svg+xml"},
		"svg for who says so on another line": {"/qr", []string{"image/png;q=0.5", "image/svg+xml"}, "image/svg+xml"},
		"png for who likes all images less":   {"/qr", []string{"image/*;q=0.1, image/png"}, "image/png"},
		"png for who says it badly":           {"/qr", []string{"image/svg+xml;q=much, image/png;q=0.1"}, "image/png"},
		"png for who likes svg beyond bounds": {"/qr", []string{"image/svg+xml;q=7, image/png;q=0.1"}, "image/png"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drawn := draw(c.path, c.accept...)
			if drawn.Code != http.StatusOK || drawn.Header().Get("Content-Type") != c.want {
				t.Fatalf("answered %d %s", drawn.Code, drawn.Header())
			}
			if c.want == "image/png" {
				if !bytes.Equal(drawn.Body.Bytes(), encoded.PNG()) {
					t.Error("the picture is not of the page's address")
				}
				return
			}
			if missing := undrawn(t, drawn.Body.String(), encoded); missing != 0 {
				t.Errorf("%d modules are not those of the page's address", missing)
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

// undrawn counts the modules of a code that a picture has in the other colour.
func undrawn(t *testing.T, svg string, code *qr.Code) (wrong int) {
	t.Helper()
	const quiet = 4
	dark := map[[2]int]bool{}
	_, path, found := strings.Cut(svg, `<path d="`)
	path, _, ended := strings.Cut(path, `z"/></svg>`)
	if !found || !ended || !strings.HasPrefix(svg, "<svg ") {
		t.Fatalf("the picture is %s", svg)
	}
	for _, run := range strings.Split(path, "z") {
		var x, y, long, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h-%d", &x, &y, &long, &back); err != nil || long != back {
			t.Fatalf("a run is %q", run)
		}
		for i := range long {
			dark[[2]int{x - quiet + i, y - quiet}] = true
		}
	}
	for y := -quiet; y < code.Size+quiet; y++ {
		for x := -quiet; x < code.Size+quiet; x++ {
			if dark[[2]int{x, y}] != code.Black(x, y) {
				wrong++
			}
		}
	}
	return wrong
}

func TestATemporaryTokenIsExchangedOnce(t *testing.T) {
	t.Parallel()
	const path = "/diddo/auth/api-key"
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w := newWorld(t)
		for _, bad := range []string{"", "?mode=", "?mode=prod", "?mode=Test"} {
			w.askAs(t, goodToken, method, path+bad, nil).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "mode")
		}
		w.askAs(t, goodToken, method, path+"?mode=test&mode=live", nil).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "mode")
		w.askAs(t, goodToken, method, path+"?mode=%zz", nil).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "mode")
		for _, bad := range []string{"", "?mode=prod", "?mode=%zz"} {
			w.askAs(t, "dt_bad", method, path+bad, nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
		}
		w.askAs(t, "", method, path+"?mode=test", nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
		w.askAs(t, "dt_bad", method, path+"?mode=test", nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
		w.askAs(t, testKey, method, path+"?mode=test", nil).refused(t, http.StatusForbidden, "FORBIDDEN", "")
		// Each method, in another mode.
		mode := map[string]string{http.MethodGet: "live", http.MethodPost: "test"}[method]
		made := w.askAs(t, goodToken, method, path+"?mode="+mode, nil).wants(t, http.StatusOK).body(t)
		if made["api_key"] != "dk_"+mode+"_made" || made["mode"] != mode {
			t.Errorf("made %v", made)
		}
		w.askAs(t, goodToken, method, path+"?mode="+mode, nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
		w.askAs(t, goodToken, method, path, nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
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
	of := w.mustTemplate(t)
	for path, want := range map[string]int{
		"/diddo/v1/webhook": http.StatusOK, "/diddo/v1/elsewhere": http.StatusNotFound, "/diddo/v1/webhook/7": http.StatusBadRequest,
		"/diddo/v1/cart/status/" + of: http.StatusOK, "/diddo/%761/cart/status/" + of: http.StatusOK,
		// An escaped slash separates nothing, as without the version.
		"/diddo/v1/cart/status%2F" + of: http.StatusBadRequest, "/diddo/%761/cart/status%2f" + of: http.StatusBadRequest,
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		request.Header.Set("Authorization", "Bearer "+testKey)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != want {
			t.Errorf("%s answered %d %s", path, recorder.Code, recorder.Body)
		}
	}
}
