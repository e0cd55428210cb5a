package report

import (
	"context"
	"fmt"

	"tillway/internal/connector"
	"tillway/internal/pay"
	"tillway/internal/pay/ledger"
)

func (v *verification) refunds(ctx context.Context) error {
	return walk(ctx, &v.verdict.Checked.Refunds, v.Facts.Refunds,
		func(f RefundFact) string { return string(f.ID) }, v.judgeRefund)
}

// judgeRefund: a refund is posted when it is approved, and what the provider
// made of it is posted and told of once. Until then, and when it is rejected or
// withdrawn, there is nothing.
func (v *verification) judgeRefund(ctx context.Context, f RefundFact) error {
	subject, scope := string(f.ID), Scope{Store: f.Store, Env: f.Env}
	v.comparePostings(subject, scope, f.Posted, f.derived()...)
	if f.State.Open() && !f.Timer && v.Now().Before(f.asked().Add(inquirySpan)) {
		v.verdict.find(RuleInquiry, subject, fmt.Sprintf("is %s and nothing will ask the provider about it", f.State))
	}
	if want := f.told(); f.Events != want || f.Told != want {
		v.verdict.find(RuleRefund, subject, fmt.Sprintf("is %s and has %d events that tell of it, %d of them rightly; it should have %d",
			f.State, f.Events, f.Told, want))
	}
	return v.bookedRefund(ctx, f)
}

// derived are the postings that a refund should have.
func (f RefundFact) derived() []expected {
	subject := string(f.ID)
	asked := expect(ledger.AskRefund(subject, ledger.StorePending, f.Amount, f.Tax))
	if f.Origin == pay.OriginLateCapture {
		asked = expect(ledger.AskLateCaptureRefund(subject, f.Amount))
	}
	switch f.State {
	case pay.RefundSucceeded:
		return []expected{asked, expect(ledger.FinishRefund(subject, f.Connector, f.Amount))}
	case pay.RefundFailed:
		return []expected{asked, expect(ledger.Reverse(ledger.RefundFailed, subject, asked.transaction), nil)}
	case pay.RefundApproved, pay.RefundPending, pay.RefundUnknown:
		return []expected{asked}
	case pay.RefundRequested, pay.RefundRejected, pay.RefundWithdrawn:
	}
	return nil
}

// told is how many events should tell of the refund: nobody was told of the
// sale of a late capture.
func (f RefundFact) told() int {
	if f.Origin == pay.OriginSale && (f.State == pay.RefundSucceeded || f.State == pay.RefundFailed) {
		return 1
	}
	return 0
}

// bookedRefund looks a finished refund of ours up in the provider's book.
func (v *verification) bookedRefund(ctx context.Context, f RefundFact) error {
	provider := v.bookkeeper(f.Connector)
	if f.State != pay.RefundSucceeded || provider == nil {
		return nil
	}
	seen := provider.InquireRefund(ctx, string(f.ID))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if seen.Finding != connector.Found || seen.Result.Outcome != connector.Succeeded {
		v.verdict.find(RuleBook, string(f.ID), fmt.Sprintf("is refunded here, and %s has not booked it", f.Connector))
	}
	return nil
}

// judgeRefunded compares what a payment says of its refunds with the refunds,
// and both with the charge (DESIGN §3 rule 3).
func (v *verification) judgeRefunded(f PaymentFact) {
	subject, currency := string(f.ID), f.Charged.Currency()
	for what, sums := range map[string][2]int64{
		"refunded":               {f.Refunded.Minor(), f.SumRefunded},
		"being refunded":         {f.Refunding.Minor(), f.SumRefunding},
		"tax within its refunds": {f.RefundTax.Minor(), f.SumRefundTax},
	} {
		if sums[0] != sums[1] {
			v.verdict.find(RuleRefund, subject, fmt.Sprintf("says %v %s %s, and its refunds say %v",
				amountIn(sums[0], currency), currency, what, amountIn(sums[1], currency)))
		}
	}
	if f.SumRefunded+f.SumRefunding > f.Charged.Minor() || f.SumRefundTax > f.Tax.Minor() {
		v.verdict.find(RuleRefund, subject, fmt.Sprintf("charged %v %s with %v tax, and its refunds are of %v with %v tax",
			f.Charged, currency, f.Tax, amountIn(f.SumRefunded+f.SumRefunding, currency), amountIn(f.SumRefundTax, currency)))
	}
}
