package report

import (
	"context"
	"fmt"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay"
	"tillway/internal/pay/ledger"
)

// inquirySpan is how long an open outcome is asked about at least (DESIGN §3
// rule 5). After it only a person can resolve it, and no timer is left.
const inquirySpan = 5 * 24 * time.Hour

func (v *verification) attempts(ctx context.Context) error {
	return walk(ctx, &v.verdict.Checked.Attempts, v.Facts.Attempts,
		func(f AttemptFact) string { return string(f.ID) }, v.judgeAttempt)
}

func (v *verification) judgeAttempt(ctx context.Context, f AttemptFact) error {
	subject, scope := string(f.ID), Scope{Store: f.Store, Env: f.Env}
	if f.State == pay.AttemptLate && !f.Captured.IsZero() { // that of a free order moved nothing
		v.comparePostings(subject, scope, f.Posted, expect(ledger.CaptureLate(subject, f.Connector, f.Captured)))
	} else {
		v.comparePostings(subject, scope, f.Posted)
	}
	if want := f.suspended(); f.InSuspense != want {
		currency := f.Captured.Currency()
		v.verdict.find(RuleSuspense, subject, fmt.Sprintf("holds %v %s in suspense, and should hold %v",
			amountIn(-f.InSuspense, currency), currency, amountIn(-want, currency)))
	}
	if f.State.Open() && !f.Timer && v.Now().Before(f.CalledAt.Add(inquirySpan)) {
		v.verdict.find(RuleInquiry, subject, fmt.Sprintf("is %s and nothing will ask the provider about it", f.State))
	}
	if !f.State.Open() && !f.State.Captured() && !f.Timer && v.Now().Before(f.WatchUntil) {
		v.verdict.find(RuleInquiry, subject, fmt.Sprintf("is %s, may still be captured, and nothing will look for that", f.State))
	}
	return v.bookedCapture(ctx, f)
}

// suspended is what an attempt should have in suspense: the whole of a late
// capture while it is neither honoured nor on its way back.
func (f AttemptFact) suspended() int64 {
	if f.State != pay.AttemptLate || f.Honoured {
		return 0
	}
	return -(f.Captured.Minor() - f.Asked + f.Failed)
}

// bookedCapture looks a capture of ours up in the provider's book.
func (v *verification) bookedCapture(ctx context.Context, f AttemptFact) error {
	if !f.State.Captured() || f.Captured.IsZero() {
		return nil
	}
	provider := v.bookkeeper(f.Connector)
	if provider == nil {
		return nil
	}
	seen := provider.Inquire(ctx, f.Ref())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case seen.Finding == connector.NoAnswer:
		v.verdict.find(RuleBook, string(f.ID), f.Connector+" gave no answer about a capture of ours")
	case seen.Finding == connector.NotFound || seen.Result.Outcome != connector.Succeeded:
		v.verdict.find(RuleBook, string(f.ID), fmt.Sprintf("is captured here, and %s has not booked it", f.Connector))
	case seen.Result.Captured != f.Captured:
		v.verdict.find(RuleBook, string(f.ID), fmt.Sprintf("captured %v %s here, and %s booked %v %s",
			f.Captured, f.Captured.Currency(), f.Connector, seen.Result.Captured, seen.Result.Captured.Currency()))
	}
	return nil
}
