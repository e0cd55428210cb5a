package diddo_test

import (
	"testing"

	"tillway/internal/cart"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// mustOpen opens a cart's hosted page with a customer's token and returns the
// live cart.
func (w *world) mustOpen(t *testing.T, of, token string) string {
	t.Helper()
	var claims cart.Claims
	err := w.Core.View(t.Context(), func(r pay.Records) (err error) {
		claims, err = w.carts.Verify(r, id.Secret(token), w.Core.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(paytest.MustRun(t, w.Core, w.carts.Open, cart.Opening{
		Cart: cart.ID(of), Token: &claims, At: w.Core.Now(),
		Minted: cart.Minted{Cart: cart.ID(w.IDs.ULID()), Checkout: cart.CheckoutID(w.IDs.ULID()), Session: pay.SessionID(w.IDs.Session())},
	}).ID)
}
