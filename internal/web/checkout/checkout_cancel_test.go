package checkout_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/pay"
)

func TestGivingUp(t *testing.T) {
	t.Parallel()
	const button = `/cancel"`

	t.Run("whoever has the page may, and finds the way back", func(t *testing.T) {
		t.Parallel()
		for _, c := range []struct {
			dialect pay.Dialect
			form    pay.Form
			back    string
			leads   bool
		}{
			{waypay, pay.FormNone, "https://shop.example/basket?status=CANCELLED&order=7", true},
			{diddo, pay.FormDelivery, "https://shop.example/basket?status=x&order=7", false},
		} {
			s := newShop(t)
			page := s.sale(c.dialect, c.form)
			wantText(t, s.newBrowser().get(page), `action="`+page[len(s.URL):]+button, "Cancel the payment")
			b, to := s.newBrowser(), page[len(s.URL):]
			if c.leads {
				to = c.back
			}
			s.wantLed(b.post(page+"/cancel", nil), to)
			link := `href="` + strings.ReplaceAll(c.back, "&", "&amp;") + `" rel="noreferrer"`
			wantText(t, b.get(page), "This payment was cancelled", "You have not been charged", link, "<bdi>shop.example</bdi>")
			s.wantNone(b.get(page), button)
			again := s.newProgram().post(page+"/cancel", nil)
			wantState(t, again, http.StatusGone, pay.CheckoutExpired)
			wantState(t, s.newProgram().post(page+"/pay", pressed("approve")), http.StatusGone, pay.CheckoutExpired)
			s.wantCharges(0)
		}
	})
	t.Run("after a decline, and with an order that was placed", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.sale(diddo, pay.FormDelivery), s.newProgram()
		wantState(t, p.post(page+"/details", delivery()), http.StatusOK, pay.CheckoutPayment)
		wantState(t, p.post(page+"/pay", card(declinedCard, "0")), http.StatusPaymentRequired, pay.CheckoutPayment)
		wantText(t, p.asPage(page), page[len(s.URL):]+button)
		s.clock.advance(time.Second)
		got := p.post(page+"/cancel", nil)
		wantState(t, got, http.StatusOK, pay.CheckoutExpired)
		if got.Ended != pay.EndedByHand || got.CancelURL != gaveUp {
			t.Errorf("it ended %q and leads to %q", got.Ended, got.CancelURL)
		}
	})
	t.Run("after a press that never left, which was given up and not declined", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.sale(wayl, pay.FormNone), s.newProgram()
		wantState(t, p.post(page+"/pay", card(unsentCard, "0")), http.StatusPaymentRequired, pay.CheckoutPayment)
		if got := p.post(page+"/cancel", nil); got.status != http.StatusOK || got.Ended != pay.EndedByHand {
			t.Errorf("answered %d, ended %q", got.status, got.Ended)
		}
	})
	t.Run("is refused while it is being paid", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.sale(waypay, pay.FormNone), s.newProgram()
		wantState(t, p.post(page+"/pay", card(pendingCard, "0")), http.StatusAccepted, pay.CheckoutWaiting)
		wantState(t, p.post(page+"/cancel", nil), http.StatusAccepted, pay.CheckoutWaiting)
		wantState(t, s.newProgram().post(page+"/cancel", nil), http.StatusConflict, pay.CheckoutBeingPaid)
		s.wantNone(p.asPage(page), button)
		s.clock.advance(2 * time.Minute)
		s.inquire(s.URL + "/store/x/checkout/" + string(p.get(page).SessionID))
		wantState(t, p.post(page+"/cancel", nil), http.StatusOK, pay.CheckoutPaid)
		s.wantCharges(1)
	})
	for name, open := range map[string]func(s *shop) string{
		"a link that asks for contacts": func(s *shop) string { return s.sale(wayl, pay.FormContact) },
		"a session of the shop":         func(s *shop) string { return s.session() },
	} {
		t.Run(name+" cannot be given up", func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page := open(s)
			s.wantNone(s.newBrowser().get(page), button)
			wantState(t, s.newProgram().post(page+"/cancel", nil), http.StatusOK, pay.CheckoutDetails)
			s.newBrowser().post(page+"/cancel", nil)
			wantState(t, s.newProgram().get(page), http.StatusOK, pay.CheckoutDetails)
		})
	}
}

func TestEndedSales(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end   func(s *shop, page string, p *browser)
		why   pay.CheckoutEnd
		words []string
		back  string
	}{
		"in time": {
			func(s *shop, _ string, _ *browser) { s.clock.advance(pay.DefaultSessionLife) },
			pay.EndedByTime,
			[]string{"This checkout has expired", "Ask Acme Books for a new link"},
			"https://shop.example/basket?status=EXPIRED&amp;order=7",
		},
		"by the shop": {
			func(s *shop, page string, p *browser) { s.cancelAsShop(p.get(page).SessionID) },
			pay.EndedByHand,
			[]string{"This payment was cancelled"},
			"https://shop.example/basket?status=CANCELLED&amp;order=7",
		},
		"by a decline": {
			func(s *shop, page string, p *browser) {
				wantState(s.t, p.post(page+"/pay", card(declinedCard, "0")), http.StatusGone, pay.CheckoutExpired)
			},
			pay.EndedByDecline,
			[]string{"The payment was declined", "Your bank declined the payment. You have not been charged", "takes no other payment"},
			"https://shop.example/basket?status=FAILED&amp;order=7",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page, p := s.sale(waypay, pay.FormNone), s.newProgram()
			wantState(t, p.get(page), http.StatusOK, pay.CheckoutPayment)
			c.end(s, page, p)
			told := p.get(page)
			wantState(t, told, http.StatusOK, pay.CheckoutExpired)
			if told.Ended != c.why {
				t.Errorf("it ended %q, want %q", told.Ended, c.why)
			}
			wantText(t, p.asPage(page), append(c.words, `href="`+c.back+`"`)...)
			s.wantNone(p.asPage(page), "You can try again", "use another card", `name="turn"`)
			// Others read why it ended, but not what the bank said.
			other := s.newBrowser().get(page)
			wantText(t, other, c.words[0])
			s.wantNone(other, "Your bank declined")
		})
	}
	t.Run("leads nowhere when nobody said where", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, b := s.sale(waypay, pay.FormNone, func(in *pay.NewSale) { in.CancelURL = "" }), s.newBrowser()
		b.post(page+"/cancel", nil)
		s.wantNone(b.get(page), "noreferrer", "shop.example")
	})
	t.Run("leads back from no page that can still be paid", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page := s.sale(waypay, pay.FormNone)
		s.wantNone(s.newBrowser().get(page), "basket")
		if told := s.newProgram().get(page); told.CancelURL != "" {
			t.Errorf("an open checkout leads back to %q", told.CancelURL)
		}
	})
}
