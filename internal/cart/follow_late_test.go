package cart_test

import (
	"slices"
	"testing"
	"time"

	"tillway/internal/cart"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// lateCard expires, and is captured a minute after that.
const lateCard = "4576750000007779"

func TestMoneyThatComesAfterTheCancellation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy pay.LateCapture
		status cart.CheckoutStatus
		cart   cart.Status
		last   string // event
	}{
		"submits the cart of a store that honours it": {pay.HonourLate, cart.CheckoutSucceeded, cart.Submitted, "order.completed succeeded"},
		"goes back in any other":                      {pay.RefundLate, cart.CheckoutCancelled, cart.InProgress, "checkout.cancelled cancelled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, s *shop) {
				paytest.MustRun(t, s.Core, pay.UpdateStore, pay.StoreUpdate{
					ID: s.Shop.Shop.ID, Actor: s.Actor(), LateCapture: pay.To(c.policy), At: s.Core.Now(),
				})
				live := s.mustBegin(t, s.mustTemplate(t).ID)
				s.mustPlace(t, live)
				s.mustPress(t, live, lateCard)
				s.Clock.Advance(time.Minute)
				s.PlayTimers(t)
				paytest.MustRun(t, s.Core, pay.CancelSale, pay.SaleCancellation{
					Session: live.Checkout.Session, Actor: pay.Actor{Kind: pay.ByVisitor, Store: live.Store, Env: live.Env}, At: s.Core.Now(),
				})
				for range 4 {
					s.Clock.Advance(10 * time.Minute)
					s.PlayTimers(t)
				}
				now := s.mustShow(t, live.ID)
				if now.Checkout.Status != c.status || now.Status != c.cart {
					t.Errorf("the checkout is %s (%s), the cart %s", now.Checkout.Status, now.Checkout.Reason, now.Status)
				}
				if told := s.told(t); told[len(told)-1] != c.last || !slices.Contains(told, "checkout.cancelled cancelled") {
					t.Errorf("told %q", told)
				}
			})
		})
	}
}
