package connectortest

import (
	"testing"

	"tillway/internal/connector"
)

func cancelCases() []testCase {
	return []testCase{
		{"a cancelled pending charge is never captured", []Story{SucceedsLater}, cancelPending},
		{"a cancelled challenge cannot be approved", []Story{AsksCustomer}, cancelChallenge},
		{"a captured charge cannot be cancelled", []Story{Succeeds}, cancelCaptured},
		{"an unknown reference cannot be cancelled", nil, cancelUnknown},
	}
}

func cancelPending(t *testing.T, b *bench) {
	charge, input := b.begin(t, SucceedsLater, connector.Pending)
	ref := connector.Ref{Reference: charge.Reference}
	for _, call := range []string{"Cancel", "replayed Cancel"} {
		result := b.c.Cancel(t.Context(), ref)
		wantOutcome(t, call, result, connector.Declined)
		if result.Reason != connector.ReasonCancelled {
			t.Errorf("%s: reason %q, want %q", call, result.Reason, connector.ReasonCancelled)
		}
	}
	b.Advance(input.Turns[0])
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

func cancelChallenge(t *testing.T, b *bench) {
	charge, ref := b.ask(t, AsksCustomer)
	wantOutcome(t, "Cancel", b.c.Cancel(t.Context(), ref), connector.Declined)
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, approve), connector.Declined)
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

// cancelCaptured: the engine asked too late and learns the truth.
func cancelCaptured(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	result := b.c.Cancel(t.Context(), connector.Ref{Reference: charge.Reference})
	wantOutcome(t, "Cancel", result, connector.Succeeded)
	b.inquire(t, charge.Reference, connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func cancelUnknown(t *testing.T, b *bench) {
	ref := connector.Ref{Reference: newReference()}
	wantOutcome(t, "Cancel", b.c.Cancel(t.Context(), ref), connector.Rejected)
}
