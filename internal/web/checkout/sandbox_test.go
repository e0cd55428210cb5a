package checkout_test

import (
	"net/http"
	"net/url"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/pay"
)

func TestSandboxButtons(t *testing.T) {
	t.Parallel()
	const buttons = `name="sandbox" value="approve"`

	t.Run("decide the outcome of a sale in the test environment", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page := s.sale(wayl, pay.FormNone)
		wantText(t, s.newBrowser().get(page), buttons, `name="sandbox" value="decline"`, "cc-number", "Test mode")
		p := s.newProgram()
		declined := p.post(page+"/pay", pressed("decline"))
		wantState(t, declined, http.StatusPaymentRequired, pay.CheckoutPayment)
		wantState(t, p.post(page+"/pay", with(pressed("approve"), []string{"turn", "1"})), http.StatusOK, pay.CheckoutPaid)
		s.wantCharges(1)
	})
	t.Run("start one attempt for a turn", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page := s.sale(wayl, pay.FormNone)
		stale := s.newProgram().post(page+"/pay", with(pressed("approve"), []string{"turn", "7"}))
		wantState(t, stale, http.StatusConflict, pay.CheckoutPayment)
		s.wantCharges(0)
	})
	for name, start := range map[string]func(s *shop) (page string, form url.Values){
		"on the shop's own pages": func(s *shop) (string, url.Values) {
			page, _ := s.ready()
			return page, pressed("approve")
		},
		"where no card is taken": func(s *shop) (string, url.Values) {
			return s.sale(waypay, pay.FormNone, inWallet), pressed("approve")
		},
		"where no card is taken, beside an account": func(s *shop) (string, url.Values) {
			return s.sale(waypay, pay.FormNone, inWallet), wallet("sandbox", "approve")
		},
		"on a live page": func(s *shop) (string, url.Values) {
			s.takeByHand("IBAN DE00 1234")
			return s.sale(waypay, pay.FormNone, live), pressed("approve")
		},
		"on a live page, beside a method": func(s *shop) (string, url.Values) {
			s.takeByHand("IBAN DE00 1234")
			return s.sale(waypay, pay.FormNone, live), with(pressed("approve"), []string{"method", "bank"})
		},
		"of another name": func(s *shop) (string, url.Values) {
			return s.sale(waypay, pay.FormNone), with(card(goodCard, "0"), []string{"sandbox", "maybe"})
		},
	} {
		t.Run("are not "+name+", and a press starts nothing", func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page, form := start(s)
			if name != "of another name" {
				s.wantNone(s.newBrowser().get(page), buttons, "Test mode: decide")
			}
			got := s.newProgram().post(page+"/pay", form)
			wantState(t, got, http.StatusUnprocessableEntity, pay.CheckoutPayment)
			wantStatus(t, s.newBrowser().post(page+"/pay", form), http.StatusUnprocessableEntity)
			wantState(t, s.newProgram().get(page), http.StatusOK, pay.CheckoutPayment)
			s.wantCharges(0)
		})
	}
	t.Run("and a live page has no card form", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		s.takeByHand("IBAN DE00 1234")
		drawn := s.newBrowser().get(s.sale(waypay, pay.FormNone, live))
		wantText(t, drawn, `name="method" value="bank"`)
		s.wantNone(drawn, "cc-number", "cc-csc", `name="sandbox"`, goodCard, "4576 7500", "Test mode")
	})
	t.Run("a buyer may choose among them and others", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		drawn := s.newBrowser().get(s.sale(waypay, pay.FormNone, func(in *pay.NewSale) {
			in.Methods = []connector.Method{connector.Card, connector.JazzCash, connector.Easypaisa}
		}))
		wantText(t, drawn, buttons, `value="card" checked`, `value="jazzcash"`, `value="easypaisa"`, `name="cnic"`, "cc-number")
	})
}
