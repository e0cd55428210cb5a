package checkout_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/money"
	"tillway/internal/pay"
)

// taxGermany loads 19 % for Germany.
func (s *shop) taxGermany() {
	s.t.Helper()
	rate, err := money.ParsePercent("19")
	must(s.t, err)
	_, err = pay.Run(context.Background(), s.core, pay.ReplaceTaxTable, pay.NewTaxTable{At: s.core.Now(), Rows: []pay.TaxRow{
		{Country: "DE", TaxRate: pay.TaxRate{Name: "VAT", Rate: rate}},
	}})
	must(s.t, err)
}

func TestTaxBeforeTheOrder(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.taxGermany()
	page, p := s.session(), s.newProgram()

	t.Run("what is typed so far is enough", func(t *testing.T) {
		got := p.post(page+"/tax", url.Values{"country": {"de"}})
		wantStatus(t, got, http.StatusOK)
		var figures struct {
			Tax, TaxName, TaxRate, Amount string
			Shown                         struct{ TaxLabel, Tax, Total string }
		}
		must(t, json.Unmarshal([]byte(got.body), &figures))
		if figures.Tax != "1.90" || figures.TaxName != "VAT" || figures.TaxRate != "19" || figures.Amount != "11.90" {
			t.Errorf("the figures are %+v", figures)
		}
		if figures.Shown.TaxLabel != "VAT (19%)" || figures.Shown.Tax != "$1.90" || figures.Shown.Total != "$11.90" {
			t.Errorf("the words are %+v", figures.Shown)
		}
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutDetails) // no order was placed
	})
	t.Run("a country that is missing or wrong is named", func(t *testing.T) {
		for _, country := range []string{"", "XX"} {
			got := p.post(page+"/tax", url.Values{"country": {country}})
			if got.status != http.StatusUnprocessableEntity || len(got.Errors) != 1 || got.Errors[0].Field != "country" {
				t.Errorf("country %q: %d %s", country, got.status, got.body)
			}
		}
	})
	t.Run("a page without a script shows what is known", func(t *testing.T) {
		wantText(t, s.newBrowser().get(page), "Calculated in the next step", "$10.00")
		known := s.session(func(in *pay.NewSession) { in.Billing = pay.Billing{Country: "DE"} })
		first := s.newBrowser().get(known)
		wantText(t, first, "VAT (19%)", "$1.90", "$11.90")
		if strings.Contains(first.body, "Calculated in the next step") {
			t.Error("the tax is known and is not shown")
		}
	})
	t.Run("a closed checkout says so", func(t *testing.T) {
		s.clock.advance(pay.DefaultSessionLife)
		wantState(t, p.post(page+"/tax", url.Values{"country": {"DE"}}), http.StatusGone, pay.CheckoutExpired)
	})
}
