package checkout_test

import (
	"net/http"
	"strings"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/pay"
)

// ready is a checkout at its payment step, and the program that got it there.
func (s *shop) ready(changes ...func(*pay.NewSession)) (page string, p *browser) {
	s.t.Helper()
	page, p = s.session(changes...), s.newProgram()
	wantState(s.t, p.post(page+"/details", buyer()), http.StatusOK, pay.CheckoutPayment)
	return page, p
}

func TestCardWithMistakes(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready()
	for name, c := range map[string]struct{ field, value, text string }{
		"no number":              {"number", "", "Enter your card number"},
		"a short number":         {"number", "4242 4242", "Enter the whole card number"},
		"letters for a number":   {"number", "4242abcd42424242", "Enter the whole card number"},
		"no expiry":              {"expiry", " ", "Enter the expiry date of your card"},
		"a month that is none":   {"expiry", "13/30", "as month and year"},
		"an expiry without year": {"expiry", "12", "as month and year"},
		"a month that is over":   {"expiry", "10/26", "This card has expired"},
		"no code":                {"cvc", "", "Enter the security code"},
		"a code of two digits":   {"cvc", "12", "Enter the 3 or 4 digits"},
		"a name without end":     {"holder", strings.Repeat("x", 200), "Enter a shorter name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := card(goodCard, "0", c.field, c.value)
			told := p.post(page+"/pay", form)
			wantState(t, told, http.StatusUnprocessableEntity, pay.CheckoutPayment)
			if len(told.Errors) != 1 || told.Errors[0].Field != c.field {
				t.Errorf("errors are %v, want one of %s", told.Errors, c.field)
			}
			drawn := s.newBrowser().post(page+"/pay", form)
			wantStatus(t, drawn, http.StatusUnprocessableEntity)
			wantText(t, drawn, c.text, `href="#`+c.field+`"`)
			if strings.Contains(drawn.body, `value="`+goodCard) || strings.Contains(drawn.body, `value="123"`) {
				t.Error("the card's number or code came back into the page")
			}
		})
	}
	t.Run("charges nothing", func(t *testing.T) { s.wantCharges(0) })
}

func TestCardAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for name, pairs := range map[string][]string{
		"in groups":              {"number", "4576 7500 0000 0110"},
		"with dashes":            {"number", "4576-7500-0000-0110"},
		"expiry with spaces":     {"expiry", "12 / 34"},
		"expiry with four":       {"expiry", "12/2034"},
		"expiry without a slash": {"expiry", "1234"},
		"expiry this month":      {"expiry", "11/26"},
		"no method named":        {"method", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page, p := s.ready()
			wantState(t, p.post(page+"/pay", card(goodCard, "0", pairs...)), http.StatusOK, pay.CheckoutPaid)
		})
	}
}

func TestDecline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		number string
		reason connector.Reason
		kind   connector.Decline
		unsent bool
		text   string
	}{
		"of the bank":                 {declinedCard, connector.ReasonGeneric, connector.Soft, false, "Your bank declined the payment. You can try again, or use another card."},
		"of a lost card tells no why": {lostCard, connector.ReasonLostCard, connector.Hard, false, "Your bank declined the payment. Please use another card."},
		"when nothing was sent":       {unsentCard, "", "", true, "could not be reached. You have not been charged"},
		"of the request":              {rejectedCard, connector.ReasonInvalidRequest, "", false, "could not be processed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page, p := s.ready()
			told := p.post(page+"/pay", card(c.number, "0"))
			wantState(t, told, http.StatusPaymentRequired, pay.CheckoutPayment)
			if told.Decline == nil || told.Decline.Kind != c.kind || told.Decline.Unsent != c.unsent {
				t.Fatalf("the decline is %+v", told.Decline)
			}
			if !c.unsent && told.Decline.Reason != c.reason {
				t.Errorf("the reason is %q, want %q", told.Decline.Reason, c.reason)
			}
			p.header.Set("Accept", "text/html")
			wantText(t, p.get(page), c.text, "No payment was made", `name="turn" value="1"`)
			s.wantCharges(0)
			p.header.Set("Accept", "application/json")
			wantState(t, p.post(page+"/pay", card(goodCard, "1")), http.StatusOK, pay.CheckoutPaid)
			s.wantCharges(1)
		})
	}
}

func TestDeclineIsToldOnlyToWhoWasDeclined(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready()
	p.post(page+"/pay", card(declinedCard, "0"))
	other := s.newProgram().get(page)
	if other.State != pay.CheckoutPayment || other.Decline != nil {
		t.Errorf("another visitor sees %q and %+v", other.State, other.Decline)
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	all := func(in *pay.NewSession) { in.Include = nil }

	t.Run("every one is a choice", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready(all)
		p.header.Set("Accept", "text/html")
		wantText(t, p.get(page), `value="card" checked`, `value="applepay"`, `value="googlepay"`, `value="wechat"`, "How do you want to pay?")
	})
	t.Run("a wallet needs no card", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready(all)
		paid := p.post(page+"/pay", with(card("", "0"), []string{"method", "wechat", "expiry", "", "cvc", ""}))
		wantState(t, paid, http.StatusOK, pay.CheckoutPaid)
	})
	t.Run("one that is not offered is refused", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready()
		got := p.post(page+"/pay", card(goodCard, "0", "method", "applepay"))
		wantState(t, got, http.StatusUnprocessableEntity, pay.CheckoutPayment)
		if len(got.Errors) != 1 || got.Errors[0].Field != "method" {
			t.Errorf("errors are %v", got.Errors)
		}
		s.wantCharges(0)
	})
}

func TestZeroDecimalCurrency(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready(func(in *pay.NewSession) { in.Currency = "JPY" })
	p.header.Set("Accept", "text/html")
	wantText(t, p.get(page), "Pay ¥4,500")
}

// What the seller says of a price that is final is shown and not counted
// (spec/waypay.md §4).
func TestDiscountAndTaxInTheSellersWords(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	told := func(discount, tax string) func(*pay.NewSale) {
		return func(in *pay.NewSale) { in.Item.Discount, in.Item.Tax = discount, tax }
	}
	page := s.sale(waypay, pay.FormNone, told("10% <b>", "15"))
	for language, labels := range map[string][2]string{
		"en": {"Discount", "Tax"}, "ar": {"الخصم", "الضريبة"}, "ckb": {"داشکاندن", "باج"}, "ja": {"割引", "税"}, "zh-Hans": {"折扣", "税费"},
	} {
		wantText(t, s.newBrowser().get(page+"?lang="+language), `<dt>`+labels[0]+`</dt><dd><bdi>10% &lt;b&gt;</bdi></dd>`,
			`<dt>`+labels[1]+`</dt><dd><bdi>15</bdi></dd>`)
	}
	if got := s.newProgram().get(page); got.Amount != "10.00" || got.Tax != "0.00" {
		t.Errorf("asked for %s with the tax %s", got.Amount, got.Tax)
	}
	b := s.newBrowser()
	b.post(page+"/pay", pressed("approve"))
	wantText(t, b.get(page), `<dd><bdi>15</bdi></dd>`)
	s.wantNone(s.newBrowser().get(s.sale(waypay, pay.FormNone)), "Discount", "<dt>Tax")
}
