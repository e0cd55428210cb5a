package pay_test

import (
	"errors"
	"strings"
	"testing"

	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// TestForeignSpellings holds look-ups by what stands in an address or a header
// against texts that nothing is called: they find nothing, and they are no
// failure of the server, even when a database could not hold them.
func TestForeignSpellings(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		for _, text := range []string{"", "\xff\xfe", "a\x00", strings.Repeat("a", 100_000), "%00", "../..", "' OR 1=1"} {
			err := s.Core.View(t.Context(), func(r pay.Records) error {
				_, err := r.StoreBySlug(text)
				return err
			})
			if !errors.Is(err, pay.ErrStoreNotFound) {
				t.Errorf("a store under the slug %.20q: %v", text, err)
			}
			if _, err := s.Core.LookAtOffer(t.Context(), pay.OfferQuery{Slug: s.Shop.Slug, Product: pay.ProductID(text), Env: pay.Test}); !errors.Is(err, pay.ErrProductNotFound) {
				t.Errorf("a product under the id %.20q: %v", text, err)
			}
		}
		if _, err := s.Core.LookAtOffer(t.Context(), pay.OfferQuery{Slug: s.Shop.Slug, Product: s.Product.ID, Env: pay.Test}); err != nil {
			t.Errorf("the shop's own product: %v", err)
		}
	})
}
