package connectortest

import (
	"context"
	"testing"
	"time"

	"tillway/internal/connector"
)

// lostAnswerCases hold the line between "no byte left" and "the answer never
// came": the first lets a new attempt start at once, so it must be proven.
func lostAnswerCases() []testCase {
	return []testCase{
		{"dropped before the send is not attempted", []Story{NeverSent}, droppedBeforeSend},
		{"dropped after the send is unknown, and the inquiry finds the money", []Story{LosesAnswerMoved}, droppedAfterSend},
		{"dropped on the way is unknown, and the inquiry finds nothing", []Story{LosesAnswerNotMoved}, droppedOnTheWay},
		{"a replay after a lost answer books nothing more", []Story{LosesAnswerMoved}, replayAfterLostAnswer},
		{"a call that is over before it starts is no decline", []Story{Succeeds}, overBeforeStart},
		{"a call that is cut off is unknown", []Story{LosesAnswerMoved}, cutOff},
		{"a replay that is cut off hides no money", []Story{Succeeds}, cutOffReplay},
		{"an inquiry that is cut off finds nothing out", []Story{Succeeds}, cutOffInquiry},
		{"an answer that is cut off leaves the attempt open", []Story{AsksCustomer}, cutOffAnswer},
		{"a cancellation that is cut off cancels nothing by its word", []Story{AsksCustomer}, cutOffCancel},
		{"a refund that is cut off is no refusal", []Story{Succeeds}, cutOffRefund},
	}
}

func droppedBeforeSend(t *testing.T, b *bench) {
	charge, _ := b.begin(t, NeverSent, connector.NotAttempted)
	b.Advance(b.c.Describe().MaxBlock)
	if o := b.c.Inquire(t.Context(), connector.Ref{Reference: charge.Reference}); o.Finding != connector.NotFound {
		t.Errorf("Inquire: finding %q, want %q", o.Finding, connector.NotFound)
	}
	b.wantSettled(t, charge.Reference)
}

func droppedAfterSend(t *testing.T, b *bench) {
	charge, _ := b.begin(t, LosesAnswerMoved, connector.Unknown)
	if found := b.inquire(t, charge.Reference, connector.Succeeded); found.Result.Captured != charge.Amount {
		t.Errorf("Inquire finds %v, want %v", found.Result.Captured, charge.Amount)
	}
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func droppedOnTheWay(t *testing.T, b *bench) {
	charge, _ := b.begin(t, LosesAnswerNotMoved, connector.Unknown)
	b.wantNoMoney(t, charge.Reference)
}

func replayAfterLostAnswer(t *testing.T, b *bench) {
	charge, _ := b.begin(t, LosesAnswerMoved, connector.Unknown)
	switch result := b.c.Begin(t.Context(), charge); result.Outcome {
	case connector.Succeeded, connector.Unknown:
	default:
		t.Errorf("replayed Begin: outcome %q, want the truth or unknown", result.Outcome)
	}
	b.inquire(t, charge.Reference, connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func overBeforeStart(t *testing.T, b *bench) {
	charge, _ := b.charge(t, Succeeds)
	switch result := b.c.Begin(abandoned(), charge); result.Outcome {
	case connector.NotAttempted:
		b.Advance(b.c.Describe().MaxBlock)
		if o := b.c.Inquire(t.Context(), connector.Ref{Reference: charge.Reference}); o.Finding != connector.NotFound {
			t.Errorf("Inquire: finding %q after %q, want %q", o.Finding, result.Outcome, connector.NotFound)
		}
		b.wantSettled(t, charge.Reference)
	case connector.Unknown:
	default:
		t.Errorf("Begin: outcome %q, want %q or %q", result.Outcome, connector.NotAttempted, connector.Unknown)
	}
}

// cutOff ends the call while the provider is silent. The time limit is only
// there to end the wait: a provider that loses its answer sooner is as good.
func cutOff(t *testing.T, b *bench) {
	charge, _ := b.charge(t, LosesAnswerMoved)
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	wantOutcome(t, "Begin", b.c.Begin(ctx, charge), connector.Unknown)
	b.inquire(t, charge.Reference, connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

// cutOffReplay: "not attempted" would let a second attempt start beside a
// captured one. A provider that cannot know answers unknown.
func cutOffReplay(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	switch result := b.c.Begin(abandoned(), charge); result.Outcome {
	case connector.Unknown, connector.Succeeded:
	default:
		t.Errorf("replayed Begin: outcome %q, want the truth or unknown", result.Outcome)
	}
}

func cutOffInquiry(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	if o := b.c.Inquire(abandoned(), connector.Ref{Reference: charge.Reference}); o.Finding == connector.NotFound {
		t.Errorf("Inquire: finding %q, want the truth or %q", o.Finding, connector.NoAnswer)
	}
	if o := b.c.InquireRefund(abandoned(), charge.Reference); o.Finding == connector.Found {
		t.Errorf("InquireRefund: finding %q for a charge's reference", o.Finding)
	}
}

// cutOffAnswer: the charge is in the provider's hands, so even an answer that
// provably never left is no "not attempted", which would end the attempt.
func cutOffAnswer(t *testing.T, b *bench) {
	charge, ref := b.ask(t, AsksCustomer)
	wantOutcome(t, "Continue", b.c.Continue(abandoned(), ref, approve), connector.Unknown)
	switch o := b.c.Inquire(t.Context(), ref); o.Result.Outcome {
	case connector.RequiresAction:
		wantOutcome(t, "second Continue", b.c.Continue(t.Context(), ref, approve), connector.Succeeded)
		b.wantSettled(t, charge.Reference, charge.Amount)
	case connector.Succeeded:
		b.wantSettled(t, charge.Reference, charge.Amount)
	default:
		t.Errorf("Inquire: outcome %q, want the question open or answered", o.Result.Outcome)
	}
}

func cutOffCancel(t *testing.T, b *bench) {
	_, ref := b.ask(t, AsksCustomer)
	wantOutcome(t, "Cancel", b.c.Cancel(abandoned(), ref), connector.Unknown)
	switch o := b.c.Inquire(t.Context(), ref); o.Result.Outcome {
	case connector.RequiresAction, connector.Declined:
	default:
		t.Errorf("Inquire: outcome %q, want the question open or the charge cancelled", o.Result.Outcome)
	}
}

func cutOffRefund(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	refund := b.refund(charge, charge.Amount)
	switch result := b.c.Refund(abandoned(), refund); result.Outcome {
	case connector.Unknown:
	case connector.NotAttempted:
		if o := b.c.InquireRefund(t.Context(), refund.Reference); o.Finding != connector.NotFound {
			t.Errorf("InquireRefund: finding %q after %q, want %q", o.Finding, result.Outcome, connector.NotFound)
		}
	default:
		t.Errorf("Refund: outcome %q, want %q or %q", result.Outcome, connector.NotAttempted, connector.Unknown)
	}
}
