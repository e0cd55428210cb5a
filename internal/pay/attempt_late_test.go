package pay_test

import (
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestLateCaptureAtTheEdges(t *testing.T) {
	t.Parallel()
	t.Run("of the old total of an order that was placed anew goes back", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, lateSuccess)
			playUntil(t, s, session, pay.CheckoutPayment)
			paytest.MustRun(t, s.Core, pay.ReplaceTaxTable, pay.NewTaxTable{At: s.Core.Now(), Rows: []pay.TaxRow{
				{Country: "DE", TaxRate: pay.TaxRate{Name: "VAT", Rate: 190_000}},
			}})
			order := s.MustPlace(t, session)
			if order.Quote.Total != money.New(3451, "USD") {
				t.Fatalf("total %v", order.Quote.Total)
			}
			playOutOnly(t, s, 3*time.Minute) // the 29.00 of the first attempt come, and go back
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutPayment || look.Order.Status != pay.OrderPending {
				t.Fatalf("%s, order %s", look.State, look.Order.Status)
			}
			wantBalances(t, s, map[string]int64{})
			mustPay(t, s, paytest.Card(session, "me", look.Turn, goodCard))
			wantBalances(t, s, map[string]int64{"provider/simulator": 3451, "store/pending": -2900, "tax/collected": -551})
			wantSound(t, s)
		})
	})
	t.Run("is found although the provider is silent when the watch ends", func(t *testing.T) {
		t.Parallel()
		eachOdd(t, func(t *testing.T, s *paytest.Shop, odd *oddity) {
			session := mustStartShort(t, s, lateSuccess)
			playUntil(t, s, session, pay.CheckoutExpired)
			odd.inquire = func(connector.Ref) connector.Observation {
				return connector.Observation{Finding: connector.NoAnswer}
			}
			playOutOnly(t, s, 10*time.Minute)
			odd.inquire = nil
			playOut(t, s)
			if n := s.Int(t, `SELECT COUNT(*) FROM refunds WHERE state = 'succeeded'`); n != 1 {
				t.Fatalf("%d refunds: the buyer's money is lost", n)
			}
			wantAtRest(t, s)
		})
	})
	// The server was away while the time ran out, and asks about the money before
	// it ends the checkout, or after: that must not decide what becomes of it.
	for name, c := range map[string]struct {
		policy pay.LateCapture
		want   pay.CheckoutState
		book   map[string]int64
	}{
		"goes back when the checkout's time was up, whichever timer runs first":  {pay.RefundLate, pay.CheckoutExpired, map[string]int64{}},
		"is honoured when the checkout's time was up, where the store wishes it": {pay.HonourLate, pay.CheckoutPaid, sold},
	} {
		for _, first := range []string{"the inquiry", "the expiry"} {
			t.Run(name+": "+first, func(t *testing.T) {
				t.Parallel()
				paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
					mustHaveLateCaptures(t, s, c.policy)
					session := mustStartShort(t, s, lateSuccess)
					playUntil(t, s, session, pay.CheckoutPayment)
					s.Clock.Advance(2 * time.Minute)
					if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutExpired {
						t.Fatalf("the page shows %s", look.State)
					}
					ask := func() error {
						return s.Core.Inquire(t.Context(), mustLastAttempt(t, s.Core, s.MustLook(t, session, "me").Order.ID).ID, 1)
					}
					end := func() error { return s.Core.Expire(t.Context(), session.ID, 0) }
					steps := []func() error{ask, end}
					if first == "the expiry" {
						steps = []func() error{end, ask}
					}
					for _, step := range steps {
						if err := step(); err != nil {
							t.Fatal(err)
						}
					}
					s.PlayTimers(t)
					if look := s.MustLook(t, session, "me"); look.State != c.want {
						t.Errorf("the page shows %s, want %s", look.State, c.want)
					}
					wantBalances(t, s, c.book)
					wantAtRest(t, s)
				})
			})
		}
	}
	for name, policy := range map[string]pay.LateCapture{
		"of a free order needs no refund":                        pay.RefundLate,
		"of a free order completes it where the store wishes it": pay.HonourLate,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
				mustHaveLateCaptures(t, s, policy)
				session := paytest.MustRun(t, s.Core, pay.CreateSession, pay.NewSession{
					ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: s.Product.ID, Currency: "USD", At: s.Core.Now(),
					Life: 90 * time.Second, Override: &pay.Price{Amount: money.Zero("USD"), TaxCategory: pay.Ebook},
				}).Session
				s.MustPlace(t, session)
				mustPay(t, s, paytest.Card(session, "me", 0, lateSuccess))
				playUntil(t, s, session, pay.CheckoutExpired)
				playOut(t, s)
				want := map[pay.LateCapture]pay.CheckoutState{pay.RefundLate: pay.CheckoutExpired, pay.HonourLate: pay.CheckoutPaid}[policy]
				if look := s.MustLook(t, session, "me"); look.State != want {
					t.Errorf("state %s", look.State)
				}
				if n := s.Int(t, `SELECT COUNT(*) FROM ledger_transactions`); n != 0 {
					t.Errorf("%d postings", n)
				}
				if n := s.Int(t, `SELECT COUNT(*) FROM attempts WHERE state = 'captured_late'`); n != 1 {
					t.Errorf("%d late captures", n)
				}
				wantAtRest(t, s)
			})
		})
	}
}

// playOutOnly lets some time pass, second by second, with its timers.
func playOutOnly(t *testing.T, s *paytest.Shop, span time.Duration) {
	t.Helper()
	for end := s.Clock.Now().Add(span); s.Clock.Now().Before(end); {
		s.Clock.Advance(time.Second)
		s.PlayTimers(t)
	}
}

func mustHaveLateCaptures(t *testing.T, s *paytest.Shop, policy pay.LateCapture) {
	t.Helper()
	if err := s.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(s.Shop.ID)
		shop.LateCapture = policy
		r.UpdateStore(shop)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
