package pay_test

import (
	"slices"
	"testing"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestLookAtOffer(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		prices, err := pay.NewPrices([]pay.Price{
			{Amount: money.New(2900, "USD"), TaxCategory: pay.Ebook},
			{Amount: money.New(2700, "EUR"), TaxCategory: pay.Ebook},
			{Amount: money.New(9900, "CHF"), TaxCategory: pay.Ebook}, // no method charges it
		})
		if err != nil {
			t.Fatal(err)
		}
		made := paytest.MustRun(t, s.Core, pay.CreateProduct, pay.NewProduct{
			ID: pay.ProductID(s.IDs.New("PROD")), VersionID: pay.VersionID(s.IDs.New("PVER")), Actor: acting(s, pay.Test),
			Store: s.Shop.ID, Name: "Three prices", Prices: prices, At: s.Core.Now(),
		})
		ask := pay.OfferQuery{Slug: s.Shop.Slug, Product: made.ID, Env: pay.Test}

		offer, err := s.Core.LookAtOffer(t.Context(), ask)
		if err != nil || offer.Price.Amount != money.New(2900, "USD") || !slices.Equal(offer.Currencies, []money.Currency{"EUR", "USD"}) {
			t.Errorf("without a currency the offer is %v in %v, %v", offer.Price, offer.Currencies, err)
		}
		for wanted, want := range map[string]fault.Kind{"EUR": 0, "CHF": fault.Invalid, "GBP": fault.Invalid, "usd": fault.Invalid} {
			ask := ask
			ask.Currency = wanted
			offer, err := s.Core.LookAtOffer(t.Context(), ask)
			if fault.KindOf(err) != want || want == 0 && string(offer.Price.Amount.Currency()) != wanted {
				t.Errorf("asked for %s the offer is %v, %v", wanted, offer.Price, err)
			}
		}
		for name, change := range map[string]func(*pay.OfferQuery){
			"an unknown store":    func(q *pay.OfferQuery) { q.Slug = "nobody-00000000" },
			"an unknown product":  func(q *pay.OfferQuery) { q.Product = pay.ProductID(s.IDs.New("PROD")) },
			"one never published": func(q *pay.OfferQuery) { q.Env = pay.Prod },
			"nothing":             func(q *pay.OfferQuery) { q.Product = "" },
		} {
			ask := ask
			change(&ask)
			if _, err := s.Core.LookAtOffer(t.Context(), ask); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s is answered %v, want not found", name, err)
			}
		}
		paytest.MustRun(t, s.Core, pay.ChangeProductStatus, pay.ProductStatusChange{
			ID: made.ID, Actor: acting(s, pay.Test), Status: pay.ProductInactive, At: s.Core.Now(),
		})
		if _, err := s.Core.LookAtOffer(t.Context(), ask); !fault.Is(err, fault.NotFound) {
			t.Errorf("an inactive product is answered %v, want not found", err)
		}
	})
}
