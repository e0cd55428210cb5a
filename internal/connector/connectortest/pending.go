package connectortest

import (
	"testing"
	"time"

	"tillway/internal/connector"
)

func pendingCases() []testCase {
	return []testCase{
		{"a pending charge succeeds later", []Story{SucceedsLater}, pendingSucceeds},
		{"a charge that expired is captured late", []Story{CapturesAfterExpiry}, lateCapture},
		{"a late capture can be refunded", []Story{CapturesAfterExpiry, Succeeds}, lateCaptureRefunded},
	}
}

// justBefore is how far ahead of a turn a case looks.
const justBefore = time.Millisecond

func pendingSucceeds(t *testing.T, b *bench) {
	charge, input := b.begin(t, SucceedsLater, connector.Pending)
	b.Advance(input.Turns[0] - justBefore)
	b.inquire(t, charge.Reference, connector.Pending)
	wantOutcome(t, "replayed Begin", b.c.Begin(t.Context(), charge), connector.Pending)
	b.wantSettled(t, charge.Reference)

	b.Advance(justBefore)
	if found := b.inquire(t, charge.Reference, connector.Succeeded); found.Result.Captured != charge.Amount {
		t.Errorf("Inquire finds %v, want %v", found.Result.Captured, charge.Amount)
	}
	wantOutcome(t, "replayed Begin", b.c.Begin(t.Context(), charge), connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

// expire tells a late capture up to its expiry, when the attempt has failed as
// far as anybody can know.
func (b *bench) expire(t *testing.T) (connector.Charge, Input) {
	t.Helper()
	charge, input := b.charge(t, CapturesAfterExpiry)
	result := b.c.Begin(t.Context(), charge)
	wantOutcome(t, "Begin", result, connector.Pending)
	if result.ExpiresAt.IsZero() {
		t.Error("a charge that can expire does not say when")
	}
	b.inquire(t, charge.Reference, connector.Pending)
	b.Advance(input.Turns[0])
	found := b.inquire(t, charge.Reference, connector.Declined)
	if found.Result.Reason != connector.ReasonExpired {
		t.Errorf("reason %q, want %q", found.Result.Reason, connector.ReasonExpired)
	}
	b.wantSettled(t, charge.Reference)
	return charge, input
}

func lateCapture(t *testing.T, b *bench) {
	charge, input := b.expire(t)
	if window := b.c.Describe().LateCapture; input.Turns[1] > window {
		t.Errorf("the capture comes %v after the expiry, and the engine looks for %v", input.Turns[1], window)
	}
	b.Advance(input.Turns[1] - justBefore)
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)

	b.Advance(justBefore)
	if found := b.inquire(t, charge.Reference, connector.Succeeded); found.Result.Captured != charge.Amount {
		t.Errorf("Inquire finds %v, want %v", found.Result.Captured, charge.Amount)
	}
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func lateCaptureRefunded(t *testing.T, b *bench) {
	charge, input := b.expire(t)
	early := b.refund(charge, charge.Amount)
	wantOutcome(t, "early Refund", b.c.Refund(t.Context(), early), connector.Rejected)
	b.Advance(input.Turns[1])
	wantOutcome(t, "Refund", b.c.Refund(t.Context(), b.refund(charge, charge.Amount)), connector.Succeeded)
	if found := b.inquire(t, charge.Reference, connector.Succeeded); found.Refunded != charge.Amount {
		t.Errorf("refunded %v, want %v", found.Refunded, charge.Amount)
	}
}
