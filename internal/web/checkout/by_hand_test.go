package checkout_test

import (
	"net/http"
	"strings"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/pay"
)

func TestPaymentByHand(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.takeByHand("IBAN DE00 1234\n<Acme> & Co")
	both := func(in *pay.NewSession) { in.Include = []connector.Method{connector.Card, connector.Bank} }

	t.Run("a choice is offered, and the card form with it", func(t *testing.T) {
		page, b := s.session(both), s.newBrowser()
		payment := b.follow(page+"/details", buyer())
		wantText(t, payment, "How do you want to pay?", `value="card" checked`, `value="bank"`, "Bank transfer", "cc-number")
	})
	t.Run("the merchant's lists are obeyed", func(t *testing.T) {
		without := func(in *pay.NewSession) { in.Include, in.Exclude = nil, []connector.Method{connector.Bank} }
		for name, change := range map[string]func(*pay.NewSession){"not included": func(*pay.NewSession) {}, "excluded": without} {
			p := s.newProgram()
			page := s.session(change)
			placed := p.post(page+"/details", buyer())
			for _, method := range placed.Methods {
				if method == connector.Bank {
					t.Errorf("%s: a bank transfer is offered", name)
				}
			}
			if got := p.post(page+"/pay", card("", "0", "method", "bank")); got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: a bank transfer was taken: %d", name, got.status)
			}
		}
	})
	t.Run("the page says how, escaped and in its lines, and keeps others out", func(t *testing.T) {
		page, b := s.session(byHand), s.newBrowser()
		payment := b.follow(page+"/details", buyer())
		if strings.Contains(payment.body, "cc-number") {
			t.Error("a card form is shown where no card is taken")
		}
		waiting := b.follow(page+"/pay", card("", "0", "method", "bank"))
		wantText(t, waiting, "Please send your payment", "IBAN DE00 1234\n&lt;Acme&gt; &amp; Co", "Your reference", `data-poll="waiting"`, "$10.00")
		wantText(t, s.newBrowser().get(page), "This checkout is being paid")
		// A second press changes nothing.
		again := b.follow(page+"/pay", card("", "0", "method", "bank"))
		wantText(t, again, "Please send your payment")
	})
}
