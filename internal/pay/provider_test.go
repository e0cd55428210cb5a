package pay_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// oddity is the simulator with calls of which a test makes what it likes. A
// nil call is the simulator's own.
type oddity struct {
	connector.Connector
	begin      func(connector.Charge) connector.Result
	answer     func(connector.Ref, connector.CustomerInput) connector.Result
	inquire    func(connector.Ref) connector.Observation
	refund     func(connector.Refund) connector.Result
	afterBegin func()
	begun      atomic.Int64 // calls of Begin
}

// eachOdd runs fn on a fresh shop on each engine, whose provider is an oddity.
func eachOdd(t *testing.T, fn func(t *testing.T, s *paytest.Shop, o *oddity)) {
	t.Helper()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s, o := newOddShop(t, db)
		fn(t, s, o)
	})
}

func newOddShop(t *testing.T, db sqldb.DB) (*paytest.Shop, *oddity) {
	t.Helper()
	o := &oddity{}
	return paytest.NewShop(t, db, func(cfg *pay.Config) {
		o.Connector = cfg.Connectors[0]
		cfg.Connectors = []connector.Connector{o}
	}), o
}

func (o *oddity) Begin(ctx context.Context, charge connector.Charge) connector.Result {
	o.begun.Add(1)
	if o.begin != nil {
		return o.begin(charge)
	}
	result := o.Connector.Begin(ctx, charge)
	if o.afterBegin != nil {
		o.afterBegin()
	}
	return result
}

func (o *oddity) Continue(ctx context.Context, ref connector.Ref, input connector.CustomerInput) connector.Result {
	if o.answer != nil {
		return o.answer(ref, input)
	}
	return o.Connector.Continue(ctx, ref, input)
}

func (o *oddity) Inquire(ctx context.Context, ref connector.Ref) connector.Observation {
	if o.inquire != nil {
		return o.inquire(ref)
	}
	return o.Connector.Inquire(ctx, ref)
}

func (o *oddity) Refund(ctx context.Context, refund connector.Refund) connector.Result {
	if o.refund != nil {
		return o.refund(refund)
	}
	return o.Connector.Refund(ctx, refund)
}

// A connector that breaks its contract makes an outcome unknown; it neither
// takes the process down nor lets anybody guess.
func TestBrokenConnector(t *testing.T) {
	t.Parallel()
	usd := func(minor int64) money.Amount { return money.New(minor, "USD") }
	for name, answer := range map[string]connector.Result{
		"an outcome outside of the set":           {Outcome: "maybe"},
		"no outcome at all":                       {},
		"a success without an amount":             {Outcome: connector.Succeeded},
		"a success in no known currency":          {Outcome: connector.Succeeded, Captured: money.New(2900, "BTC")},
		"a success of a negative amount":          {Outcome: connector.Succeeded, Captured: usd(-2900)},
		"a success of nothing for a price":        {Outcome: connector.Succeeded, Captured: usd(0)},
		"an inquiry's \"never sent\", thereafter": {Outcome: connector.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, odd := newOddShop(t, sqldbtest.OpenSQLite(t, migrations.FS))
			odd.begin = func(connector.Charge) connector.Result { return answer }
			odd.inquire = func(connector.Ref) connector.Observation {
				if answer.Outcome == connector.Unknown {
					return connector.Observation{Finding: connector.Found, Result: connector.Result{Outcome: connector.NotAttempted}}
				}
				return connector.Observation{Finding: connector.Found, Result: answer}
			}
			session := mustStart(t, s, declinedCard)
			for range 5 {
				wantUnknown(t, s, session)
				s.Clock.Advance(time.Minute)
				s.PlayTimers(t)
			}
			// As soon as the connector is repaired, the truth comes out.
			odd.inquire = func(connector.Ref) connector.Observation {
				return connector.Observation{
					Finding: connector.Found, Result: connector.Result{Outcome: connector.Succeeded, Captured: usd(2900)},
				}
			}
			playOut(t, s)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
			wantBalances(t, s, sold)
		})
	}
	t.Run("a panic in each of its calls", func(t *testing.T) {
		t.Parallel()
		eachOdd(t, func(t *testing.T, s *paytest.Shop, odd *oddity) {
			odd.afterBegin = func() { panic("after the money moved") }
			odd.inquire = func(connector.Ref) connector.Observation { panic("asked") }
			session := mustStart(t, s, goodCard)
			wantUnknown(t, s, session)
			s.Clock.Advance(5 * time.Second)
			s.PlayTimers(t)
			wantUnknown(t, s, session)
			wantTimers(t, s, 2)
			odd.inquire = nil
			s.Clock.Advance(30 * time.Second)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}

			odd.afterBegin = nil
			odd.answer = func(connector.Ref, connector.CustomerInput) connector.Result { panic("answered") }
			session = mustStart(t, s, challenged)
			mustAnswer(t, s, session, "approve")
			wantUnknown(t, s, session)

			odd.refund = func(connector.Refund) connector.Result { panic("asked to return it") }
			late := mustStartShort(t, s, lateSuccess)
			playUntil(t, s, late, pay.CheckoutExpired)
			for range 3 {
				s.Clock.Advance(time.Minute)
				s.PlayTimers(t)
			}
			if n := s.Int(t, `SELECT COUNT(*) FROM refunds WHERE state = 'unknown'`); n != 1 {
				t.Fatalf("%d refunds are unknown", n)
			}
			odd.refund = nil
			playOut(t, s)
			if n := s.Int(t, `SELECT COUNT(*) FROM refunds WHERE state = 'succeeded'`); n != 1 {
				t.Fatalf("%d refunds are done", n)
			}
		})
	})
}

func TestChallengeAnswer(t *testing.T) {
	t.Parallel()
	t.Run("that was never handed over leaves the challenge open, and starts no second charge", func(t *testing.T) {
		t.Parallel()
		eachOdd(t, func(t *testing.T, s *paytest.Shop, odd *oddity) {
			odd.answer = func(connector.Ref, connector.CustomerInput) connector.Result {
				return connector.Result{Outcome: connector.NotAttempted, Reason: connector.ReasonProviderError}
			}
			session := mustStart(t, s, challenged)
			mustAnswer(t, s, session, "approve")
			look := s.MustLook(t, session, "me")
			if look.State != pay.CheckoutChallenge {
				t.Fatalf("state %s", look.State)
			}
			mustPay(t, s, paytest.Card(session, "me", look.Turn, goodCard))
			if n := s.Int(t, `SELECT COUNT(*) FROM attempts`); n != 1 {
				t.Fatalf("%d attempts", n)
			}
			odd.answer = nil
			mustAnswer(t, s, session, "approve")
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
			wantBalances(t, s, sold)
		})
	})
	t.Run("whose fate is unknown is asked about five seconds later", func(t *testing.T) {
		t.Parallel()
		eachOdd(t, func(t *testing.T, s *paytest.Shop, odd *oddity) {
			odd.answer = func(ref connector.Ref, input connector.CustomerInput) connector.Result {
				odd.Connector.Continue(t.Context(), ref, input)
				return connector.Result{Outcome: connector.Unknown}
			}
			session := mustStart(t, s, challenged)
			for range 13 { // the schedule has come to its long pauses
				s.Clock.Advance(time.Minute)
				s.PlayTimers(t)
			}
			mustAnswer(t, s, session, "approve")
			wantUnknown(t, s, session)
			s.Clock.Advance(5 * time.Second)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Fatalf("state %s", look.State)
			}
			wantBalances(t, s, sold)
		})
	})
}

func mustAnswer(t *testing.T, s *paytest.Shop, session pay.Session, answer string) {
	t.Helper()
	err := s.Core.Continue(t.Context(), pay.Continuation{
		Session: session.ID, Visitor: "me", Input: connector.CustomerInput{Fields: map[string]string{"answer": answer}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wantUnknown checks that an attempt is open, unknown and asked about, and
// that nothing else happens beside it.
func wantUnknown(t *testing.T, s *paytest.Shop, session pay.Session) {
	t.Helper()
	look := s.MustLook(t, session, "me")
	if look.State != pay.CheckoutWaiting || look.Order.Status != pay.OrderPending {
		t.Fatalf("%s, order %s", look.State, look.Order.Status)
	}
	if n := s.Int(t, `SELECT COUNT(*) FROM attempts a JOIN timers t ON t.subject = a.id WHERE a.order_id = $1 AND a.state = 'unknown'`,
		look.Order.ID); n != 1 {
		t.Fatalf("%d attempts are unknown and asked about", n)
	}
}
