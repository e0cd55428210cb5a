package pay_test

import (
	"context"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestStop(t *testing.T) {
	t.Parallel()
	t.Run("waits for a call under way and commits its result, even when it gives up on it", func(t *testing.T) {
		t.Parallel()
		for name, patient := range map[string]bool{"patient": true, "out of patience": false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				eachOdd(t, func(t *testing.T, s *paytest.Shop, odd *oddity) {
					session := s.MustOpen(t)
					s.MustPlace(t, session)
					asked, goOn := make(chan struct{}), make(chan struct{})
					odd.afterBegin = func() { close(asked); <-goOn }
					paid := make(chan error, 1)
					go func() { paid <- s.Core.Pay(t.Context(), paytest.Card(session, "me", 0, goodCard)) }()
					<-asked

					stopping, giveUp := context.WithCancel(t.Context())
					defer giveUp()
					if !patient {
						giveUp()
					}
					stopped := make(chan struct{})
					go func() { s.Core.Stop(stopping); close(stopped) }()
					for fault.KindOf(s.Core.Pay(t.Context(), paytest.Card(session, "me", 9, goodCard))) != fault.Unavailable {
						continue // until Stop has closed the door
					}
					close(goOn)
					<-stopped
					if err := <-paid; err != nil {
						t.Errorf("the buyer is told %v", err)
					}
					if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
						t.Errorf("state %s", look.State)
					}
					wantAtRest(t, s)
				})
			})
		}
	})
}

func TestCallLimit(t *testing.T) {
	t.Parallel()
	t.Run("is not begun with when the attempt took too long to commit", func(t *testing.T) {
		t.Parallel()
		s, odd, db := newLossyShop(t)
		session := s.MustOpen(t)
		s.MustPlace(t, session)
		db.losses = []loss{lostAfter}
		db.onLoss = func() { s.Clock.Advance(10 * time.Second) }
		mustPay(t, s, paytest.Card(session, "me", 0, goodCard))
		look := s.MustLook(t, session, "me")
		if look.State != pay.CheckoutPayment || !look.Unsent || odd.begun.Load() != 0 {
			t.Fatalf("%s, unsent %t, %d calls", look.State, look.Unsent, odd.begun.Load())
		}
		mustPay(t, s, paytest.Card(session, "me", look.Turn, goodCard))
		wantBalances(t, s, sold)
		wantAtRest(t, s)
	})
	t.Run("is waited for before a provider is believed not to know an attempt that may still be on its way", func(t *testing.T) {
		t.Parallel()
		eachOdd(t, func(t *testing.T, s *paytest.Shop, odd *oddity) {
			// A node hangs between its call and the answer; the other one asks.
			session := s.MustOpen(t)
			s.MustPlace(t, session)
			asked, goOn := make(chan struct{}), make(chan struct{})
			odd.begin = func(charge connector.Charge) connector.Result {
				close(asked)
				<-goOn
				return odd.Connector.Begin(context.Background(), charge)
			}
			paid := make(chan error, 1)
			go func() { paid <- s.Core.Pay(t.Context(), paytest.Card(session, "me", 0, goodCard)) }()
			<-asked
			// The last byte may leave ten seconds after the commit, and the
			// provider may take its time from then on.
			s.Clock.Advance(10*time.Second + s.Simulator.Describe().MaxBlock + 4*time.Second)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutWaiting {
				t.Errorf("state %s: another charge could start", look.State)
			}
			close(goOn)
			if err := <-paid; err != nil {
				t.Error(err)
			}
			wantAtRest(t, s)
		})
	})
}
