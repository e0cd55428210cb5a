package connectortest

import (
	"testing"

	"tillway/internal/connector"
)

func reopenCases() []testCase {
	return []testCase{{"what was answered outlives the process", []Story{Succeeds}, answersOutliveProcess}}
}

// answersOutliveProcess: every answer was durable when it was given, so a new
// process on the same store knows all of it and books none of it again.
func answersOutliveProcess(t *testing.T, b *bench) {
	if b.Reopen == nil {
		t.Log("not applicable: the connector has no state of its own")
		return
	}
	charges := make(map[Story]connector.Charge)
	before := make(map[Story]connector.Observation)
	for _, story := range Stories() {
		if _, unsupported := b.Unsupported[story]; unsupported {
			continue
		}
		charges[story], _ = b.charge(t, story)
		b.c.Begin(t.Context(), charges[story])
	}
	refund := b.refund(charges[Succeeds], charges[Succeeds].Amount)
	wantOutcome(t, "Refund", b.c.Refund(t.Context(), refund), connector.Succeeded)
	for story, charge := range charges {
		before[story] = b.c.Inquire(t.Context(), connector.Ref{Reference: charge.Reference})
	}

	b.c.inner = b.Reopen(t)
	for story, charge := range charges {
		after := b.c.Inquire(t.Context(), connector.Ref{Reference: charge.Reference})
		if after.Finding != before[story].Finding || after.Result.Outcome != before[story].Result.Outcome ||
			after.Refunded != before[story].Refunded || !after.At.Equal(before[story].At) ||
			after.Result.Receipt != before[story].Result.Receipt {
			t.Errorf("%q: the new process finds %+v, want %+v", story, after, before[story])
		}
	}
	wantOutcome(t, "replayed Begin", b.c.Begin(t.Context(), charges[Succeeds]), connector.Succeeded)
	wantOutcome(t, "replayed Refund", b.c.Refund(t.Context(), refund), connector.Succeeded)
	b.wantSettled(t, charges[Succeeds].Reference, charges[Succeeds].Amount)
	b.wantSettled(t, refund.Reference, refund.Amount)
	b.wantRefused(t, b.refund(charges[Succeeds], charges[Succeeds].Amount))
}
