package pay_test

import (
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// An outcome may stay unknown for days. Whoever waits for it must not write a
// row every few seconds for as long.
func TestExpiryWaitsEverLonger(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		session := mustStartShort(t, s, timeoutMoved)
		const wake = `SELECT wake_at FROM timers WHERE kind = 'expiry'`
		var moved int
		for last, end := s.Int(t, wake), s.Clock.Now().Add(12*time.Hour); s.Clock.Now().Before(end); {
			s.Clock.Advance(time.Minute)
			s.PlayTimers(t)
			if at := s.Int(t, wake); at != last {
				moved, last = moved+1, at
			}
		}
		if look := s.MustLook(t, session, "me"); look.Order.Status != pay.OrderPending {
			t.Errorf("the order is %s while nobody knows", look.Order.Status)
		}
		if moved > 20 {
			t.Errorf("the timer was written %d times in half a day", moved)
		}
	}, withProvider(func(p *provider) { p.mute = true }))
}

// The end of the attempt that expiry waited for is when the session ends, and
// not whenever the timer would have looked again.
func TestExpiryFollowsTheEndOfTheAttempt(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		session := mustStartShort(t, s, challenged)
		s.Clock.Advance(10 * time.Minute)
		s.PlayTimers(t)
		if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutChallenge {
			t.Fatalf("state %s", look.State)
		}
		answer := connector.CustomerInput{Fields: map[string]string{"answer": "refuse"}}
		if err := s.Core.Continue(t.Context(), pay.Continuation{Session: session.ID, Visitor: "me", Input: answer}); err != nil {
			t.Fatal(err)
		}
		s.PlayTimers(t)
		look := s.MustLook(t, session, "me")
		if look.Order.Status != pay.OrderCanceled || look.Session.Status != pay.SessionEnded {
			t.Errorf("order %s, session %s", look.Order.Status, look.Session.Status)
		}
	})
}
