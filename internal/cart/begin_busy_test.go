package cart_test

import (
	"testing"
	"time"

	"tillway/internal/cart"
)

// pendingCard stays pending for a minute, then succeeds.
const pendingCard = "4576750000001574"

// A checkout whose payment is still open when its time is up is not over: another
// one of the same cart could be paid as well.
func TestACartThatIsBeingPaidIsNotBegunAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		live := s.mustBegin(t, s.mustTemplate(t).ID)
		s.mustPlace(t, live)
		s.Clock.Advance(cart.Life - time.Second)
		s.mustPress(t, live, pendingCard)
		s.Clock.Advance(10 * time.Second)
		if again := s.mustBegin(t, live.ID); again.ID != live.ID || again.Checkout.ID != live.Checkout.ID {
			t.Errorf("begun anew as %s while %s is being paid", again.ID, live.ID)
		}
		s.Clock.Advance(10 * time.Minute)
		s.PlayTimers(t)
		if now := s.mustShow(t, live.ID); now.Status != cart.Submitted {
			t.Errorf("the cart is %s once its payment has succeeded", now.Status)
		}
	})
}
