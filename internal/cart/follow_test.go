package cart_test

import (
	"slices"
	"testing"
	"time"

	"tillway/internal/cart"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestACheckoutIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		play   func(t *testing.T, s *shop, live cart.Priced)
		want   []string
		status cart.CheckoutStatus
		reason cart.Reason
		cart   cart.Status
	}{
		"that succeeds at the second try": {
			func(t *testing.T, s *shop, live cart.Priced) {
				s.mustPlace(t, live)
				s.mustPress(t, live, declinedCard)
				s.mustPress(t, live, goodCard)
			},
			[]string{"checkout.initialized initialized", "checkout.in_progress in_progress", "checkout.failed failed", "order.completed succeeded"},
			cart.CheckoutSucceeded, "", cart.Submitted,
		},
		"that is cancelled by the third failed payment": {
			func(t *testing.T, s *shop, live cart.Priced) {
				s.mustPlace(t, live)
				for range 3 {
					s.mustPress(t, live, declinedCard)
				}
			},
			[]string{
				"checkout.initialized initialized", "checkout.in_progress in_progress", "checkout.failed failed", "checkout.failed failed",
				"checkout.failed failed", "checkout.cancelled cancelled",
			},
			cart.CheckoutCancelled, cart.TooManyFailures, cart.InProgress,
		},
		"that nobody takes up and that expires": {
			func(t *testing.T, s *shop, _ cart.Priced) {
				s.Clock.Advance(cart.Life)
				s.PlayTimers(t)
			},
			[]string{"checkout.initialized initialized", "checkout.cancelled cancelled"},
			cart.CheckoutCancelled, cart.Expired, cart.InProgress,
		},
		"that its buyer gives up": {
			func(t *testing.T, s *shop, live cart.Priced) {
				s.mustPlace(t, live)
				paytest.MustRun(t, s.Core, pay.CancelSale, pay.SaleCancellation{
					Session: live.Checkout.Session, Actor: pay.Actor{Kind: pay.ByVisitor, Store: live.Store, Env: live.Env}, At: s.Core.Now(),
				})
			},
			[]string{"checkout.initialized initialized", "checkout.in_progress in_progress", "checkout.cancelled cancelled"},
			cart.CheckoutCancelled, cart.GivenUp, cart.InProgress,
		},
		"whose buyer corrects the address": {
			func(t *testing.T, s *shop, live cart.Priced) {
				s.mustPlace(t, live)
				s.mustPlace(t, live)
			},
			[]string{"checkout.initialized initialized", "checkout.in_progress in_progress"},
			cart.CheckoutInProgress, "", cart.InProgress,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, s *shop) {
				live := s.mustBegin(t, s.mustTemplate(t).ID)
				c.play(t, s, live)
				if told := s.told(t); !slices.Equal(told, c.want) {
					t.Errorf("told %q, want %q", told, c.want)
				}
				now := s.mustShow(t, live.ID)
				if now.Checkout.Status != c.status || now.Checkout.Reason != c.reason || now.Status != c.cart {
					t.Errorf("the checkout is %s (%s), the cart %s", now.Checkout.Status, now.Checkout.Reason, now.Status)
				}
			})
		})
	}
}

func TestTheSnapshotOfASale(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		template := s.mustTemplate(t)
		live := s.mustBegin(t, template.ID)
		s.mustPlace(t, live)
		s.mustPress(t, live, goodCard)
		events := s.events(t)
		last := events[len(events)-1]
		got, err := cart.SnapshotOf(last.Noun)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case got.Cart != live.ID, got.Origin != template.ID, got.Checkout != live.Checkout.ID, last.Noun.ID != string(live.Checkout.ID):
			t.Errorf("it names %+v", got)
		case got.Total != usd(5800), got.Subtotal != usd(5800), got.Shipping != usd(0), got.Tax != usd(0):
			t.Errorf("it costs %+v", got)
		case got.Email != "ann@example.test", got.Buyer.FirstName != "Ann", got.Buyer.Country != "NO":
			t.Errorf("it is for %+v", got.Buyer)
		case got.Option != "card", got.Order != last.Sale.Order.ID, got.OrderNumber != string(live.ID[18:]), got.StoreName != "Acme":
			t.Errorf("it says %+v", got)
		case len(got.Lines) != 1, got.Lines[0].Quantity != 2, got.Lines[0].Pin.Title != "Guide":
			t.Errorf("it sold %+v", got.Lines)
		}
		// Every event has a version of its own, so that deliveries in order have one.
		seen := map[int64]bool{}
		for _, e := range events {
			if seen[e.Noun.Row] {
				t.Errorf("two events have version %d", e.Noun.Row)
			}
			seen[e.Noun.Row] = true
		}
	})
}

func TestARefundIsFollowed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		live := s.mustBegin(t, s.mustTemplate(t).ID)
		s.mustPlace(t, live)
		s.mustPress(t, live, goodCard)
		payment := s.MustLook(t, pay.Session{ID: live.Checkout.Session}, "me").Payment
		refund := paytest.MustRun(t, s.Core, pay.RequestRefund, pay.RefundRequest{
			ID: pay.RefundID(s.IDs.New("REF")), Actor: s.server(), Payment: payment.ID, Wait: true, At: s.Core.Now(),
		})
		paytest.MustRun(t, s.Core, pay.ApproveRefund, pay.RefundDecision{ID: refund.ID, Actor: pay.System(pay.Test), By: "Ann", At: s.Core.Now()})
		s.Clock.Advance(time.Minute)
		s.PlayTimers(t)
		told := s.told(t)
		if want := []string{"return.initiated succeeded", "refund.succeeded succeeded"}; !slices.Equal(told[len(told)-2:], want) {
			t.Errorf("told %q, want %q at the end", told, want)
		}
	})
}
