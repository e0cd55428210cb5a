package checkout_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/pay"
)

func TestSuccessLeadsOn(t *testing.T) {
	t.Parallel()
	policyOf := func(got reply) string { return got.header.Get("Content-Security-Policy") }

	t.Run("from a dialect's sale, and its policy lets it", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, b := s.sale(wayl, pay.FormNone), s.newBrowser()
		if policy := policyOf(b.get(page)); !strings.Contains(policy, "form-action 'self' https://shop.example;") {
			t.Errorf("the policy is %q", policy)
		}
		paid := b.post(page+"/pay", pressed("approve"))
		s.wantLed(paid, thanks)
		// The page itself stays a receipt, and every later form leads on again.
		wantText(t, b.get(page), "shop.example", "Basket")
		s.wantLed(b.post(page+"/pay", pressed("approve")), thanks)
		s.wantLed(b.post(page+"/cancel", nil), thanks)
	})
	t.Run("not from the shop's own", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, b := s.session(), s.newBrowser()
		payment := b.follow(page+"/details", buyer())
		if policy := policyOf(payment); !strings.Contains(policy, "form-action 'self';") {
			t.Errorf("the policy is %q", policy)
		}
		s.wantLed(b.post(page+"/pay", card(goodCard, "0")), page[len(s.URL):])
		wantStatus(t, b.get(page+"?waited"), http.StatusOK)
	})
	t.Run("not without an address", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, b := s.sale(wayl, pay.FormNone, func(in *pay.NewSale) { in.SuccessURL = "" }), s.newBrowser()
		s.wantLed(b.post(page+"/pay", pressed("approve")), page[len(s.URL):])
		wantStatus(t, b.get(page+"?waited"), http.StatusOK)
	})
	t.Run("a program is told where", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		paid := s.newProgram().post(s.sale(wayl, pay.FormNone)+"/pay", pressed("approve"))
		wantState(t, paid, http.StatusOK, pay.CheckoutPaid)
		if paid.ReturnURL != thanks || paid.header.Get("Location") != "" {
			t.Errorf("told %q, led to %q", paid.ReturnURL, paid.header.Get("Location"))
		}
	})
	for name, hostile := range map[string]string{
		"a host that would end the directive": "https://a.example;script-src/x",
		"a host that would add another":       "https://a.example,b.example/x",
		"a host that is a star":               "https://*/x",
		"a host of other letters, and a star": "https://متجر*.example/x",
		"a host of letters that mean a slash": "https://a.example℀.b.example/x",
		"a host of letters that are none":     "https://a\u2024;b.example/x",
	} {
		t.Run(name+" gets into no policy, and the receipt stays", func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page, b := s.sale(wayl, pay.FormNone, func(in *pay.NewSale) { in.SuccessURL = hostile }), s.newBrowser()
			if policy := policyOf(b.get(page)); !strings.Contains(policy, "form-action 'self';") || strings.Contains(policy, "a.example") || strings.Contains(policy, "*") {
				t.Errorf("the policy is %q", policy)
			}
			// Where the browser could not follow, it must not be sent.
			s.wantLed(b.post(page+"/pay", pressed("approve")), page[len(s.URL):])
			wantStatus(t, b.get(page+"?waited"), http.StatusOK)
		})
	}
	for name, c := range map[string]struct{ address, source, to string }{
		"a host of other letters by its ASCII form": {"https://متجر.example/x?a=b#c", "https://xn--pgbep1f.example", "https://xn--pgbep1f.example/x?a=b#c"},
		"capitals of other letters as well":         {"https://BÜCHER.example:8443?a=b", "https://xn--bcher-kva.example:8443", "https://xn--bcher-kva.example:8443?a=b"},
		"a host with an underscore":                 {"https://my_shop.example/x", "https://my_shop.example", "https://my_shop.example/x"},
	} {
		t.Run("to "+name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page, b := s.sale(wayl, pay.FormNone, func(in *pay.NewSale) { in.SuccessURL = c.address }), s.newBrowser()
			if policy := policyOf(b.get(page)); !strings.Contains(policy, "form-action 'self' "+c.source+";") {
				t.Errorf("the policy is %q", policy)
			}
			s.wantLed(b.post(page+"/pay", pressed("approve")), c.to)
			s.wantLed(b.get(page+"?waited"), c.to)
		})
	}
	t.Run("an address keeps what would end a line or an attribute", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, b := s.sale(wayl, pay.FormNone, func(in *pay.NewSale) { in.SuccessURL = `https://shop.example/"><script>é?a=b;c` }), s.newBrowser()
		paid := b.post(page+"/pay", pressed("approve"))
		wantStatus(t, paid, http.StatusSeeOther)
		if to := paid.header.Get("Location"); !strings.HasPrefix(to, "https://shop.example/") || strings.ContainsAny(to, "\r\n") {
			t.Errorf("led to %q", to)
		}
		s.wantNone(b.get(page), "<script>")
	})
}

func TestAPageThatWaitedLeadsOn(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, b := s.sale(wayl, pay.FormNone), s.newBrowser()
	waiting := b.follow(page+"/pay", card(pendingCard, "0"))
	path := page[len(s.URL):]
	wantText(t, waiting, `data-poll="waiting"`, path+"?waited")
	wantStatus(t, b.get(page+"?waited=1"), http.StatusOK) // still waits

	s.clock.advance(2 * time.Minute)
	s.inquire(s.URL + "/store/x/checkout/" + string(s.newProgram().get(page).SessionID))
	s.wantLed(b.get(page+"?waited=1"), thanks)
	s.wantLed(b.get(page+"?waited"), thanks)
	wantStatus(t, b.get(page), http.StatusOK)
	// Whoever has not paid is led nowhere.
	other := s.newBrowser().get(page + "?waited=1")
	wantStatus(t, other, http.StatusOK)
	wantText(t, other, "already")
	s.wantNone(other, "shop.example")
}
