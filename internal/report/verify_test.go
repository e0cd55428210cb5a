package report_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/ledger"
	"tillway/internal/report"
)

// The rules are tested on real data in package store; here is what no small
// database shows: many pages, many findings, failing reads, and facts that
// never come about by the program's own hand.

var now = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// rows is report.Facts in memory.
type rows struct {
	ledger   []report.LedgerFact
	payments []report.PaymentFact
	attempts []report.AttemptFact
	refunds  []report.RefundFact
	orders   []report.OrderFact
	sessions []report.SessionFact
	events   []report.EventFact
	err      error
	pages    int
	slow     int // a page of more than so many takes too long; 0 is none
}

func page[F any](r *rows, all []F, key func(F) string, after string, limit int) ([]F, error) {
	if r.pages++; r.slow > 0 && limit > r.slow {
		return nil, fmt.Errorf("%w: busy", report.ErrSlowPage)
	}
	from, _ := slices.BinarySearchFunc(all, after, func(f F, after string) int {
		if key(f) <= after {
			return -1
		}
		return 1
	})
	return all[from:min(from+limit, len(all))], r.err
}

func (r *rows) Ledger(_ context.Context, after string, limit int) ([]report.LedgerFact, error) {
	return page(r, r.ledger, func(f report.LedgerFact) string { return f.ID }, after, limit)
}

func (r *rows) Payments(_ context.Context, after string, limit int) ([]report.PaymentFact, error) {
	return page(r, r.payments, func(f report.PaymentFact) string { return string(f.ID) }, after, limit)
}

func (r *rows) Attempts(_ context.Context, after string, limit int) ([]report.AttemptFact, error) {
	return page(r, r.attempts, func(f report.AttemptFact) string { return string(f.ID) }, after, limit)
}

func (r *rows) Refunds(_ context.Context, after string, limit int) ([]report.RefundFact, error) {
	return page(r, r.refunds, func(f report.RefundFact) string { return string(f.ID) }, after, limit)
}

func (r *rows) Orders(_ context.Context, after string, limit int) ([]report.OrderFact, error) {
	return page(r, r.orders, func(f report.OrderFact) string { return string(f.ID) }, after, limit)
}

func (r *rows) Sessions(_ context.Context, after string, limit int) ([]report.SessionFact, error) {
	return page(r, r.sessions, func(f report.SessionFact) string { return string(f.ID) }, after, limit)
}

func (r *rows) Events(_ context.Context, after string, limit int) ([]report.EventFact, error) {
	return page(r, r.events, func(f report.EventFact) string { return string(f.ID) }, after, limit)
}

func (r *rows) Attempt(context.Context, pay.AttemptID) (report.AttemptFact, bool, error) {
	return report.AttemptFact{}, false, r.err
}

func (r *rows) Refund(context.Context, pay.RefundID) (report.RefundFact, bool, error) {
	return report.RefundFact{}, false, r.err
}

func verify(t *testing.T, r *rows) report.Verdict {
	t.Helper()
	verdict, err := report.Verify(t.Context(), report.VerifyConfig{Facts: r, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return verdict
}

func TestVerifyPages(t *testing.T) {
	t.Parallel()
	const many = 1234
	r := &rows{}
	for i := range many {
		r.sessions = append(r.sessions, report.SessionFact{ID: pay.SessionID(fmt.Sprintf("cs_%05d", i)), Status: pay.SessionUsed})
	}
	verdict := verify(t, r)
	if verdict.Checked.Sessions != many || verdict.Broken != many {
		t.Errorf("checked %d, broken %d; want every one of %d", verdict.Checked.Sessions, verdict.Broken, many)
	}
	if len(verdict.Findings) >= many {
		t.Errorf("%d findings are kept: a verdict on broken data grows without bound", len(verdict.Findings))
	}
	if least := 3; r.pages < least {
		t.Errorf("everything was read in %d pages", r.pages)
	}
}

func TestVerifyReadsLessWhereAPageIsTooSlow(t *testing.T) {
	t.Parallel()
	var sessions []report.SessionFact
	for i := range 777 {
		sessions = append(sessions, report.SessionFact{ID: pay.SessionID(fmt.Sprintf("cs_%04d", i)), Status: pay.SessionOpen})
	}
	for _, slow := range []int{499, 100, 1} {
		if got := verify(t, &rows{sessions: sessions, slow: slow}); got.Checked.Sessions != len(sessions) {
			t.Errorf("with pages of at most %d, %d sessions were checked, want %d", slow, got.Checked.Sessions, len(sessions))
		}
	}
	if _, err := report.Verify(t.Context(), report.VerifyConfig{
		Facts: &stuck{}, Now: func() time.Time { return now },
	}); !errors.Is(err, report.ErrSlowPage) {
		t.Errorf("a database that cannot read one fact in time gives %v", err)
	}
}

// stuck is report.Facts of which not even one can be read in time.
type stuck struct{ rows }

func (*stuck) Ledger(context.Context, string, int) ([]report.LedgerFact, error) {
	return nil, report.ErrSlowPage
}

func TestVerifyTellsAFailingRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	_, err := report.Verify(t.Context(), report.VerifyConfig{Facts: &rows{err: broken}, Now: time.Now})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want the read's: data that cannot be read is not clean", err)
	}
}

func TestVerifyJudges(t *testing.T) {
	t.Parallel()
	scope := report.Scope{Store: "STO_1", Env: pay.Test}
	usd := func(minor int64) money.Amount { return money.New(minor, "USD") }
	posted := func(tx ledger.Transaction, err error) []report.Posted {
		if err != nil {
			t.Fatal(err)
		}
		return []report.Posted{{Transaction: tx, Scope: scope, Headed: true}}
	}
	payment := func(status pay.PaymentStatus, charged int64) pay.Payment {
		return pay.Payment{
			ID: "PAY_1", Store: scope.Store, Env: scope.Env, Status: status, Connector: "c",
			Amount: usd(119), Tax: usd(19), Charged: usd(charged),
		}
	}
	attempt := func(state pay.AttemptState, called time.Time) pay.Attempt {
		return pay.Attempt{
			ID: "ATT_1", Store: scope.Store, Env: scope.Env, State: state, Connector: "c",
			Amount: usd(119), Captured: usd(119), CalledAt: called,
		}
	}
	refund := func(state pay.RefundState) pay.Refund {
		return pay.Refund{
			ID: "REF_1", Store: scope.Store, Env: scope.Env, Origin: pay.OriginSale, State: state, Connector: "c",
			Amount: usd(50), Tax: usd(8), CreatedAt: now.Add(-9 * 24 * time.Hour), DecidedAt: now,
		}
	}
	asked := posted(ledger.AskRefund("REF_1", ledger.StorePending, usd(50), usd(8)))
	charged := posted(ledger.Charge("PAY_1", "c", usd(119), usd(19)))
	refunding := payment(pay.PaymentSucceeded, 119)
	refunding.Refunded, refunding.Refunding, refunding.RefundTax = usd(69), usd(50), usd(19)
	cases := []struct {
		name string
		rows rows
		want string // the rule, "" for none
	}{
		{"a payment honoured late", rows{payments: []report.PaymentFact{{
			Payment: payment(pay.PaymentSucceeded, 119), Late: true, Posted: posted(ledger.HonourLateCapture("PAY_1", usd(119), usd(19))),
		}}}, ""},
		{"a payment honoured late and posted as if in time", rows{payments: []report.PaymentFact{{
			Payment: payment(pay.PaymentSucceeded, 119), Late: true, Posted: posted(ledger.Charge("PAY_1", "c", usd(119), usd(19))),
		}}}, "ledger_posting"},
		{"a sale of nothing posts nothing", rows{payments: []report.PaymentFact{{Payment: payment(pay.PaymentSucceeded, 0)}}}, ""},
		{"a failed payment with a charge", rows{payments: []report.PaymentFact{{Payment: payment(pay.PaymentFailed, 5)}}}, "order"},
		{"tax posted to the store", rows{payments: []report.PaymentFact{{
			Payment: payment(pay.PaymentSucceeded, 119), Posted: posted(ledger.Charge("PAY_1", "c", usd(119), usd(18))),
		}}}, "ledger_posting"},
		{"an open attempt that waits for its timer", rows{attempts: []report.AttemptFact{{Attempt: attempt(pay.AttemptUnknown, now), Timer: true}}}, ""},
		{"an open attempt without a timer", rows{attempts: []report.AttemptFact{{Attempt: attempt(pay.AttemptUnknown, now)}}}, "open_is_inquired"},
		{"an attempt that only a person can resolve", rows{attempts: []report.AttemptFact{{
			Attempt: attempt(pay.AttemptUnknown, now.Add(-6*24*time.Hour)),
		}}}, ""},
		{"a late capture on its way back", rows{attempts: []report.AttemptFact{{
			Attempt: attempt(pay.AttemptLate, now), Asked: 119, Posted: posted(ledger.CaptureLate("ATT_1", "c", usd(119))),
		}}}, ""},
		{"a late capture whose refund failed stays in suspense", rows{attempts: []report.AttemptFact{{
			Attempt: attempt(pay.AttemptLate, now), Asked: 119, Failed: 119, InSuspense: -119,
			Posted: posted(ledger.CaptureLate("ATT_1", "c", usd(119))),
		}}}, ""},
		{"a late capture that suspense forgot", rows{attempts: []report.AttemptFact{{
			Attempt: attempt(pay.AttemptLate, now), Posted: posted(ledger.CaptureLate("ATT_1", "c", usd(119))),
		}}}, "ledger_suspense"},
		{"an order completed with a zero-amount payment", rows{orders: []report.OrderFact{{
			Scope: scope, ID: "ORD_1", Status: pay.OrderCompleted, Succeeded: 1, Events: 1, Session: pay.SessionUsed,
		}}}, ""},
		{"an order told of twice", rows{orders: []report.OrderFact{{
			Scope: scope, ID: "ORD_1", Status: pay.OrderCompleted, Succeeded: 1, Charged: 1, Events: 2, Session: pay.SessionUsed,
		}}}, "order"},
		{"a session whose order is gone", rows{sessions: []report.SessionFact{{ID: "cs_1", Status: pay.SessionOpen, Order: "ORD_1"}}}, "order"},
		{"a paid link of a session that waits", rows{sessions: []report.SessionFact{{ID: "cs_1", Status: pay.SessionOpen, Noun: pay.SessionUsed}}}, "noun"},
		{"a session that has lost its link", rows{sessions: []report.SessionFact{{ID: "cs_1", Status: pay.SessionOpen, Noun: report.NounMissing}}}, "noun"},
		{"an event resent has more deliveries than it was born with", rows{events: []report.EventFact{{ID: "EVT_1", Type: pay.OrderDone, Born: 1, Kept: 2, Paid: true}}}, ""},
		{"a refund that waits for a decision", rows{refunds: []report.RefundFact{{Refund: refund(pay.RefundRequested)}}}, ""},
		{"a rejected refund that is posted", rows{refunds: []report.RefundFact{{Refund: refund(pay.RefundRejected), Posted: asked}}}, "ledger_posting"},
		{"a refund on its way", rows{refunds: []report.RefundFact{{Refund: refund(pay.RefundUnknown), Posted: asked, Timer: true}}}, ""},
		{"a refund approved long after it was asked for, and asked of nobody", rows{refunds: []report.RefundFact{{
			Refund: refund(pay.RefundApproved), Posted: asked,
		}}}, "open_is_inquired"},
		{"a refund that is told before it is done", rows{refunds: []report.RefundFact{{
			Refund: refund(pay.RefundPending), Posted: asked, Timer: true, Events: 1,
		}}}, "refund"},
		{"a payment refunded whole", rows{payments: []report.PaymentFact{{
			Payment: refunding, Posted: charged, SumRefunded: 69, SumRefunding: 50, SumRefundTax: 19,
		}}}, ""},
		{"a payment whose refunds are of more", rows{payments: []report.PaymentFact{{
			Payment: refunding, Posted: charged, SumRefunded: 70, SumRefunding: 50, SumRefundTax: 19,
		}}}, "refund"},
		{"an event of a refund that is not there", rows{events: []report.EventFact{{ID: "EVT_1", Type: pay.RefundDone}}}, "refund"},
		{"an event of a payment that failed", rows{events: []report.EventFact{{ID: "EVT_1", Type: pay.OrderDone}}}, "order"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			verdict := verify(t, &c.rows)
			var rules []string
			for _, finding := range verdict.Findings {
				rules = append(rules, string(finding.Rule))
				if finding.Subject == "" || strings.TrimSpace(finding.Detail) == "" {
					t.Errorf("a finding says nothing: %+v", finding)
				}
			}
			if c.want == "" && len(rules) > 0 || c.want != "" && !slices.Contains(rules, c.want) {
				t.Errorf("found %v, want %q", verdict.Findings, c.want)
			}
		})
	}
}

// A verification of much data takes a while. A watch that ends meanwhile, and
// takes its timer with it, is not a watch that nobody keeps.
func TestVerifyJudgesByTheTimeOfTheRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		until time.Time
		broke bool
	}{
		"a watch that ended while it ran is over": {now.Add(5 * time.Second), false},
		"a watch that goes on needs its timer":    {now.Add(time.Minute), true},
	} {
		r := &rows{attempts: []report.AttemptFact{{Attempt: pay.Attempt{
			ID: "ATT_1", State: pay.AttemptDeclined, CalledAt: now.Add(-time.Minute), WatchUntil: c.until, Captured: money.Zero("USD"),
		}}}}
		clock := now
		verdict, err := report.Verify(t.Context(), report.VerifyConfig{Facts: r, Now: func() time.Time {
			clock = clock.Add(10 * time.Second)
			return clock.Add(-10 * time.Second)
		}})
		if err != nil {
			t.Fatal(err)
		}
		if found := len(verdict.Findings) > 0; found != c.broke {
			t.Errorf("%s: %v", name, verdict.Findings)
		}
	}
}
