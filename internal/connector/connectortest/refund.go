package connectortest

import (
	"sync"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/money"
)

func refundCases() []testCase {
	needs := []Story{Succeeds}
	return []testCase{
		{"a full refund goes back once", needs, fullRefund},
		{"a second full refund is refused", needs, secondFullRefund},
		{"more than was captured is refused", needs, refundTooMuch},
		{"partial refunds add up to the capture", needs, partialRefunds},
		{"32 callers with one refund make one booking", needs, concurrentReplays},
		{"refunds that race stay within the capture", needs, racingRefunds},
		{"a refund in another currency is refused", needs, refundInOtherCurrency},
		{"a refund of nothing is refused", needs, refundOfNothing},
		{"a refund of an unknown charge is refused", nil, refundOfUnknown},
		{"a refund of a declined charge is refused", []Story{DeclinedHard}, refundOfDeclined},
		{"a charge's reference is no refund's", needs, refundUnderChargeReference},
	}
}

func fullRefund(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	refund := b.refund(charge, charge.Amount)
	for _, call := range []string{"Refund", "replayed Refund"} {
		result := b.c.Refund(t.Context(), refund)
		wantOutcome(t, call, result, connector.Succeeded)
		if result.Captured != refund.Amount {
			t.Errorf("%s: %v moved, want %v", call, result.Captured, refund.Amount)
		}
	}
	observation := b.c.InquireRefund(t.Context(), refund.Reference)
	if observation.Finding != connector.Found {
		t.Fatalf("InquireRefund: finding %q, want %q", observation.Finding, connector.Found)
	}
	wantOutcome(t, "InquireRefund", observation.Result, connector.Succeeded)
	b.wantRefunded(t, charge, charge.Amount)
	b.wantSettled(t, refund.Reference, refund.Amount)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func secondFullRefund(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	wantOutcome(t, "Refund", b.c.Refund(t.Context(), b.refund(charge, charge.Amount)), connector.Succeeded)
	b.wantRefused(t, b.refund(charge, charge.Amount))
	b.wantRefunded(t, charge, charge.Amount)
}

func refundTooMuch(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	b.wantRefused(t, b.refund(charge, money.New(charge.Amount.Minor()+1, charge.Amount.Currency())))
	b.wantRefunded(t, charge, money.Zero(charge.Amount.Currency()))
}

// partialRefunds holds a connector without partial refunds to refusing them.
func partialRefunds(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	part := b.fraction(t, 1, 4)
	if !b.c.Describe().PartialRefund {
		b.wantRefused(t, b.refund(charge, part))
		return
	}
	rest, err := charge.Amount.Sub(part)
	if err != nil {
		t.Fatal(err)
	}
	wantOutcome(t, "first Refund", b.c.Refund(t.Context(), b.refund(charge, part)), connector.Succeeded)
	b.wantRefunded(t, charge, part)
	b.wantRefused(t, b.refund(charge, charge.Amount))
	wantOutcome(t, "second Refund", b.c.Refund(t.Context(), b.refund(charge, rest)), connector.Succeeded)
	b.wantRefunded(t, charge, charge.Amount)
	b.wantRefused(t, b.refund(charge, money.New(1, charge.Amount.Currency())))
}

func concurrentReplays(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	amount := charge.Amount
	if b.c.Describe().PartialRefund {
		amount = b.fraction(t, 1, 4) // so that a second booking would fit
	}
	refund := b.refund(charge, amount)
	for _, result := range b.together(t, 32, func(int) connector.Refund { return refund }) {
		if result.Outcome != connector.Succeeded && result.Outcome != connector.Unknown {
			t.Errorf("a caller is told %q (%s), want %q", result.Outcome, result.Message, connector.Succeeded)
		}
	}
	b.wantRefunded(t, charge, amount)
	b.wantSettled(t, refund.Reference, amount)
}

// racingRefunds asks for twice the capture, in parts where the provider has them.
func racingRefunds(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	fits, part := 1, charge.Amount
	if b.c.Describe().PartialRefund {
		fits = 4
		part = money.New(charge.Amount.Minor()/4, charge.Amount.Currency())
	}
	succeeded := 0
	for _, result := range b.together(t, 2*fits+2, func(int) connector.Refund { return b.refund(charge, part) }) {
		switch result.Outcome {
		case connector.Succeeded:
			succeeded++
		case connector.Rejected, connector.Declined:
		default:
			t.Errorf("a caller is told %q (%s), want a verdict", result.Outcome, result.Message)
		}
	}
	if succeeded != fits {
		t.Errorf("%d refunds succeeded, want %d", succeeded, fits)
	}
	b.wantRefunded(t, charge, money.New(int64(fits)*part.Minor(), part.Currency()))
}

func refundInOtherCurrency(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	other := money.MustCurrency("CHF")
	if other == charge.Amount.Currency() {
		other = money.MustCurrency("SEK")
	}
	b.wantRefused(t, b.refund(charge, money.New(1, other)))
}

func refundOfNothing(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	b.wantRefused(t, b.refund(charge, money.Zero(charge.Amount.Currency())))
	b.wantRefused(t, b.refund(charge, money.New(-1, charge.Amount.Currency())))
	b.wantRefused(t, b.refund(charge, money.Amount{}))
}

func refundOfUnknown(t *testing.T, b *bench) {
	b.wantRefused(t, b.refund(connector.Charge{Reference: newReference()}, b.Amount))
}

func refundOfDeclined(t *testing.T, b *bench) {
	charge, _ := b.begin(t, DeclinedHard, connector.Declined)
	b.wantRefused(t, b.refund(charge, charge.Amount))
}

func refundUnderChargeReference(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	if o := b.c.InquireRefund(t.Context(), charge.Reference); o.Finding != connector.NotFound {
		t.Errorf("InquireRefund: finding %q, want %q", o.Finding, connector.NotFound)
	}
	refund := b.refund(charge, charge.Amount)
	wantOutcome(t, "Refund", b.c.Refund(t.Context(), refund), connector.Succeeded)
	if o := b.c.Inquire(t.Context(), connector.Ref{Reference: refund.Reference}); o.Finding != connector.NotFound {
		t.Errorf("Inquire: finding %q for a refund's reference, want %q", o.Finding, connector.NotFound)
	}
}

// together sends refunds at once.
func (b *bench) together(t *testing.T, callers int, refund func(int) connector.Refund) []connector.Result {
	t.Helper()
	results := make([]connector.Result, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() { results[i] = b.c.Refund(t.Context(), refund(i)) })
	}
	group.Wait()
	return results
}

// wantRefused checks that a refund is refused, leaves nothing behind and is
// refused again.
func (b *bench) wantRefused(t *testing.T, refund connector.Refund) {
	t.Helper()
	for range 2 {
		wantOutcome(t, "Refund", b.c.Refund(t.Context(), refund), connector.Rejected)
	}
	if o := b.c.InquireRefund(t.Context(), refund.Reference); o.Finding == connector.Found &&
		o.Result.Outcome != connector.Rejected && o.Result.Outcome != connector.Declined {
		t.Errorf("InquireRefund: a refused refund is %q", o.Result.Outcome)
	}
	b.wantSettled(t, refund.Reference)
}

// wantRefunded checks how much of a charge went back.
func (b *bench) wantRefunded(t *testing.T, charge connector.Charge, want money.Amount) {
	t.Helper()
	found := b.inquire(t, charge.Reference, connector.Succeeded)
	if found.Refunded.Minor() != want.Minor() || found.Result.Captured != charge.Amount {
		t.Errorf("Inquire finds %v captured and %v refunded, want %v and %v",
			found.Result.Captured, found.Refunded, charge.Amount, want)
	}
}
