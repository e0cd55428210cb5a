package connectortest

import (
	"sync"
	"testing"

	"tillway/internal/connector"
)

func challengeCases() []testCase {
	return []testCase{
		{"a challenge moves nothing until it is answered", []Story{AsksCustomer}, challengeMovesNothing},
		{"an approved challenge captures", []Story{AsksCustomer}, approvedChallenge},
		{"a refused challenge is declined", []Story{AsksCustomer}, refusedChallenge},
		{"a replayed answer changes nothing", []Story{AsksCustomer}, replayedAnswer},
		{"answers that race end in one verdict", []Story{AsksCustomer}, racingAnswers},
		{"an approved challenge can still be declined", []Story{AsksThenDeclines}, approvedThenDeclined},
		{"an answer for an unknown reference is no success", nil, answerForUnknown},
	}
}

// The two answers of Action.Kind Challenge.
var (
	approve = connector.CustomerInput{Fields: map[string]string{"answer": "approve"}}
	refuse  = connector.CustomerInput{Fields: map[string]string{"answer": "refuse"}}
)

// ask begins a charge that asks the customer.
func (b *bench) ask(t *testing.T, story Story) (connector.Charge, connector.Ref) {
	t.Helper()
	charge, _ := b.charge(t, story)
	result := b.c.Begin(t.Context(), charge)
	wantOutcome(t, "Begin", result, connector.RequiresAction)
	return charge, connector.Ref{Reference: charge.Reference, ProviderID: result.ProviderID}
}

func challengeMovesNothing(t *testing.T, b *bench) {
	charge, _ := b.ask(t, AsksCustomer)
	b.inquire(t, charge.Reference, connector.RequiresAction)
	wantOutcome(t, "replayed Begin", b.c.Begin(t.Context(), charge), connector.RequiresAction)
	b.wantSettled(t, charge.Reference)
}

func approvedChallenge(t *testing.T, b *bench) {
	charge, ref := b.ask(t, AsksCustomer)
	result := b.c.Continue(t.Context(), ref, approve)
	wantOutcome(t, "Continue", result, connector.Succeeded)
	if result.Captured != charge.Amount {
		t.Errorf("captured %v, want %v", result.Captured, charge.Amount)
	}
	b.inquire(t, charge.Reference, connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func refusedChallenge(t *testing.T, b *bench) {
	charge, ref := b.ask(t, AsksCustomer)
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, refuse), connector.Declined)
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

func replayedAnswer(t *testing.T, b *bench) {
	charge, ref := b.ask(t, AsksCustomer)
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, approve), connector.Succeeded)
	wantOutcome(t, "replayed Continue", b.c.Continue(t.Context(), ref, approve), connector.Succeeded)
	wantOutcome(t, "contrary Continue", b.c.Continue(t.Context(), ref, refuse), connector.Succeeded)
	wantOutcome(t, "replayed Begin", b.c.Begin(t.Context(), charge), connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)

	charge, ref = b.ask(t, AsksCustomer)
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, refuse), connector.Declined)
	wantOutcome(t, "contrary Continue", b.c.Continue(t.Context(), ref, approve), connector.Declined)
	b.wantSettled(t, charge.Reference)
}

// racingAnswers is two tabs. Whoever comes first decides, and everybody is
// told the same.
func racingAnswers(t *testing.T, b *bench) {
	const callers = 16
	charge, ref := b.ask(t, AsksCustomer)
	results := make([]connector.Result, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			answer := approve
			if i%2 == 1 {
				answer = refuse
			}
			results[i] = b.c.Continue(t.Context(), ref, answer)
		})
	}
	group.Wait()
	verdict := b.c.Inquire(t.Context(), ref).Result.Outcome
	for _, result := range results {
		if result.Outcome != verdict && result.Outcome != connector.Unknown {
			t.Errorf("a caller is told %q, and the provider says %q", result.Outcome, verdict)
		}
	}
	switch verdict {
	case connector.Succeeded:
		b.wantSettled(t, charge.Reference, charge.Amount)
	case connector.Declined:
		b.wantSettled(t, charge.Reference)
	default:
		t.Errorf("the provider says %q, want a verdict", verdict)
	}
}

func approvedThenDeclined(t *testing.T, b *bench) {
	charge, ref := b.ask(t, AsksThenDeclines)
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, approve), connector.Declined)
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

func answerForUnknown(t *testing.T, b *bench) {
	ref := connector.Ref{Reference: newReference()}
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, approve), connector.Rejected)
	b.wantNoMoney(t, ref.Reference)
}
