package checkout_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tillway/internal/cart"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/web/checkout"
	"tillway/internal/web/ui"
)

// cartShop is a shop with the entry of carts in front.
type cartShop struct {
	*paytest.Shop
	carts    *cart.Carts
	mux      *http.ServeMux
	template cart.ID
	openings limited
}

// limited lets a number of openings through.
type limited struct{ left int }

func (l *limited) Allow(string, time.Time) (time.Duration, bool) {
	l.left--
	return 90 * time.Second, l.left >= 0
}

func newCartShop(t *testing.T) *cartShop {
	t.Helper()
	s := &cartShop{carts: cart.New(cart.Config{Records: store.Carts}), mux: http.NewServeMux(), openings: limited{left: 10}}
	s.Shop = paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS), func(cfg *pay.Config) { cfg.Followers = []pay.Follower{s.carts} })
	pages, err := ui.New()
	must(t, err)
	handler, err := checkout.New(checkout.Config{
		Core: s.Core, Tokens: tokens{}, UI: pages, PublicURL: "https://pay.example.test", Openings: &s.openings,
	})
	must(t, err)
	handler.CartRoutes(s.mux, s.carts)
	s.template = s.mustFill(t, 2)
	return s
}

func (s *cartShop) server() pay.Actor {
	return pay.Actor{Kind: pay.ByStore, Store: s.Shop.Shop.ID, Env: pay.Test}
}

func (s *cartShop) mustFill(t *testing.T, quantity int64) cart.ID {
	t.Helper()
	return paytest.MustRun(t, s.Core, s.carts.Add, cart.Change{
		Actor: s.server(), Fresh: cart.ID(s.IDs.ULID()), Item: cart.Item{Variant: s.Product.ID, Quantity: quantity}, At: s.Core.Now(),
	}).ID
}

func (s *cartShop) mustToken(t *testing.T) string {
	t.Helper()
	return paytest.MustRun(t, s.Core, s.carts.Mint, cart.NewCustomer{
		Actor: s.server(), ID: cart.CustomerID(s.IDs.ULID()), Subject: s.IDs.ULID(), Email: "ann@example.test", Secret: id.Secret(s.IDs.Token(32)), At: s.Core.Now(),
	}).Reveal()
}

func (s *cartShop) send(t *testing.T, method, query string, form url.Values, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, "https://pay.example.test/diddo/checkout"+query, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	s.mux.ServeHTTP(recorder, request)
	return recorder
}

func (s *cartShop) rows(t *testing.T) int64 {
	t.Helper()
	return s.Int(t, `SELECT (SELECT COUNT(*) FROM carts) + (SELECT COUNT(*) FROM cart_checkouts) + (SELECT COUNT(*) FROM checkout_sessions)`)
}

// opened is the live cart that an answer leads to.
func (s *cartShop) opened(t *testing.T, answer *httptest.ResponseRecorder) (live cart.Priced) {
	t.Helper()
	to := answer.Header().Get("Location")
	if answer.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/diddo/checkout/") {
		t.Fatalf("answered %d to %q: %s", answer.Code, to, answer.Body)
	}
	must(t, s.Core.View(context.Background(), func(r pay.Records) (err error) {
		live, err = s.carts.Show(r, s.server(), cart.ID(strings.TrimPrefix(to, "/diddo/checkout/")))
		return err
	}))
	return live
}

func TestACartsLinkShowsTheCartAndWritesNothing(t *testing.T) {
	t.Parallel()
	s := newCartShop(t)
	before := s.rows(t)
	shown := s.send(t, http.MethodGet, "?cart_id="+string(s.template), nil)
	for _, want := range []string{
		"2 ×</span> Guide", "$58.00", "Continue to checkout", `name="cart_id" value="` + string(s.template) + `"`, `action="/diddo/checkout"`, "cart_open.", "Test mode",
		"lang=ja",
	} {
		if !strings.Contains(shown.Body.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, shown.Body)
		}
	}
	if policy := shown.Header().Get("Content-Security-Policy"); shown.Code != http.StatusOK || !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Errorf("answered %d under %q", shown.Code, policy)
	}
	told := s.send(t, http.MethodGet, "?cart_id="+strings.ToLower(string(s.template)), nil, "Accept", "application/json")
	if want := `"amount":"58.00"`; told.Code != http.StatusOK || !strings.Contains(strings.ReplaceAll(told.Body.String(), " ", ""), want) {
		t.Errorf("told %s", told.Body)
	}
	if s.rows(t) != before {
		t.Error("looking wrote something")
	}
}

func TestACartIsOpened(t *testing.T) {
	t.Parallel()
	form := func(of cart.ID, token string) url.Values {
		return url.Values{"cart_id": {string(of)}, "auth_token": {token}}
	}

	t.Run("for a guest, a cart of their own each time", func(t *testing.T) {
		t.Parallel()
		s := newCartShop(t)
		first := s.opened(t, s.send(t, http.MethodPost, "", form(s.template, "")))
		second := s.opened(t, s.send(t, http.MethodPost, "", url.Values{"cart_id": {string(s.template)}}))
		if first.ID == second.ID || first.Origin != s.template || first.Checkout.Customer != "" || first.Email != "" {
			t.Errorf("opened %+v and %+v", first.Cart, second.Cart)
		}
	})
	t.Run("for a customer, the same cart again", func(t *testing.T) {
		t.Parallel()
		s := newCartShop(t)
		token := s.mustToken(t)
		first := s.opened(t, s.send(t, http.MethodPost, "", form(s.template, token)))
		second := s.opened(t, s.send(t, http.MethodPost, "", form(s.template, token)))
		if first.ID != second.ID || first.Checkout.Customer == "" || first.Email != "ann@example.test" {
			t.Errorf("opened %+v and %+v", first.Cart, second.Cart)
		}
	})
	t.Run("for a program, which is told where", func(t *testing.T) {
		t.Parallel()
		s := newCartShop(t)
		told := s.send(t, http.MethodPost, "", form(s.template, ""), "Accept", "application/json")
		if told.Code != http.StatusOK || !strings.Contains(told.Body.String(), `https://pay.example.test/diddo/checkout/01`) {
			t.Errorf("answered %d %s", told.Code, told.Body)
		}
	})
	for name, c := range map[string]struct {
		status int
		send   func(t *testing.T, s *cartShop) *httptest.ResponseRecorder
	}{
		"not without a cart": {http.StatusNotFound, func(t *testing.T, s *cartShop) *httptest.ResponseRecorder {
			return s.send(t, http.MethodPost, "", nil)
		}},
		"not of the link's query alone": {http.StatusNotFound, func(t *testing.T, s *cartShop) *httptest.ResponseRecorder {
			return s.send(t, http.MethodPost, "?cart_id="+string(s.template), nil)
		}},
		"not of a cart that is none": {http.StatusNotFound, func(t *testing.T, s *cartShop) *httptest.ResponseRecorder {
			return s.send(t, http.MethodPost, "", form("01JHX3Z8Q2M6S7T9V0W1X2Y3Z4", ""))
		}},
		"not of an id that is none": {http.StatusNotFound, func(t *testing.T, s *cartShop) *httptest.ResponseRecorder {
			return s.send(t, http.MethodGet, "?cart_id=7", nil)
		}},
		"not of an empty cart": {http.StatusServiceUnavailable, func(t *testing.T, s *cartShop) *httptest.ResponseRecorder {
			return s.send(t, http.MethodPost, "", form(s.mustFill(t, 0), ""))
		}},
		"not for a bad token": {http.StatusUnauthorized, func(t *testing.T, s *cartShop) *httptest.ResponseRecorder {
			return s.send(t, http.MethodPost, "", form(s.template, s.mustToken(t)+"x"))
		}},
		"not from another site": {http.StatusForbidden, func(t *testing.T, s *cartShop) *httptest.ResponseRecorder {
			return s.send(t, http.MethodPost, "", form(s.template, ""), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example.test")
		}},
		"not too often": {http.StatusTooManyRequests, func(t *testing.T, s *cartShop) *httptest.ResponseRecorder {
			s.openings.left = 0
			return s.send(t, http.MethodPost, "", form(s.template, ""))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newCartShop(t)
			answer := c.send(t, s)
			if answer.Code != c.status || strings.Contains(answer.Body.String(), "{{") {
				t.Errorf("answered %d %s", answer.Code, answer.Body)
			}
			if n := s.Int(t, `SELECT COUNT(*) FROM cart_checkouts`); n != 0 {
				t.Errorf("%d checkouts were opened", n)
			}
		})
	}
}
