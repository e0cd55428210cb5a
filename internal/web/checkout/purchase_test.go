package checkout_test

import (
	"net/http"
	"testing"

	"tillway/internal/pay"
)

func TestPurchaseInABrowser(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, b := s.session(), s.newBrowser()

	first := b.get(page)
	wantStatus(t, first, http.StatusOK)
	wantText(t, first, "Your details", "Acme Books", "A Field Guide", "PDF, 120 pages.", "$10.00", "Test mode", `name="email"`)

	payment := b.follow(page+"/details", buyer())
	wantText(t, payment, "Pay $10.00", "ann@example.test", "4576 7500 0000 0110", "3782 822463 10005", `name="turn" value="0"`)

	receipt := b.follow(page+"/pay", card(goodCard, "0"))
	wantText(t, receipt, "Payment successful", "•••• 0110", "Return to Acme Books", `href="https://acme.example/thanks?order=7"`)
	s.wantCharges(1)
	if s.log.Len() > 0 {
		t.Errorf("a plain purchase logged: %s", s.log)
	}
}

func TestPurchaseInJSON(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.session(), s.newProgram()

	wantState(t, p.get(page), http.StatusOK, pay.CheckoutDetails)
	placed := p.post(page+"/details", buyer())
	wantState(t, placed, http.StatusOK, pay.CheckoutPayment)
	if placed.Amount != "10.00" || placed.Tax != "0.00" || placed.Currency != "USD" || placed.TaxName != pay.NoTax {
		t.Errorf("the quote is %+v", placed.Answer)
	}
	paid := p.post(page+"/pay", card(goodCard, "0"))
	wantState(t, paid, http.StatusOK, pay.CheckoutPaid)
	if paid.OrderID == "" || paid.PaymentID == "" || paid.ReturnURL != "https://acme.example/thanks?order=7" || paid.Turn != 1 {
		t.Errorf("the receipt is %+v", paid.Answer)
	}
	s.wantCharges(1)
}
