package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/fanout"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// shop is a core on a real database with a simulator, a store, a product and a
// webhook endpoint.
type shop struct {
	db       sqldb.DB
	book     sqldb.DB
	core     *pay.Core
	play     *simulator.Simulator
	store    pay.StoreID
	product  pay.ProductID
	admitted []webhook.Delivery
	now      time.Time
}

// plain renders an event as its id, since no dialect is needed here, and no chat.
type plain struct{ fanout.Codec }

func (plain) Dialect() string          { return "plain" }
func (plain) Names(pay.Event) []string { return []string{"order.completed"} }
func (plain) Encode(e pay.Event, _ string, _ time.Time, _ string) ([]byte, map[string]string, error) {
	return []byte(e.ID), map[string]string{"Content-Type": "text/plain"}, nil
}

func openShop(t *testing.T, db sqldb.DB) *shop {
	t.Helper()
	keys, err := seal.NewKeyring(make([]byte, seal.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{db: db, book: sqldbtest.OpenSQLite(t, simulator.Migrations), now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return s.now }
	webhooks := store.NewWebhooks(db, keys)
	tx := func(r pay.Records) webhook.Tx { return webhooks.Tx(store.TxOf(r)) }
	s.play = simulator.New(simulator.Config{DB: s.book, Now: clock})
	s.core = pay.New(pay.Config{
		DB: store.New(db, keys), Connectors: []connector.Connector{s.play}, Now: clock, IDs: id.NewSource(clock, nil),
		Fanout: fanout.New(fanout.Config{
			Dialects: []fanout.Dialect{{Codec: plain{}, Scheme: "none", Schedule: "once"}}, Tx: tx, Owner: "me",
			Admit: func(born []webhook.Delivery) { s.admitted = append(s.admitted, born...) },
		}),
	})
	t.Cleanup(func() { s.core.Stop(context.Background()) })

	ids := s.core.IDs()
	s.store, s.product = pay.StoreID(ids.New(id.Store)), pay.ProductID(ids.New(id.Product))
	merchant := pay.MerchantID(ids.New(id.Merchant))
	mustRun(t, s.core, pay.CreateMerchant, pay.NewMerchant{ID: merchant, Email: "m@example.com", At: s.now})
	mustRun(t, s.core, pay.CreateStore, pay.NewStore{ID: s.store, Slug: "s", Name: "S", Owner: merchant, At: s.now})
	mustRun(t, s.core, pay.CreateProduct, pay.NewProduct{
		ID: s.product, VersionID: pay.VersionID(ids.New(id.ProductVersion)), Actor: pay.System(pay.Test), Store: s.store, Name: "P",
		Prices: pay.Prices{{Amount: money.New(1000, "USD"), TaxCategory: pay.Ebook}}, At: s.now,
	})
	err = store.New(db, keys).Write(t.Context(), func(r pay.Records) error {
		return tx(r).InsertEndpoint(webhook.Endpoint{
			ID: "EP", Store: webhook.StoreID(s.store), Env: webhook.Test, Dialect: "plain", Channel: webhook.HTTP,
			URL: "https://example.com/", Events: []webhook.EventType{"order.completed"}, State: webhook.Active,
			CreatedAt: s.now, UpdatedAt: s.now,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustRun[In, Out any](t *testing.T, core *pay.Core, command pay.Command[In, Out], in In) Out {
	t.Helper()
	out, err := pay.Run(t.Context(), core, command, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// buy takes one purchase as far as the card lets it.
func (s *shop) buy(t *testing.T, card string) pay.SessionID {
	t.Helper()
	actor := pay.Actor{Kind: pay.ByVisitor, Env: pay.Test, Store: s.store}
	session := mustRun(t, s.core, pay.CreateSession, pay.NewSession{
		ID: pay.SessionID(s.core.IDs().Session()), Actor: actor, Product: s.product, Currency: "USD", At: s.now, Life: lives[card],
	})
	mustRun(t, s.core, pay.PlaceOrder, pay.Placement{
		ID: pay.OrderID(s.core.IDs().New(id.Order)), Actor: actor, Session: session.ID, BuyerEmail: "b@example.com",
		Billing: pay.Billing{Country: "DE"}, At: s.now,
	})
	err := s.core.Pay(t.Context(), pay.Start{
		Session: session.ID, Visitor: "v", Method: connector.Card, Instrument: connector.Instrument{Card: &connector.CardDetails{
			Number: card, ExpiryMonth: 12, ExpiryYear: s.now.Year() + 1, CVC: "123",
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return session.ID
}

// settle asks about every open outcome and executes every refund, as the
// timers do, at the present time.
func (s *shop) settle(t *testing.T) {
	t.Helper()
	timers := store.NewTimers(s.db)
	batch, err := timers.ClaimTimers(t.Context(), claimAll(s.now))
	if err != nil {
		t.Fatal(err)
	}
	for _, timer := range batch.Rows {
		switch pay.TimerKind(timer.Kind) {
		case pay.TimerInquiry:
			err = s.core.Inquire(t.Context(), pay.AttemptID(timer.Subject), timer.Tries)
		case pay.TimerRefund:
			err = s.core.ExecuteRefund(t.Context(), pay.RefundID(timer.Subject), timer.Tries)
		case pay.TimerExpiry:
			err = s.core.Expire(t.Context(), pay.SessionID(timer.Subject), timer.Tries)
		}
		if err != nil {
			t.Fatalf("%s: %v", timer.Kind, err)
		}
	}
}

// giveBack asks for some cents of a payment; approved ones go to the provider at
// the next settle.
func (s *shop) giveBack(t *testing.T, session pay.SessionID, cents int64, wait bool) pay.RefundID {
	t.Helper()
	look, err := s.core.LookAtCheckout(t.Context(), session, "v")
	if err != nil {
		t.Fatal(err)
	}
	return mustRun(t, s.core, pay.RequestRefund, pay.RefundRequest{
		ID: pay.RefundID(s.core.IDs().New(id.Refund)), Actor: pay.System(pay.Test), By: "Ann", Payment: look.Payment.ID,
		Amount: money.New(cents, "USD"), Reason: "duplicate", Wait: wait, At: s.now,
	}).ID
}

func (s *shop) verify(t *testing.T) report.Verdict {
	t.Helper()
	verdict, err := report.Verify(t.Context(), report.VerifyConfig{
		Facts: store.NewFacts(s.db), Connectors: []connector.Connector{s.play}, Now: func() time.Time { return s.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return verdict
}

const (
	goodCard    = "4576750000000110"
	badCard     = "4576750000000220"
	lateCard    = "4576750000007779"
	pendingCard = "4576750000001574"
	refundFails = "4000000000005126"
)

// lives ends the late card's session after its attempt is given up and before
// its money moves.
var lives = map[string]time.Duration{lateCard: 70 * time.Second}

func TestVerify(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := openShop(t, db)
		s.buy(t, goodCard)
		s.buy(t, badCard)
		s.buy(t, lateCard)
		s.buy(t, pendingCard)
		s.now = s.now.Add(time.Second)
		open := s.verify(t)
		if !open.Clean() || open.Checked.Orders != 4 || open.Checked.Attempts != 4 || open.Checked.Bookings != 1 {
			t.Fatalf("with open outcomes: %+v", open)
		}
		// The late card's money moves two minutes later, and goes back.
		for range 12 {
			s.now = s.now.Add(30 * time.Second)
			s.settle(t)
		}
		settled := s.verify(t)
		if !settled.Clean() || settled.Checked.Refunds != 1 || settled.Checked.Bookings != 4 {
			t.Fatalf("when all is settled: %+v", settled)
		}
		if len(s.admitted) != 2 {
			t.Errorf("%d deliveries were handed over, want one for each completed order", len(s.admitted))
		}
	})
}

// Refunds in every state agree with what belongs to them.
func TestVerifyRefunds(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := openShop(t, db)
		mustRun(t, s.core, pay.ReplaceTaxTable, pay.NewTaxTable{At: s.now, Rows: []pay.TaxRow{
			{Country: "DE", TaxRate: pay.TaxRate{Name: "VAT", Rate: 190_000}},
		}})
		clean := func(when string, refunds, bookings int) {
			t.Helper()
			s.now = s.now.Add(time.Second) // a book is read up to the present
			verdict := s.verify(t)
			if !verdict.Clean() || verdict.Checked.Refunds != refunds || verdict.Checked.Bookings != bookings {
				t.Fatalf("%s: %+v", when, verdict)
			}
		}
		mustRun(t, s.core, pay.ChangeFee, pay.FeeChange{
			Actor: pay.System(pay.Prod), Store: s.store, Terms: pay.FeeTerms{Currency: "USD", Rate: 25_000, Fixed: money.New(10, "USD")}, At: s.now,
		})
		good, bad := s.buy(t, goodCard), s.buy(t, refundFails)
		s.giveBack(t, good, 333, false)
		s.giveBack(t, bad, 500, false)
		clean("approved", 2, 2)
		s.settle(t)
		clean("one done, one under way", 2, 3)
		by := func(refund pay.RefundID) pay.RefundDecision {
			return pay.RefundDecision{ID: refund, Actor: pay.System(pay.Test), By: "Ann", Note: "no", At: s.now}
		}
		mustRun(t, s.core, pay.RejectRefund, by(s.giveBack(t, good, 100, true)))
		withdrawn := s.giveBack(t, good, 100, true)
		mustRun(t, s.core, pay.WithdrawRefund, pay.RefundWithdrawal{ID: withdrawn, Actor: pay.System(pay.Test), At: s.now})
		s.giveBack(t, good, 100, true)
		clean("rejected, withdrawn and requested", 5, 3)
		for range 4 {
			s.now = s.now.Add(30 * time.Second)
			s.settle(t)
		}
		s.giveBack(t, good, 757, false)
		s.settle(t)
		clean("failed, and all of the other gone back", 6, 4)
	})
}

// Every kind of damage is found, and found under its own rule.
func TestVerifyFindsDamage(t *testing.T) {
	t.Parallel()
	const succeeded = `(SELECT id FROM payments WHERE status = 'succeeded')`
	cases := []struct {
		name   string
		rule   report.Rule
		damage []string
		book   bool // the damage is done to the provider's book
	}{
		{"an entry changed", report.RuleBalance, []string{`UPDATE ledger_entries SET amount = amount + 1 WHERE line = 1`}, false},
		{"a posting lost", report.RulePosting, []string{`DELETE FROM ledger_entries`, `DELETE FROM ledger_transactions`}, false},
		{"an amount changed on both sides", report.RulePosting, []string{`UPDATE ledger_entries SET amount = amount * 2`}, false},
		{"entries without their transaction", report.RulePosting, []string{`DELETE FROM ledger_transactions`}, false},
		{"a posting that nobody answers for", report.RulePosting, []string{
			`INSERT INTO ledger_transactions (kind, fact_id, store_id, env, created_at) VALUES ('late_capture', 'ATT_none', 'S', 'test', 1)`,
			`INSERT INTO ledger_entries (fact_id, kind, line, store_id, env, account, currency, amount)
				VALUES ('ATT_none', 'late_capture', 1, 'S', 'test', 'provider/simulator', 'USD', 5),
				('ATT_none', 'late_capture', 2, 'S', 'test', 'suspense', 'USD', -5)`,
		}, false},
		{"money in suspense without a case", report.RulePosting, []string{
			`INSERT INTO ledger_transactions (kind, fact_id, store_id, env, created_at)
				SELECT 'late_capture', id, store_id, env, 1 FROM attempts WHERE state = 'succeeded'`,
			`INSERT INTO ledger_entries (fact_id, kind, line, store_id, env, account, currency, amount)
				SELECT id, 'late_capture', 1, store_id, env, 'provider/simulator', 'USD', 5 FROM attempts WHERE state = 'succeeded'`,
			`INSERT INTO ledger_entries (fact_id, kind, line, store_id, env, account, currency, amount)
				SELECT id, 'late_capture', 2, store_id, env, 'suspense', 'USD', -5 FROM attempts WHERE state = 'succeeded'`,
		}, false},
		{"a refund that took too much out of suspense", report.RuleSuspense, []string{
			`UPDATE ledger_entries SET amount = amount * 2 WHERE kind = 'late_capture_refund_asked'`,
		}, false},
		{"a refund that vanished", report.RulePosting, []string{`DELETE FROM refunds`}, false},
		{"an entry of the other environment", report.RuleScope, []string{`UPDATE ledger_entries SET env = 'prod' WHERE line = 2`}, false},
		{"a payment of another store", report.RuleScope, []string{`UPDATE payments SET store_id = 'STO_other' WHERE id IN ` + succeeded}, false},
		{"a payment that forgot its success", report.RuleOrder, []string{`UPDATE payments SET status = 'failed', charged = 0 WHERE id IN ` + succeeded}, false},
		{"an order that forgot its completion", report.RuleOrder, []string{`UPDATE orders SET status = 'pending' WHERE status = 'completed'`}, false},
		{"an order charged twice", report.RuleCharge, []string{
			`UPDATE payments SET status = 'succeeded', charged = amount`,
			`UPDATE payments SET order_id = (SELECT MIN(id) FROM orders)`,
		}, false},
		{"an order without its event", report.RuleOrder, []string{`DELETE FROM events`}, false},
		{"an event without its delivery", report.RuleEvent, []string{`DELETE FROM webhook_deliveries`}, false},
		{"a session that is open after the sale", report.RuleOrder, []string{`UPDATE checkout_sessions SET status = 'open' WHERE status = 'used'`}, false},
		{"an open attempt without its inquiry", report.RuleInquiry, []string{`DELETE FROM timers`}, false},
		{"a failed attempt that nobody watches any more", report.RuleInquiry, []string{
			`UPDATE attempts SET state = 'declined', watch_until = 9000000000000000 WHERE state = 'pending'`, `DELETE FROM timers`,
		}, false},
		{"a pending order that never ends", report.RuleExpiry, []string{`DELETE FROM timers WHERE kind = 'expiry'`}, false},
		{"a capture that the provider does not know", report.RuleBook, []string{`DELETE FROM simulator_booking`}, true},
		{"a capture of another amount", report.RuleBook, []string{`UPDATE simulator_booking SET amount = amount + 1`}, true},
		{"a booking without our attempt", report.RuleBook, []string{`DELETE FROM attempts WHERE state = 'succeeded'`}, false},
		{"a booking that we hold for declined", report.RuleBook, []string{
			`UPDATE attempts SET state = 'declined', captured = 0 WHERE state = 'succeeded'`,
		}, false},
		{"a refund of a sale whose asking lost its tax", report.RulePosting, []string{`UPDATE refunds SET tax = tax - 1 WHERE origin = 'sale' AND state = 'succeeded'`}, false},
		{"a refund of a sale without its posting", report.RulePosting, []string{
			`DELETE FROM ledger_entries WHERE kind = 'refund_asked'`, `DELETE FROM ledger_transactions WHERE kind = 'refund_asked'`,
		}, false},
		{"a refund that nobody approved and that is posted", report.RulePosting, []string{`UPDATE refunds SET state = 'requested' WHERE origin = 'sale' AND state = 'succeeded'`}, false},
		{"a failed refund that was not taken back", report.RulePosting, []string{
			`DELETE FROM ledger_entries WHERE kind = 'refund_failed'`, `DELETE FROM ledger_transactions WHERE kind = 'refund_failed'`,
		}, false},
		{"a payment that forgot what went back", report.RuleRefund, []string{`UPDATE payments SET refunded = 0`}, false},
		{"a payment that forgot what is on its way", report.RuleRefund, []string{`UPDATE payments SET refunding = refunding + 1`}, false},
		{"a payment that forgot the tax of its refunds", report.RuleRefund, []string{`UPDATE payments SET refund_tax = 0`}, false},
		{"refunds of more than the charge", report.RuleRefund, []string{`UPDATE refunds SET amount = 9999 WHERE origin = 'sale'`, `UPDATE payments SET refunded = 9999 WHERE refunded > 0`}, false},
		{"a refund that nobody was told of", report.RuleRefund, []string{`DELETE FROM events WHERE type = 'refund.succeeded'`}, false},
		{"a refund that was told as another", report.RuleRefund, []string{`UPDATE events SET type = 'refund.failed' WHERE type = 'refund.succeeded'`}, false},
		{"an event of a refund that vanished", report.RuleRefund, []string{`DELETE FROM refunds WHERE origin = 'sale'`}, false},
		{"an open refund that nobody asks about", report.RuleInquiry, []string{
			`UPDATE refunds SET state = 'pending', decided_at = 9000000000000000 WHERE origin = 'sale' AND state = 'succeeded'`,
		}, false},
		{"a fee that is not posted", report.RulePosting, []string{
			`DELETE FROM ledger_entries WHERE kind = 'platform_fee_taken'`, `DELETE FROM ledger_transactions WHERE kind = 'platform_fee_taken'`,
		}, false},
		{"a fee that is posted and forgotten", report.RulePosting, []string{`UPDATE payments SET fee = 0, fee_words = ''`}, false},
		{"a fee that is posted as another", report.RulePosting, []string{`UPDATE ledger_entries SET amount = amount * 2 WHERE kind = 'platform_fee_taken'`}, false},
		{"a fee of more than the sale without its tax", report.RuleFee, []string{`UPDATE payments SET fee = charged - tax + 1 WHERE status = 'succeeded'`}, false},
		{"a fee that says another sum", report.RuleFee, []string{`UPDATE payments SET fee_words = '1% of 11.90 = 0.11' WHERE fee > 0`}, false},
		{"a fee of what failed", report.RuleFee, []string{`UPDATE payments SET fee = 1 WHERE status = 'failed'`}, false},
		{"a refund of another store", report.RuleScope, []string{`UPDATE refunds SET store_id = 'STO_other' WHERE origin = 'sale'`}, false},
		{"a refund that the provider does not know", report.RuleBook, []string{`DELETE FROM simulator_booking WHERE kind = 'refund'`}, true},
		{"a refund that the provider made of another amount", report.RuleBook, []string{`UPDATE simulator_booking SET amount = amount + 1 WHERE kind = 'refund'`}, true},
		{"a refund that the provider made and we rejected", report.RuleBook, []string{`UPDATE refunds SET state = 'rejected' WHERE origin = 'sale' AND state = 'succeeded'`}, false},
	}
	// SQLite alone: that the queries mean the same on both engines is shown by
	// TestVerify.
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := openShop(t, sqldbtest.OpenSQLite(t, migrations.FS))
			mustRun(t, s.core, pay.ReplaceTaxTable, pay.NewTaxTable{At: s.now, Rows: []pay.TaxRow{
				{Country: "DE", TaxRate: pay.TaxRate{Name: "VAT", Rate: 190_000}},
			}})
			mustRun(t, s.core, pay.ChangeFee, pay.FeeChange{
				Actor: pay.System(pay.Prod), Store: s.store, Terms: pay.FeeTerms{Currency: "USD", Rate: 25_000, Fixed: money.New(10, "USD")}, At: s.now,
			})
			s.giveBack(t, s.buy(t, goodCard), 500, false)
			s.giveBack(t, s.buy(t, refundFails), 500, false)
			s.buy(t, lateCard)
			s.buy(t, badCard)
			for range 12 {
				s.now = s.now.Add(30 * time.Second)
				s.settle(t)
			}
			s.buy(t, pendingCard)
			s.now = s.now.Add(time.Second)
			if verdict := s.verify(t); !verdict.Clean() {
				t.Fatalf("before the damage: %+v", verdict.Findings)
			}
			target := s.db
			if c.book {
				target = s.book
			}
			for _, damage := range c.damage {
				mustExec(t, target, damage)
			}
			verdict := s.verify(t)
			for _, finding := range verdict.Findings {
				if finding.Rule == c.rule {
					return
				}
			}
			t.Errorf("no finding of rule %s, but %s", c.rule, fmt.Sprint(verdict.Findings))
		})
	}
}

func mustExec(t *testing.T, db sqldb.DB, sql string) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		tx.Exec(sql)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
