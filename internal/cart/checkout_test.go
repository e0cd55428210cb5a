package cart

import (
	"slices"
	"testing"

	"tillway/internal/fault"
)

// The arrows of spec/diddo.md §5, and of money that comes after a failure or a
// cancellation; every other pair of states is refused.
func TestCheckoutsMoveAlongTheirArrows(t *testing.T) {
	t.Parallel()
	all := []CheckoutStatus{CheckoutInitialized, CheckoutInProgress, CheckoutSucceeded, CheckoutFailed, CheckoutCancelled}
	legal := map[CheckoutStatus][]CheckoutStatus{
		CheckoutInitialized: {CheckoutInProgress, CheckoutCancelled},
		CheckoutInProgress:  {CheckoutSucceeded, CheckoutFailed, CheckoutCancelled},
		CheckoutFailed:      {CheckoutInProgress, CheckoutCancelled, CheckoutSucceeded},
		CheckoutCancelled:   {CheckoutSucceeded},
	}
	for _, from := range all {
		for _, to := range all {
			t.Run(string(from)+" to "+string(to), func(t *testing.T) {
				t.Parallel()
				checkout := Checkout{Status: from}
				err := checkout.move(to)
				if from == to || slices.Contains(legal[from], to) {
					if err != nil || checkout.Status != to {
						t.Errorf("it is %s: %v", checkout.Status, err)
					}
					return
				}
				if fault.CodeOf(err) != "checkout_transition" || checkout.Status != from {
					t.Errorf("it is %s: %v", checkout.Status, err)
				}
			})
		}
	}
}
