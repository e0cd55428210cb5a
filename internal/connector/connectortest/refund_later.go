package connectortest

import (
	"testing"

	"tillway/internal/connector"
	"tillway/internal/money"
)

func refundLaterCases() []testCase {
	return []testCase{
		{"a pending refund succeeds later", []Story{RefundSucceedsLater}, refundSucceedsLater},
		{"a pending refund holds its amount", []Story{RefundSucceedsLater}, pendingRefundHolds},
		{"a refund that fails later frees its amount", []Story{RefundFailsLater}, failedRefundFrees},
	}
}

// wantRefund inquires after a refund by its reference.
func (b *bench) wantRefund(t *testing.T, reference string, want connector.Outcome) {
	t.Helper()
	observation := b.c.InquireRefund(t.Context(), reference)
	if observation.Finding != connector.Found {
		t.Fatalf("InquireRefund: finding %q, want %q", observation.Finding, connector.Found)
	}
	wantOutcome(t, "InquireRefund", observation.Result, want)
}

func refundSucceedsLater(t *testing.T, b *bench) {
	charge, input := b.begin(t, RefundSucceedsLater, connector.Succeeded)
	refund := b.refund(charge, charge.Amount)
	wantOutcome(t, "Refund", b.c.Refund(t.Context(), refund), connector.Pending)
	b.Advance(input.Turns[0] - justBefore)
	b.wantRefund(t, refund.Reference, connector.Pending)
	b.wantRefunded(t, charge, money.Zero(charge.Amount.Currency()))
	b.wantSettled(t, refund.Reference)

	b.Advance(justBefore)
	b.wantRefund(t, refund.Reference, connector.Succeeded)
	wantOutcome(t, "replayed Refund", b.c.Refund(t.Context(), refund), connector.Succeeded)
	b.wantRefunded(t, charge, charge.Amount)
	b.wantSettled(t, refund.Reference, refund.Amount)
}

func pendingRefundHolds(t *testing.T, b *bench) {
	charge, input := b.begin(t, RefundSucceedsLater, connector.Succeeded)
	wantOutcome(t, "Refund", b.c.Refund(t.Context(), b.refund(charge, charge.Amount)), connector.Pending)
	b.wantRefused(t, b.refund(charge, charge.Amount))
	b.Advance(input.Turns[0])
	b.wantRefused(t, b.refund(charge, charge.Amount))
	b.wantRefunded(t, charge, charge.Amount)
}

func failedRefundFrees(t *testing.T, b *bench) {
	charge, input := b.begin(t, RefundFailsLater, connector.Succeeded)
	refund := b.refund(charge, charge.Amount)
	wantOutcome(t, "Refund", b.c.Refund(t.Context(), refund), connector.Pending)
	b.wantRefused(t, b.refund(charge, charge.Amount))

	b.Advance(input.Turns[0])
	b.wantRefund(t, refund.Reference, connector.Declined)
	wantOutcome(t, "replayed Refund", b.c.Refund(t.Context(), refund), connector.Declined)
	b.wantRefunded(t, charge, money.Zero(charge.Amount.Currency()))
	b.wantSettled(t, refund.Reference)

	next := b.c.Refund(t.Context(), b.refund(charge, charge.Amount))
	if next.Outcome != connector.Pending && next.Outcome != connector.Succeeded {
		t.Errorf("a refund after a failed one: outcome %q (%s), want it accepted", next.Outcome, next.Message)
	}
}
