package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
)

func TestTaxFollowsTheCountry(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	rate, err := money.ParsePercent("19")
	must(t, err)
	_, err = pay.Run(context.Background(), s.core, pay.ReplaceTaxTable, pay.NewTaxTable{At: s.core.Now(), Rows: []pay.TaxRow{
		{Country: "DE", TaxRate: pay.TaxRate{Name: "VAT", Rate: rate}},
	}})
	must(t, err)
	b := newTab(t, true)
	b.open(s.session())
	b.wantText("Calculated in the next step", "$29.00")
	b.choose("country", "DE")
	b.wantText("VAT (19%)", "$5.51", "$34.51")
	b.wantAccessible("details with tax")
	b.choose("country", "JP")
	b.wantText("$0.00")
	b.choose("country", "DE")
	b.fill("email", "ann@example.test")
	b.submit("Continue to payment")
	b.wantText("Pay $34.51", "VAT (19%)")
}

func TestPayByHand(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, err := pay.Run(context.Background(), s.core, pay.SetManualInstructions, pay.ManualInstructions{
		Actor: pay.System(pay.Test), Store: s.store.ID, Text: "Transfer to IBAN DE00 1234 5678\nor pay at the counter.", At: s.core.Now(),
	})
	must(t, err)
	b := newTab(t, true)
	b.reachPayment(s.session(func(in *pay.NewSession) { in.Include = []connector.Method{connector.Card, connector.Bank} }))
	b.wantAccessible("payment with a choice of bank transfer")
	b.run(chromedp.Click(chromedp.CSS("[name=method][value=bank]")))
	b.submit("Pay $29.00")
	b.see("Please send your payment")
	b.wantText("Transfer to IBAN DE00 1234 5678", "or pay at the counter.", "Your reference")
	for name, as := range map[string]look{
		"light": desktop, "dark": {width: 1280, height: 860, dark: true}, "on a phone": phone, "on the smallest phone": {width: 320, height: 568},
	} {
		b.run(appearing(as))
		b.wantAccessible("paying by hand, " + name)
	}
}
