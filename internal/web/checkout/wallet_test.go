package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/pay"
)

// wallet is a payment from a mobile wallet; pairs change fields.
func wallet(pairs ...string) url.Values {
	return with(url.Values{"method": {"jazzcash"}, "turn": {"0"}, "phone": {"0312 3456789"}, "cnic": {""}}, pairs)
}

// code is an answer to a wallet's question.
func code(digits string) url.Values { return url.Values{"code": {digits}} }

func TestWalletAccount(t *testing.T) {
	t.Parallel()
	s := newShop(t)

	t.Run("is asked for, prefilled, instead of a card", func(t *testing.T) {
		t.Parallel()
		drawn := s.newBrowser().get(s.sale(waypay, pay.FormNone, inWallet, func(in *pay.NewSale) {
			in.Buyer = pay.Buyer{Phone: "03001112233", NationalID: "4210112345671"}
		}))
		wantText(t, drawn, `name="phone" type="tel" value="03001112233"`, `name="cnic" type="text" value="4210112345671"`, `name="method" value="jazzcash"`)
		s.wantNone(drawn, "cc-number", `name="sandbox"`)
	})
	for name, c := range map[string]struct{ field, value, text string }{
		"no number":                    {"phone", " ", "Enter the mobile number of your wallet"},
		"a short number":               {"phone", "0312345678", "Enter a mobile number such as"},
		"a number of a house":          {"phone", "02112345678", "Enter a mobile number such as"},
		"letters for a number":         {"phone", "0312345678x", "Enter a mobile number such as"},
		"a number of another country":  {"phone", "00964 7501234567", "Enter a mobile number such as"},
		"a short identity number":      {"cnic", "421011234567", "Enter the 13 digits of your CNIC"},
		"letters in an identity":       {"cnic", "42101-1234567-x", "Enter the 13 digits of your CNIC"},
		"a method that is not offered": {"method", "easypaisa", "Choose how"},
	} {
		t.Run(name+" is told beside its field", func(t *testing.T) {
			t.Parallel()
			page := s.sale(waypay, pay.FormNone, inWallet)
			told := s.newProgram().post(page+"/pay", wallet(c.field, c.value))
			wantState(t, told, http.StatusUnprocessableEntity, pay.CheckoutPayment)
			if fieldsOf(told) != c.field {
				t.Errorf("fields at fault are %q, want %q", fieldsOf(told), c.field)
			}
			drawn := s.newBrowser().post(page+"/pay", wallet(c.field, c.value))
			wantStatus(t, drawn, http.StatusUnprocessableEntity)
			wantText(t, drawn, c.text)
			if c.field != "method" {
				wantText(t, drawn, `id="`+c.field+`-error"`, `value="`+c.value+`"`)
			}
		})
	}
	for name, pairs := range map[string][]string{
		"with dashes":               {"phone", "0312-345-6789"},
		"with the country's code":   {"phone", "+92 312 3456789"},
		"with 0092":                 {"phone", "00923123456789"},
		"in the digits of Urdu":     {"phone", "۰۳۱۲۳۴۵۶۷۸۹"},
		"with an identity":          {"cnic", "42101-1234567-1"},
		"with an identity of space": {"cnic", "  "},
	} {
		t.Run(name+" is taken", func(t *testing.T) {
			t.Parallel()
			got := s.newProgram().post(s.sale(waypay, pay.FormNone, inWallet)+"/pay", wallet(pairs...))
			wantState(t, got, http.StatusOK, pay.CheckoutChallenge)
			if got.Action == nil || got.Action.Kind != connector.OneTimeCode {
				t.Errorf("the action is %+v", got.Action)
			}
		})
	}
}

func TestOneTimeCode(t *testing.T) {
	t.Parallel()
	// asked is a sale at a wallet's question, seen by a browser and a program of
	// one visitor.
	asked := func(t *testing.T) (s *shop, page string, b, p *browser) {
		s = newShop(t)
		page, b, p = s.sale(waypay, pay.FormNone, inWallet), s.newBrowser(), s.newProgram()
		p.client.Jar = b.client.Jar
		wantText(t, b.follow(page+"/pay", wallet()), "Enter the one-time password", "JazzCash has sent a code", "Tries left: 3", "one-time-code", `value="refuse"`)
		return s, page, b, p
	}
	t.Run("that is right pays and leads on", func(t *testing.T) {
		t.Parallel()
		s, page, b, _ := asked(t)
		s.wantLed(b.post(page+"/challenge", code("123 456")), thanks)
		s.wantCharges(1)
	})
	t.Run("in other digits is right too", func(t *testing.T) {
		t.Parallel()
		_, page, _, p := asked(t)
		wantState(t, p.post(page+"/challenge", code("١٢٣٤٥٦")), http.StatusOK, pay.CheckoutPaid)
	})
	t.Run("that is wrong keeps the page, with a try less", func(t *testing.T) {
		t.Parallel()
		s, page, b, p := asked(t)
		drawn := b.post(page+"/challenge", code("111111"))
		wantStatus(t, drawn, http.StatusUnprocessableEntity)
		wantText(t, drawn, "That code is not right", "Tries left: 2", `id="code-error"`)
		s.wantNone(drawn, "111111")
		told := p.post(page+"/challenge", code("111111"))
		wantState(t, told, http.StatusUnprocessableEntity, pay.CheckoutChallenge)
		if fieldsOf(told) != "code" || told.Action.Data[connector.ActionTries] != "1" {
			t.Errorf("told %v and %+v", told.Errors, told.Action)
		}
		wantText(t, b.get(page), "Tries left: 1")
		gone := p.post(page+"/challenge", code("111111"))
		wantState(t, gone, http.StatusGone, pay.CheckoutExpired)
		if gone.Ended != pay.EndedByDecline || gone.Decline == nil || gone.Decline.Reason != connector.ReasonAuthentication {
			t.Errorf("it ended %q, declined %+v", gone.Ended, gone.Decline)
		}
		s.wantCharges(0)
	})
	t.Run("that cannot be one costs no try", func(t *testing.T) {
		t.Parallel()
		s, page, b, p := asked(t)
		for _, typed := range []string{"", "12a4", strings.Repeat("1", 13)} {
			drawn := b.post(page+"/challenge", code(typed))
			wantStatus(t, drawn, http.StatusUnprocessableEntity)
			wantText(t, drawn, "Enter the digits of the code", "Tries left: 3")
			told := p.post(page+"/challenge", code(typed))
			wantState(t, told, http.StatusUnprocessableEntity, pay.CheckoutChallenge)
			if fieldsOf(told) != "code" || told.Action.Data[connector.ActionTries] != "3" {
				t.Errorf("%q: told %v and %+v", typed, told.Errors, told.Action)
			}
		}
		// A bank's yes is no answer to a wallet.
		told := p.post(page+"/challenge", url.Values{"answer": {"approve"}})
		wantState(t, told, http.StatusUnprocessableEntity, pay.CheckoutChallenge)
		s.wantCharges(0)
	})
	t.Run("refused gives the payment up", func(t *testing.T) {
		t.Parallel()
		s, page, b, p := asked(t)
		b.post(page+"/challenge", url.Values{"answer": {"refuse"}})
		wantText(t, b.get(page), "This payment was cancelled", "You have not been charged", "status=CANCELLED")
		told := p.get(page)
		wantState(t, told, http.StatusOK, pay.CheckoutExpired)
		if told.Ended != pay.EndedByHand || told.Decline == nil || told.Decline.Reason != connector.ReasonCancelled {
			t.Errorf("it ended %q, declined %+v", told.Ended, told.Decline)
		}
		s.wantCharges(0)
	})
	t.Run("is not another visitor's to type", func(t *testing.T) {
		t.Parallel()
		s, page, _, p := asked(t)
		wantState(t, s.newProgram().post(page+"/challenge", code("123456")), http.StatusConflict, pay.CheckoutBeingPaid)
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutChallenge)
		s.wantCharges(0)
	})
}
