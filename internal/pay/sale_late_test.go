package pay_test

import (
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// slowCard is pending for a minute.
const slowCard = "4576750000001574"

func TestACaptureOfAnotherAmountIsFollowedAsADecline(t *testing.T) {
	t.Parallel()
	eachLinks(t, "", func(t *testing.T, s *paytest.Shop, f *follower) {
		session := paytest.MustRun(t, s.Core, pay.CreateSale, newSale(s, pay.FormContact))
		mustContact(t, s, session)
		mustPress(t, s, session, slowCard)
		mustCaptureLess(t, s, session)
		if last := f.steps[len(f.steps)-1]; last != pay.StepDeclined {
			t.Errorf("followed %v", f.steps)
		}
		if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPayment {
			t.Errorf("the page shows %s", look.State)
		}
	})
}

func TestACaptureOfAnotherAmountEndsASaleOfOneTry(t *testing.T) {
	t.Parallel()
	eachLinks(t, pay.StepDeclined, func(t *testing.T, s *paytest.Shop, _ *follower) {
		session := paytest.MustRun(t, s.Core, pay.CreateSale, newSale(s, pay.FormNone))
		mustPress(t, s, session, slowCard)
		mustCaptureLess(t, s, session)
		if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutExpired || look.Order.Status != pay.OrderCanceled {
			t.Errorf("the page shows %s, the order is %s", look.State, look.Order.Status)
		}
	})
}

func TestACaptureOfAnotherAmountLetsACheckoutExpireThatWaitedForIt(t *testing.T) {
	t.Parallel()
	eachLinks(t, "", func(t *testing.T, s *paytest.Shop, f *follower) {
		in := newSale(s, pay.FormContact)
		in.Life = 10 * time.Second
		session := paytest.MustRun(t, s.Core, pay.CreateSale, in)
		mustContact(t, s, session)
		mustPress(t, s, session, slowCard)
		s.Clock.Advance(in.Life)
		if err := s.Core.Expire(t.Context(), session.ID, 0); err != nil { // and waits for the attempt
			t.Fatal(err)
		}
		mustCaptureLess(t, s, session)
		if wake := s.Int(t, `SELECT wake_at FROM timers WHERE kind = 'expiry'`); wake > s.Core.Now().UnixMicro() {
			t.Errorf("the checkout expires %v after the end of its attempt", time.Duration(wake-s.Core.Now().UnixMicro())*time.Microsecond)
		}
	})
}

// mustCaptureLess has the provider take another amount than it was asked to.
func mustCaptureLess(t *testing.T, s *paytest.Shop, session pay.Session) {
	t.Helper()
	payment := s.MustLook(t, session, "me").Payment.ID
	var attempt pay.Attempt
	err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		attempt, err = r.LastAttempt(payment)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Core.Settle(attempt.ID, connector.Result{Outcome: connector.Succeeded, Captured: money.New(1000, "IQD")}); err != nil {
		t.Fatal(err)
	}
}
