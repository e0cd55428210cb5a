package pay_test

import (
	"context"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
)

const (
	timeoutMoved    = "4576750000000584"
	timeoutNotMoved = "4576750000000592"
	staysPending    = "4576750000001574"
	lateSuccess     = "4576750000007779"
	neverSent       = "4576750000000550"
	rejected        = "4576750000001103"
)

var sold = map[string]int64{"provider/simulator": 2900, "store/pending": -2900}

func TestUnknownOutcome(t *testing.T) {
	t.Parallel()
	t.Run("whose money moved is found by the first inquiry", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, timeoutMoved)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutWaiting {
				t.Fatalf("state %s", look.State)
			}
			wantBalances(t, s, map[string]int64{})
			s.Clock.Advance(5 * time.Second)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
			wantBalances(t, s, sold)
			wantTimers(t, s, 0)
		})
	})
	t.Run("whose money did not move fails only when the provider can no longer book it", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, timeoutNotMoved)
			patience := s.Simulator.Describe().MaxBlock + 5*time.Second
			s.Clock.Advance(patience - time.Second)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutWaiting {
				t.Fatalf("too early: %s", look.State)
			}
			s.Clock.Advance(time.Second)
			s.PlayTimers(t)
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutPayment {
				t.Fatalf("state %s", look.State)
			}
			mustPay(t, s, paytest.Card(session, "me", look.Turn, goodCard))
			wantBalances(t, s, sold)
			playOut(t, s)
			wantBalances(t, s, sold)
			wantTimers(t, s, 0)
		})
	})
	t.Run("blocks expiry for as long as the provider gives no answer", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, timeoutMoved)
			for range 20 {
				s.Clock.Advance(12 * time.Hour)
				s.PlayTimers(t)
			}
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutWaiting || look.Order.Status != pay.OrderPending {
				t.Fatalf("%s, order %s", look.State, look.Order.Status)
			}
		}, withProvider(func(p *provider) { p.mute = true }))
	})
	t.Run("of a process that died before the answer is found by its timer", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, goodCard)
			wantBalances(t, s, map[string]int64{}) // the answer was never committed
			s.Clock.Advance(time.Minute)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
			wantBalances(t, s, sold)
		}, withProvider(func(p *provider) { p.dieAfterBegin = true }))
	})
	t.Run("is asked about to the end, however often a restart asks ahead of the schedule", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, goodCard) // the process died before the provider was reached
			for range 30 {
				s.Clock.Advance(200 * time.Millisecond)
				mustWakeInquiries(t, s)
				s.PlayTimers(t)
			}
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutWaiting {
				t.Fatalf("too early: %s", look.State)
			}
			const callLimit = 10 * time.Second
			s.Clock.Advance(callLimit + s.Simulator.Describe().MaxBlock + 5*time.Second)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPayment {
				t.Fatalf("nobody asks any more: %s with %d timers", look.State, s.Timers(t))
			}
		}, withProvider(func(p *provider) { p.dieAfterBegin, p.deaf = true, true }))
	})
	t.Run("keeps its timer for five days of a silent provider and of restarts", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			mustStart(t, s, goodCard)
			for range 4 * 24 {
				s.Clock.Advance(time.Hour)
				mustWakeInquiries(t, s)
				s.PlayTimers(t)
				if n := s.Int(t, `SELECT COUNT(*) FROM timers WHERE kind = 'inquiry'`); n != 1 {
					t.Fatalf("%d inquiries are to come, want 1", n)
				}
			}
		}, withProvider(func(p *provider) { p.dieAfterBegin, p.mute = true, true }))
	})
}

func TestPendingOutcome(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		session := mustStart(t, s, staysPending)
		if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutWaiting {
			t.Fatalf("state %s", look.State)
		}
		playOut(t, s)
		if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
			t.Fatalf("state %s", look.State)
		}
		wantBalances(t, s, sold)
		wantTimers(t, s, 0)
	})
}

func TestNeverSent(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		session := mustStart(t, s, neverSent)
		look := s.MustLook(t, session, "me")
		if look.State != pay.CheckoutPayment || !look.Unsent || look.Payment.Status != pay.PaymentPending {
			t.Fatalf("%s unsent=%t payment %s", look.State, look.Unsent, look.Payment.Status)
		}
		first := look.Payment.ID
		// Another browser may go on: nothing is under way.
		mustPay(t, s, paytest.Card(session, "you", look.Turn, goodCard))
		look = s.MustLook(t, session, "you")
		if look.State != pay.CheckoutPaid || look.Payment.ID != first {
			t.Fatalf("%s with payment %s, want %s", look.State, look.Payment.ID, first)
		}
		if n := s.Int(t, `SELECT COUNT(*) FROM attempts WHERE payment_id = $1`, first); n != 2 {
			t.Fatalf("%d attempts", n)
		}
		wantBalances(t, s, sold)
	})
}

func TestRejected(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		session := mustStart(t, s, rejected)
		look := s.MustLook(t, session, "me")
		if look.State != pay.CheckoutPayment || look.LastReason != connector.ReasonInvalidRequest || look.Payment.Status != pay.PaymentFailed {
			t.Fatalf("%s %s %s", look.State, look.LastReason, look.Payment.Status)
		}
		wantTimers(t, s, 1) // the session's expiry
	})
}

func TestLateCapture(t *testing.T) {
	t.Parallel()
	t.Run("after expiry goes to suspense and back to the buyer", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStartShort(t, s, lateSuccess)
			playUntil(t, s, session, pay.CheckoutExpired)
			playOut(t, s)
			look := s.MustLook(t, session, "me")
			if look.Order.Status != pay.OrderCanceled || look.Payment.Status != pay.PaymentFailed {
				t.Fatalf("order %s payment %s", look.Order.Status, look.Payment.Status)
			}
			wantBalances(t, s, map[string]int64{})
			if n := s.Int(t, `SELECT COUNT(*) FROM ledger_entries WHERE account = 'suspense'`); n != 2 {
				t.Fatalf("%d lines in suspense", n)
			}
			if n := s.Int(t, `SELECT COUNT(*) FROM refunds WHERE state = 'succeeded' AND origin = 'late_capture'`); n != 1 {
				t.Fatalf("%d refunds", n)
			}
			if n := s.Int(t, `SELECT COUNT(*) FROM events`); n != 0 {
				t.Fatalf("%d events for a purchase that did not happen", n)
			}
			wantTimers(t, s, 0)
		})
	})
	t.Run("of an order that still waits completes it", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, lateSuccess)
			playUntil(t, s, session, pay.CheckoutPayment)
			playUntil(t, s, session, pay.CheckoutPaid)
			wantBalances(t, s, sold)
		})
	})
	t.Run("of an order that was paid otherwise goes back", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, lateSuccess)
			playUntil(t, s, session, pay.CheckoutPayment)
			mustPay(t, s, paytest.Card(session, "me", s.MustLook(t, session, "me").Turn, goodCard))
			playOut(t, s)
			wantBalances(t, s, sold)
			if n := s.Int(t, `SELECT COUNT(*) FROM refunds WHERE state = 'succeeded'`); n != 1 {
				t.Fatalf("%d refunds", n)
			}
		})
	})
	t.Run("is honoured where the store wishes it", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			if err := s.Store.Write(t.Context(), func(r pay.Records) error {
				shop, err := r.Store(s.Shop.ID)
				shop.LateCapture = pay.HonourLate
				r.UpdateStore(shop)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			session := mustStartShort(t, s, lateSuccess)
			playUntil(t, s, session, pay.CheckoutExpired)
			playOut(t, s)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
			wantBalances(t, s, sold)
			if n := s.Int(t, `SELECT COUNT(*) FROM events`); n != 1 {
				t.Fatalf("%d events", n)
			}
		})
	})
	t.Run("that cannot be returned stays in suspense", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStartShort(t, s, lateSuccess)
			playUntil(t, s, session, pay.CheckoutExpired)
			playOut(t, s)
			wantBalances(t, s, map[string]int64{"provider/simulator": 2900, "suspense": -2900})
			if n := s.Int(t, `SELECT COUNT(*) FROM refunds WHERE state = 'failed'`); n != 1 {
				t.Fatalf("%d refunds", n)
			}
		}, withProvider(func(p *provider) { p.refuseRefunds = true }))
	})
	t.Run("of another amount than asked pays nothing and goes back", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, goodCard)
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutPayment || look.Order.Status != pay.OrderPending {
				t.Fatalf("%s, order %s", look.State, look.Order.Status)
			}
			wantBalances(t, s, map[string]int64{"provider/simulator": 2800, "refunds/in_transit": -2800})
			playOut(t, s)
			wantBalances(t, s, map[string]int64{})
		}, withProvider(func(p *provider) { p.short = 100 }))
	})
}

// provider is the simulator with faults of its own.
type provider struct {
	connector.Connector
	mute          bool  // inquiries are never answered
	dieAfterBegin bool  // the answer to Begin is lost with the process
	deaf          bool  // Begin never reaches it
	refuseRefunds bool  // refunds are refused
	short         int64 // how many minor units less than asked it captures
	cutOff        context.CancelFunc
}

func withProvider(set func(*provider)) paytest.Option {
	return func(cfg *pay.Config) {
		p := &provider{Connector: cfg.Connectors[0]}
		set(p)
		cfg.Connectors = []connector.Connector{p}
		if p.dieAfterBegin {
			db := &dyingDB{DB: cfg.DB}
			p.cutOff = db.die
			cfg.DB = db
		}
	}
}

func (p *provider) Begin(ctx context.Context, charge connector.Charge) connector.Result {
	result := connector.Result{Outcome: connector.Unknown}
	if !p.deaf {
		result = p.Connector.Begin(ctx, charge)
	}
	if p.short != 0 && result.Captured.IsSet() {
		result.Captured = money.New(result.Captured.Minor()-p.short, result.Captured.Currency())
	}
	if p.cutOff != nil {
		p.cutOff()
	}
	return result
}

func (p *provider) Inquire(ctx context.Context, ref connector.Ref) connector.Observation {
	if p.mute {
		return connector.Observation{Finding: connector.NoAnswer}
	}
	return p.Connector.Inquire(ctx, ref)
}

func (p *provider) Refund(ctx context.Context, refund connector.Refund) connector.Result {
	switch {
	case p.refuseRefunds:
		return connector.Result{Outcome: connector.Rejected, Reason: connector.ReasonUnsupported}
	case p.short != 0:
		return connector.Result{Outcome: connector.Succeeded}
	}
	return p.Connector.Refund(ctx, refund)
}

// dyingDB loses the one write after die, as a killed process does.
type dyingDB struct {
	pay.DB
	dead bool
}

func (d *dyingDB) die() { d.dead = true }

func (d *dyingDB) Write(ctx context.Context, fn func(pay.Records) error) error {
	if d.dead {
		d.dead = false
		return context.Canceled
	}
	return d.DB.Write(ctx, fn)
}

// mustStart opens a checkout, fills in its details and pays once.
func mustStart(t *testing.T, s *paytest.Shop, card string) pay.Session {
	t.Helper()
	session := s.MustOpen(t)
	s.MustPlace(t, session)
	if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", 0, card)); err != nil && card != goodCard {
		t.Fatal(err)
	}
	return session
}

// mustStartShort is mustStart with a session of one minute and a half.
func mustStartShort(t *testing.T, s *paytest.Shop, card string) pay.Session {
	t.Helper()
	session := paytest.MustRun(t, s.Core, pay.CreateSession, pay.NewSession{
		ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: s.Product.ID, Currency: "USD",
		Life: 90 * time.Second, At: s.Core.Now(),
	}).Session
	s.MustPlace(t, session)
	mustPay(t, s, paytest.Card(session, "me", 0, card))
	return session
}

// playUntil lets time pass, with its timers, until the checkout is in a state.
func playUntil(t *testing.T, s *paytest.Shop, session pay.Session, want pay.CheckoutState) {
	t.Helper()
	for range 600 {
		if s.MustLook(t, session, "me").State == want {
			return
		}
		s.Clock.Advance(time.Second)
		s.PlayTimers(t)
	}
	t.Fatalf("never %s, but %s", want, s.MustLook(t, session, "me").State)
}

// playOut lets ten days pass with their timers.
func playOut(t *testing.T, s *paytest.Shop) {
	t.Helper()
	for _, step := range []time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour} {
		for range 10 {
			s.Clock.Advance(step)
			s.PlayTimers(t)
		}
	}
}

// mustWakeInquiries makes every inquiry due, as a start does with those about
// calls that its predecessor left open.
func mustWakeInquiries(t *testing.T, s *paytest.Shop) {
	t.Helper()
	err := s.DB.Write(t.Context(), func(tx sqldb.Tx) error {
		tx.Exec(`UPDATE timers SET wake_at = $1 WHERE kind = 'inquiry' AND wake_at > $1`, s.Clock.Now().UnixMicro())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func wantTimers(t *testing.T, s *paytest.Shop, want int) {
	t.Helper()
	if n := s.Timers(t); n != want {
		t.Fatalf("%d timers, want %d", n, want)
	}
}
