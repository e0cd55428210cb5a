package pay_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const (
	goodCard     = "4576750000000110"
	declinedCard = "4576750000000220"
	brokeCard    = "4000000000009995" // insufficient funds
	challenged   = "4000000000003220"
)

func TestSale(t *testing.T) {
	t.Parallel()
	t.Run("completes order, payment, session, ledger and event together", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := s.MustOpen(t)
			order := s.MustPlace(t, session)
			if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", 0, goodCard)); err != nil {
				t.Fatal(err)
			}
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutPaid || look.Order.Status != pay.OrderCompleted || look.Order.ID != order.ID {
				t.Fatalf("state %s, order %s", look.State, look.Order.Status)
			}
			if look.Payment.Charged != money.New(2900, "USD") || look.Payment.Receipt.Last4 != "0110" {
				t.Fatalf("payment %+v", look.Payment)
			}
			if look.Order.BuyerEmail != "buyer@example.com" {
				t.Fatalf("buyer %q", look.Order.BuyerEmail)
			}
			wantBalances(t, s, map[string]int64{"provider/simulator": 2900, "store/pending": -2900})
			if n := s.Int(t, `SELECT COUNT(*) FROM events WHERE type = 'order.completed' AND event_key = $1`, look.Payment.ID); n != 1 {
				t.Fatalf("%d events", n)
			}
			if n := s.Timers(t); n != 0 {
				t.Fatalf("%d timers left", n)
			}
			if other := s.MustLook(t, session, "somebody"); other.State != pay.CheckoutUsed {
				t.Fatalf("another browser sees %s", other.State)
			}
		})
	})
	t.Run("a decline leaves the session open for another attempt", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := s.MustOpen(t)
			s.MustPlace(t, session)
			mustPay(t, s, paytest.Card(session, "me", 0, brokeCard))
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutPayment || look.LastReason != connector.ReasonInsufficientFunds || look.LastKind != connector.Soft || look.Turn != 1 {
				t.Fatalf("%+v", look)
			}
			if look.Payment.Status != pay.PaymentFailed {
				t.Fatalf("payment %s", look.Payment.Status)
			}
			wantBalances(t, s, map[string]int64{})
			mustPay(t, s, paytest.Card(session, "me", look.Turn, goodCard))
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
		})
	})
	t.Run("a stale turn starts nothing", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := s.MustOpen(t)
			s.MustPlace(t, session)
			mustPay(t, s, paytest.Card(session, "me", 0, declinedCard))
			mustPay(t, s, paytest.Card(session, "me", 0, goodCard)) // the second click of a double click
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPayment || look.Turn != 1 {
				t.Fatalf("state %s turn %d", look.State, look.Turn)
			}
		})
	})
	t.Run("a challenge that is approved pays, one that is refused does not", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			for answer, want := range map[string]pay.CheckoutState{"approve": pay.CheckoutPaid, "refuse": pay.CheckoutPayment} {
				session := s.MustOpen(t)
				s.MustPlace(t, session)
				mustPay(t, s, paytest.Card(session, "me", 0, challenged))
				if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutChallenge {
					t.Fatalf("state %s", look.State)
				}
				if look := s.MustLook(t, session, "you"); look.State != pay.CheckoutBeingPaid {
					t.Fatalf("another browser sees %s", look.State)
				}
				input := connector.CustomerInput{Fields: map[string]string{"answer": answer}}
				err := s.Core.Continue(t.Context(), pay.Continuation{Session: session.ID, Visitor: "you", Input: input})
				if !errors.Is(err, pay.ErrOtherVisitor) {
					t.Fatalf("another browser answers: %v", err)
				}
				for range 2 { // the second answer changes nothing
					if err := s.Core.Continue(t.Context(), pay.Continuation{Session: session.ID, Visitor: "me", Input: input}); err != nil {
						t.Fatal(err)
					}
				}
				if look := s.MustLook(t, session, "me"); look.State != want {
					t.Fatalf("after %s: %s", answer, look.State)
				}
			}
			wantBalances(t, s, map[string]int64{"provider/simulator": 2900, "store/pending": -2900})
		})
	})
	t.Run("sixty-four buyers of one session are charged once", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := s.MustOpen(t)
			s.MustPlace(t, session)
			var wg sync.WaitGroup
			for i := range 64 {
				wg.Go(func() {
					err := s.Core.Pay(context.Background(), paytest.Card(session, string(rune('A'+i)), 0, goodCard))
					if err != nil && !errors.Is(err, pay.ErrOtherVisitor) {
						t.Errorf("buyer %d: %v", i, err)
					}
				})
			}
			wg.Wait()
			wantBalances(t, s, map[string]int64{"provider/simulator": 2900, "store/pending": -2900})
			if n := s.Int(t, `SELECT COUNT(*) FROM attempts`); n != 1 {
				t.Fatalf("%d attempts", n)
			}
		})
	})
	t.Run("an order places again with new details while nothing is being paid", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := s.MustOpen(t)
			first := s.MustPlace(t, session)
			placement := s.Placement(session)
			placement.BuyerEmail = "other@example.com"
			second := paytest.MustRun(t, s.Core, pay.PlaceOrder, placement).Order
			if second.ID != first.ID || second.BuyerEmail != "other@example.com" {
				t.Fatalf("%+v", second)
			}
			// A page that was drawn for the old details starts nothing.
			mustPay(t, s, paytest.Card(session, "me", 0, challenged))
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutPayment {
				t.Fatalf("state %s", look.State)
			}
			mustPay(t, s, paytest.Card(session, "me", look.Turn, challenged))
			if _, err := pay.Run(t.Context(), s.Core, pay.PlaceOrder, placement); !errors.Is(err, pay.ErrBeingPaid) {
				t.Fatalf("while being paid: %v", err)
			}
		})
	})
	t.Run("a free order completes and posts nothing", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := paytest.MustRun(t, s.Core, pay.CreateSession, pay.NewSession{
				ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: s.Product.ID, Currency: "USD", At: s.Core.Now(),
				Override: &pay.Price{Amount: money.Zero("USD"), TaxCategory: pay.Ebook},
			}).Session
			s.MustPlace(t, session)
			mustPay(t, s, paytest.Card(session, "me", 0, goodCard))
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
			if n := s.Int(t, `SELECT COUNT(*) FROM ledger_transactions`); n != 0 {
				t.Fatalf("%d postings", n)
			}
		})
	})
	t.Run("production without a live connector is not enabled", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			actor := s.Actor()
			actor.Env = pay.Prod
			_, err := pay.Run(t.Context(), s.Core, pay.CreateSession, pay.NewSession{
				ID: pay.SessionID(s.IDs.Session()), Actor: actor, Product: s.Product.ID, Currency: "USD", At: s.Core.Now(),
			})
			if !fault.Is(err, fault.NotEnabled) {
				t.Fatalf("got %v", err)
			}
		})
	})
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	t.Run("cancels the pending order and ends the session", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := s.MustOpen(t)
			s.MustPlace(t, session)
			s.Clock.Advance(pay.DefaultSessionLife)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutExpired {
				t.Fatalf("before the timer: %s", look.State)
			}
			s.PlayTimers(t)
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutExpired || look.Order.Status != pay.OrderCanceled || look.Session.Status != pay.SessionEnded {
				t.Fatalf("%s %s %s", look.State, look.Order.Status, look.Session.Status)
			}
			if n := s.Timers(t); n != 0 {
				t.Fatalf("%d timers left", n)
			}
			if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", 0, goodCard)); !errors.Is(err, pay.ErrSessionExpired) {
				t.Fatalf("pay: %v", err)
			}
		})
	})
	t.Run("waits for an open attempt", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := s.MustOpen(t)
			s.MustPlace(t, session)
			s.Clock.Advance(pay.DefaultSessionLife - time.Minute)
			mustPay(t, s, paytest.Card(session, "me", 0, challenged))
			s.Clock.Advance(2 * time.Minute)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutChallenge {
				t.Fatalf("state %s", look.State)
			}
			answer := connector.CustomerInput{Fields: map[string]string{"answer": "approve"}}
			if err := s.Core.Continue(t.Context(), pay.Continuation{Session: session.ID, Visitor: "me", Input: answer}); err != nil {
				t.Fatal(err)
			}
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
		})
	})
}

func mustPay(t *testing.T, s *paytest.Shop, in pay.Start) {
	t.Helper()
	if err := s.Core.Pay(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

func wantBalances(t *testing.T, s *paytest.Shop, want map[string]int64) {
	t.Helper()
	got := s.Balances(t)
	if len(got) != len(want) {
		t.Fatalf("balances %v, want %v", got, want)
	}
	for account, sum := range want {
		if got[account] != sum {
			t.Fatalf("balances %v, want %v", got, want)
		}
	}
}
