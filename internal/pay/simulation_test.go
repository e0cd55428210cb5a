package pay_test

import (
	"context"
	"errors"
	"flag"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

// TestSimulation lets a few buyers do whatever comes to their minds, with every
// magic card, while processes die in the middle of things, the database loses
// its answers and the provider keeps silent. After each step it asks what must
// never be otherwise, and at the end it lets everything come to rest and
// compares the ledger with the provider's book.
//
// A run that fails is shrunk to few steps, which are printed. Each run has a
// shop on a disk of its own, so there are few of them unless -rapid.checks
// asks for more.
func TestSimulation(t *testing.T) {
	setRapid(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, rt)
		defer w.tb.cleanUp()
		rt.Repeat(map[string]func(*rapid.T){
			"open": w.openSession, "place": w.placeOrder, "pay": w.pay, "pay again": w.pay, "pay at once": w.payAtOnce,
			"answer": w.answer, "wait": w.wait, "wait on": w.wait, "wait more": w.wait, "restart": w.restart, "lose": w.lose, "provider": w.changeProvider,
			"taxes": w.changeTaxes, "policy": w.changePolicy, "price": w.changePrice, "shelf": w.changeShelf, "cancel": w.cancel,
			"ask back": w.askRefund, "ask back at once": w.askRefundsAtOnce, "decide": w.decideRefund, "take back": w.withdrawRefund, "": w.check,
		})
		w.rest(rt)
	})
}

// setRapid bounds what is simulated, unless the command line does.
func setRapid(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"rapid.checks": "30", "rapid.steps": "60"} {
		if given := flag.Lookup(name); given.Value.String() == given.DefValue {
			if err := flag.Set(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// world is one run: a shop, its buyers' sessions, and what goes wrong.
type world struct {
	*paytest.Shop
	tb       *runTB
	odd      *oddity
	db       *lossyDB
	sessions []pay.Session
	silent   time.Duration // for how long the provider has not answered inquiries
}

func newWorld(t *testing.T, rt *rapid.T, options ...paytest.Option) *world {
	w := &world{tb: &runTB{TB: t, run: rt}, odd: &oddity{}, db: &lossyDB{}}
	w.Shop = paytest.NewShop(w.tb, sqldbtest.OpenSQLite(w.tb, migrations.FS), append(options, func(cfg *pay.Config) {
		w.db.DB, cfg.DB = cfg.DB, w.db
		w.odd.Connector = cfg.Connectors[0]
		cfg.Connectors = []connector.Connector{w.odd}
	})...)
	return w
}

// runTB gives what a run opens back when the run ends, and fails the run.
type runTB struct {
	testing.TB
	run      *rapid.T
	cleanups []func()
}

func (r *runTB) Cleanup(fn func())                 { r.cleanups = append(r.cleanups, fn) }
func (r *runTB) Fatalf(format string, args ...any) { r.run.Helper(); r.run.Fatalf(format, args...) }

func (r *runTB) cleanUp() {
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
}

var (
	visitors = rapid.SampledFrom([]string{"ann", "bob"})
	lives    = rapid.SampledFrom([]time.Duration{70 * time.Second, 3 * time.Minute, pay.DefaultSessionLife})
	pauses   = rapid.SampledFrom([]time.Duration{
		time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 26 * time.Hour,
	})
	// Every magic card is tried, and those oftener that leave something open.
	eventful = []string{lateSuccess, lateSuccess, lateSuccess, timeoutMoved, timeoutNotMoved, staysPending, challenged, neverSent}
	cards    = rapid.Custom(func(rt *rapid.T) string {
		if rapid.Bool().Draw(rt, "eventful") {
			return rapid.SampledFrom(eventful).Draw(rt, "card")
		}
		return rapid.SampledFrom(simulator.Cards()).Draw(rt, "any card").Number
	})
)

func (w *world) openSession(rt *rapid.T) {
	in := pay.NewSession{
		ID: pay.SessionID(w.IDs.Session()), Actor: w.Actor(), Product: w.Product.ID, Currency: "USD",
		Life: lives.Draw(rt, "life"), At: w.Core.Now(),
	}
	if rapid.IntRange(0, 4).Draw(rt, "free") == 4 {
		in.Override = &pay.Price{Amount: money.Zero("USD"), TaxCategory: pay.Ebook}
	}
	created, err := pay.Run(context.Background(), w.Core, pay.CreateSession, in)
	if w.bearable(rt, err); err == nil {
		w.sessions = append(w.sessions, created.Session)
		w.placeOrder(rt)
	}
}

func (w *world) session(rt *rapid.T) pay.Session {
	if len(w.sessions) == 0 {
		rt.Skip("no session yet")
	}
	// The latest are the liveliest.
	last := len(w.sessions) - 1
	return w.sessions[last-rapid.IntRange(0, min(last, 1)).Draw(rt, "session")]
}

func (w *world) placeOrder(rt *rapid.T) {
	in := w.Placement(w.session(rt))
	in.Billing.Country = rapid.SampledFrom([]string{"DE", "FR"}).Draw(rt, "country")
	_, err := pay.Run(context.Background(), w.Core, pay.PlaceOrder, in)
	w.bearable(rt, err)
}

// press is a press of the pay button; most pages are drawn for the present turn.
func (w *world) press(rt *rapid.T, session pay.Session) pay.Start {
	visitor := visitors.Draw(rt, "visitor")
	turn := w.MustLook(w.tb, session, visitor).Turn
	if rapid.IntRange(0, 9).Draw(rt, "stale") == 9 {
		turn--
	}
	return paytest.Card(session, visitor, turn, cards.Draw(rt, "number"))
}

func (w *world) pay(rt *rapid.T) {
	w.bearable(rt, w.Core.Pay(context.Background(), w.press(rt, w.session(rt))))
}

func (w *world) payAtOnce(rt *rapid.T) {
	session := w.session(rt)
	presses := []pay.Start{w.press(rt, session), w.press(rt, session), w.press(rt, session)}
	ends := make([]error, len(presses))
	w.db.losses = nil // which of them would lose its write is not the run's to say
	var wg sync.WaitGroup
	for i, press := range presses {
		wg.Go(func() { ends[i] = w.Core.Pay(context.Background(), press) })
	}
	wg.Wait()
	for _, err := range ends {
		w.bearable(rt, err)
	}
}

func (w *world) answer(rt *rapid.T) {
	w.bearable(rt, w.Core.Continue(context.Background(), pay.Continuation{
		Session: w.session(rt).ID, Visitor: visitors.Draw(rt, "visitor"), Input: connector.CustomerInput{Fields: map[string]string{
			"answer": rapid.SampledFrom([]string{"approve", "refuse", "?"}).Draw(rt, "answer"),
		}},
	}))
}

func (w *world) wait(rt *rapid.T) {
	pause := pauses.Draw(rt, "pause")
	w.Clock.Advance(pause)
	if w.odd.inquire != nil {
		// Nobody is asked for ever: after the schedule a person decides.
		if w.silent += pause; w.silent > 72*time.Hour {
			w.odd.inquire, w.silent = nil, 0
		}
	}
	for played := true; played; {
		var err error
		played, err = w.PlayTimer(w.tb)
		w.bearable(rt, err)
	}
}

// restart is what a new process does about the calls of one that died.
func (w *world) restart(rt *rapid.T) {
	if err := store.NewTimers(w.DB).WakeCalling(context.Background(), w.Core.Now()); err != nil {
		rt.Fatal(err)
	}
	w.wait(rt)
}

// lose decides what becomes of the next writes.
func (w *world) lose(rt *rapid.T) {
	w.db.losses = rapid.SliceOfN(rapid.SampledFrom([]loss{fine, fine, lostAfter, lostBefore, away, died}), 1, 4).Draw(rt, "losses")
}

func (w *world) changeProvider(rt *rapid.T) {
	switch rapid.SampledFrom([]string{"well", "silent", "keeps the money", "panics"}).Draw(rt, "provider") {
	case "well":
		w.odd.inquire, w.odd.refund, w.odd.afterBegin = nil, nil, nil
	case "silent":
		w.odd.inquire = func(connector.Ref) connector.Observation {
			return connector.Observation{Finding: connector.NoAnswer}
		}
	case "keeps the money":
		w.odd.refund = func(connector.Refund) connector.Result {
			return connector.Result{Outcome: connector.Rejected, Reason: connector.ReasonUnsupported}
		}
	case "panics":
		w.odd.afterBegin = func() { panic("after the booking") }
	}
}

func (w *world) changeTaxes(rt *rapid.T) {
	rate := rapid.SampledFrom([]money.Rate{0, 70_000, 190_000}).Draw(rt, "rate")
	_, err := pay.Run(context.Background(), w.Core, pay.ReplaceTaxTable, pay.NewTaxTable{
		At: w.Core.Now(), Rows: []pay.TaxRow{{Country: "DE", TaxRate: pay.TaxRate{Name: "VAT", Rate: rate}}},
	})
	w.bearable(rt, err)
}

func (w *world) changePolicy(rt *rapid.T) {
	policy := rapid.SampledFrom([]pay.LateCapture{pay.RefundLate, pay.HonourLate}).Draw(rt, "policy")
	if err := w.Store.Write(context.Background(), func(r pay.Records) error {
		shop, err := r.Store(w.Shop.Shop.ID)
		shop.LateCapture = policy
		r.UpdateStore(shop)
		return err
	}); err != nil {
		rt.Fatal(err)
	}
}

func (w *world) changePrice(rt *rapid.T) {
	price := pay.Price{Amount: money.New(rapid.Int64Range(1, 9_999).Draw(rt, "price"), "USD"), TaxCategory: pay.Ebook}
	_, err := pay.Run(context.Background(), w.Core, pay.UpdateProduct, pay.ProductUpdate{
		ID: w.Product.ID, VersionID: pay.VersionID(w.IDs.New("PVER")), Actor: w.Actor(), Prices: pay.To(pay.Prices{price}), At: w.Core.Now(),
	})
	w.bearable(rt, err)
}

func (w *world) changeShelf(rt *rapid.T) {
	_, err := pay.Run(context.Background(), w.Core, pay.ChangeProductStatus, pay.ProductStatusChange{
		ID: w.Product.ID, Actor: w.Actor(), At: w.Core.Now(),
		Status: rapid.SampledFrom([]pay.ProductStatus{pay.ProductActive, pay.ProductActive, pay.ProductInactive}).Draw(rt, "status"),
	})
	w.bearable(rt, err)
}

func (w *world) cancel(rt *rapid.T) {
	order := w.MustLook(w.tb, w.session(rt), "").Order.ID
	if order == "" {
		rt.Skip("no order yet")
	}
	_, err := pay.Run(context.Background(), w.Core, pay.CancelOrder, pay.Cancellation{ID: order, Actor: w.Actor(), At: w.Core.Now()})
	w.bearable(rt, err)
}

// refundRequest asks for some or all of a payment's money.
func (w *world) refundRequest(rt *rapid.T) pay.RefundRequest {
	payment := w.MustLook(w.tb, w.session(rt), "").Payment
	if payment.ID == "" {
		rt.Skip("no payment yet")
	}
	in := pay.RefundRequest{
		ID: pay.RefundID(w.IDs.New("REF")), Actor: w.Actor(), Payment: payment.ID, Reason: "because",
		Wait: rapid.IntRange(0, 2).Draw(rt, "wait") == 0, At: w.Core.Now(),
	}
	if most := payment.Charged.Minor(); most > 0 && rapid.IntRange(0, 3).Draw(rt, "whole") > 0 {
		in.Amount = money.New(rapid.Int64Range(1, most+1).Draw(rt, "amount"), "USD")
	}
	return in
}

func (w *world) askRefund(rt *rapid.T) {
	in := w.refundRequest(rt)
	refund, err := pay.Run(context.Background(), w.Core, pay.RequestRefund, in)
	if w.bearable(rt, err); err == nil && refund.State == pay.RefundApproved && rapid.Bool().Draw(rt, "at once") {
		w.bearable(rt, w.Core.ExecuteRefund(context.Background(), refund.ID, 0))
	}
}

func (w *world) askRefundsAtOnce(rt *rapid.T) {
	asked := []pay.RefundRequest{w.refundRequest(rt), w.refundRequest(rt), w.refundRequest(rt)}
	ends := make([]error, len(asked))
	w.db.losses = nil
	var wg sync.WaitGroup
	for i, in := range asked {
		wg.Go(func() {
			refund, err := pay.Run(context.Background(), w.Core, pay.RequestRefund, in)
			if ends[i] = err; err == nil && refund.State == pay.RefundApproved {
				ends[i] = w.Core.ExecuteRefund(context.Background(), refund.ID, 0)
			}
		})
	}
	wg.Wait()
	for _, err := range ends {
		w.bearable(rt, err)
	}
}

// refund is one of the newest refunds, whatever its state.
func (w *world) refund(rt *rapid.T) pay.Refund {
	var refunds []pay.Refund
	if err := w.Core.View(context.Background(), func(r pay.Records) (err error) {
		refunds, err = r.Refunds(pay.RefundQuery{Limit: 4})
		return err
	}); err != nil {
		rt.Fatal(err)
	}
	if len(refunds) == 0 {
		rt.Skip("no refund yet")
	}
	return refunds[rapid.IntRange(0, len(refunds)-1).Draw(rt, "refund")]
}

func (w *world) decideRefund(rt *rapid.T) {
	decide := rapid.SampledFrom([]pay.Command[pay.RefundDecision, pay.Refund]{pay.ApproveRefund, pay.ApproveRefund, pay.RejectRefund}).Draw(rt, "decision")
	_, err := pay.Run(context.Background(), w.Core, decide, pay.RefundDecision{ID: w.refund(rt).ID, Actor: w.Actor(), Note: "so be it", At: w.Core.Now()})
	w.bearable(rt, err)
}

func (w *world) withdrawRefund(rt *rapid.T) {
	refund := w.refund(rt)
	if refund.AskedBy != pay.AskedByMerchant {
		rt.Skip("nobody's to withdraw")
	}
	_, err := pay.Run(context.Background(), w.Core, pay.WithdrawRefund, pay.RefundWithdrawal{ID: refund.ID, Actor: w.Actor(), At: w.Core.Now()})
	w.bearable(rt, err)
}

// refusals are the states in which a merchant or buyer is rightly told no.
var refusals = []string{"session_being_paid", "order_being_paid", "order_not_pending", "product_inactive", "payment_not_refundable", "refund_exceeds_charge", "refund_transition"}

// bearable fails the run on an error that no buyer may meet: one that is not
// of the closed kinds, and a state machine driven off its tracks. also are codes
// of further refusals that are right here.
func (w *world) bearable(rt *rapid.T, err error, also ...string) {
	if slices.Contains(also, fault.CodeOf(err)) {
		return
	}
	switch fault.KindOf(err) {
	case 0, fault.Unavailable, fault.Conflict, fault.NotFound:
		return
	case fault.State:
		if slices.Contains(refusals, fault.CodeOf(err)) {
			return
		}
	}
	if !errors.Is(err, errDied) {
		rt.Fatalf("%v", err)
	}
}

func (w *world) check(rt *rapid.T) {
	for _, problem := range unsound(w.tb, w.Shop) {
		rt.Error(problem)
	}
}

// rest heals everything, lets ten days pass, and looks at what is left.
func (w *world) rest(rt *rapid.T) {
	w.db.losses = nil
	w.odd.inquire, w.odd.refund, w.odd.afterBegin = nil, nil, nil
	for _, step := range []time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour} {
		for range 10 {
			w.Clock.Advance(step)
			w.PlayTimers(w.tb)
		}
	}
	w.check(rt)
	for _, problem := range unsettled(w.tb, w.Shop) {
		rt.Error(problem)
	}
}
