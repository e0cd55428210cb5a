package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay"
)

// Sales of the dialects that say so lead back when they end unpaid
// (spec/waypay.md §7).
func TestAnEndLeadsBack(t *testing.T) {
	t.Parallel()
	refused := url.Values{"answer": {"refuse"}}
	back := func(word string) string { return "https://shop.example/basket?status=" + word + "&order=7" }
	for name, c := range map[string]struct {
		changes []func(*pay.NewSale)
		end     func(s *shop, page string, b *browser) reply
		word    string
	}{
		"by a decline": {
			nil, func(_ *shop, page string, b *browser) reply { return b.post(page+"/pay", card(declinedCard, "0")) }, "FAILED",
		},
		"by the sandbox's button": {
			nil, func(_ *shop, page string, b *browser) reply { return b.post(page+"/pay", pressed("decline")) }, "FAILED",
		},
		"by a wrong password": {
			[]func(*pay.NewSale){inWallet}, func(_ *shop, page string, b *browser) reply {
				b.follow(page+"/pay", wallet())
				return b.post(page+"/challenge", code("000000"))
			}, "FAILED",
		},
		"by whoever gives up at the password": {
			[]func(*pay.NewSale){inWallet}, func(_ *shop, page string, b *browser) reply {
				b.follow(page+"/pay", wallet())
				return b.post(page+"/challenge", refused)
			}, "CANCELLED",
		},
		"by whoever gives up before": {
			nil, func(_ *shop, page string, b *browser) reply { return b.post(page+"/cancel", nil) }, "CANCELLED",
		},
		"by the shop, while the page is open": {
			nil, func(s *shop, page string, b *browser) reply {
				s.cancelAsShop(s.newProgram().get(page).SessionID)
				return b.post(page+"/pay", card(goodCard, "0"))
			}, "CANCELLED",
		},
		"in time, while the page is open": {
			nil, func(s *shop, page string, b *browser) reply {
				s.clock.advance(pay.DefaultSessionLife)
				return b.post(page+"/pay", card(goodCard, "0"))
			}, "EXPIRED",
		},
		"after a wait": {
			nil, func(s *shop, page string, b *browser) reply {
				wantText(s.t, b.follow(page+"/pay", card(expiringCard, "0")), page[len(s.URL):]+"?waited")
				s.clock.advance(2 * time.Minute)
				s.inquire(s.URL + "/store/x/checkout/" + string(s.newProgram().get(page).SessionID))
				return b.get(page + "?waited")
			}, "FAILED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page, b := s.sale(waypay, pay.FormNone, c.changes...), s.newBrowser()
			policy := b.get(page).header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "form-action 'self' https://shop.example;") {
				t.Errorf("the policy is %q", policy)
			}
			s.wantLed(c.end(s, page, b), back(c.word))
			// The page itself stays, and says what happened.
			wantText(t, b.get(page), `href="`+strings.ReplaceAll(back(c.word), "&", "&amp;")+`"`)
			s.wantCharges(0)
		})
	}
	t.Run("and no address is led to that the policy cannot name", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page := s.sale(waypay, pay.FormNone, func(in *pay.NewSale) { in.CancelURL = "https://a.example;script-src/x" })
		b := s.newBrowser()
		if policy := b.get(page).header.Get("Content-Security-Policy"); strings.Contains(policy, "a.example") {
			t.Errorf("the policy is %q", policy)
		}
		s.wantLed(b.post(page+"/cancel", nil), page[len(s.URL):])
	})
	t.Run("and the policy names both addresses", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page := s.sale(waypay, pay.FormNone, func(in *pay.NewSale) { in.CancelURL = "https://basket.example/" })
		policy := s.newBrowser().get(page).header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "form-action 'self' https://shop.example https://basket.example;") {
			t.Errorf("the policy is %q", policy)
		}
	})
	t.Run("and without an address the page stays", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, b := s.sale(waypay, pay.FormNone, func(in *pay.NewSale) { in.CancelURL = "" }), s.newBrowser()
		s.wantLed(b.post(page+"/pay", card(declinedCard, "0")), page[len(s.URL):])
	})
	t.Run("and a program is told where", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		told := s.newProgram().post(s.sale(waypay, pay.FormNone)+"/cancel", nil)
		wantState(t, told, http.StatusOK, pay.CheckoutExpired)
		if told.CancelURL != back("CANCELLED") || told.header.Get("Location") != "" {
			t.Errorf("told %q, led to %q", told.CancelURL, told.header.Get("Location"))
		}
	})
	for dialect, form := range map[pay.Dialect]pay.Form{wayl: pay.FormNone, diddo: pay.FormDelivery} {
		t.Run("and those of "+string(dialect)+" stay", func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page, b := s.sale(dialect, form, func(in *pay.NewSale) {
				in.SuccessURL, in.Methods = "", []connector.Method{connector.Card}
			}), s.newBrowser()
			if policy := b.get(page).header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self';") {
				t.Errorf("the policy is %q", policy)
			}
			s.wantLed(b.post(page+"/cancel", nil), page[len(s.URL):])
		})
	}
}
