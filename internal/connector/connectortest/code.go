package connectortest

import (
	"sync"
	"testing"

	"tillway/internal/connector"
)

// codeCases hold the methods whose customer types a one-time code: guesses are
// counted, the count is durable, and no answer books twice.
func codeCases() []testCase {
	return []testCase{
		{"a one-time code moves nothing until it is typed", []Story{AsksForCode}, codeMovesNothing},
		{"the right code captures", []Story{AsksForCode}, rightCode},
		{"the right code sent twice captures once", []Story{AsksForCode}, rightCodeTwice},
		{"the right codes that race capture once", []Story{AsksForCode}, racingCodes},
		{"a wrong code leaves one try less", []Story{AsksForCode}, wrongCode},
		{"the last wrong code declines", []Story{AsksForCode}, lastWrongCode},
		{"wrong codes that race are all counted", []Story{AsksForCode}, racingWrongCodes},
		{"the tries outlive the process", []Story{AsksForCode}, triesOutliveProcess},
		{"a code that is declined is declined at once", []Story{AsksForCode}, declinedCode},
		{"a customer who gives no code cancels", []Story{AsksForCode}, codeRefused},
		{"an approval is no code", []Story{AsksForCode}, approvalIsNoCode},
		{"a cancelled charge takes no code", []Story{AsksForCode}, cancelledTakesNoCode},
		{"a code that nobody types expires", []Story{AsksForCode}, codeExpires},
		{"a code that is cut off leaves the attempt open", []Story{AsksForCode}, cutOffCode},
		{"a code for an unknown reference is no success", nil, codeForUnknown},
	}
}

// typing is the answer of a customer who types a code.
func typing(code string) connector.CustomerInput {
	return connector.CustomerInput{Fields: map[string]string{"code": code}}
}

// askCode begins a charge that asks for a one-time code.
func (b *bench) askCode(t *testing.T) (connector.Charge, connector.Ref, Codes) {
	t.Helper()
	charge, input := b.charge(t, AsksForCode)
	result := b.c.Begin(t.Context(), charge)
	wantTries(t, "Begin", result, input.Codes.Tries)
	return charge, connector.Ref{Reference: charge.Reference, ProviderID: result.ProviderID}, input.Codes
}

// wantTries checks that an answer asks for a code and says how many are left.
func wantTries(t *testing.T, call string, got connector.Result, want int) {
	t.Helper()
	wantOutcome(t, call, got, connector.RequiresAction)
	if got.Action == nil || got.Action.Kind != connector.OneTimeCode || triesLeft(got) != want {
		t.Fatalf("%s: action %+v, want %q with %d tries left", call, got.Action, connector.OneTimeCode, want)
	}
}

func codeMovesNothing(t *testing.T, b *bench) {
	charge, _, codes := b.askCode(t)
	found := b.inquire(t, charge.Reference, connector.RequiresAction)
	wantTries(t, "Inquire", found.Result, codes.Tries)
	wantTries(t, "replayed Begin", b.c.Begin(t.Context(), charge), codes.Tries)
	b.wantSettled(t, charge.Reference)
}

func rightCode(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	result := b.c.Continue(t.Context(), ref, typing(codes.Right))
	wantOutcome(t, "Continue", result, connector.Succeeded)
	if result.Captured != charge.Amount {
		t.Errorf("captured %v, want %v", result.Captured, charge.Amount)
	}
	b.inquire(t, charge.Reference, connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func rightCodeTwice(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, typing(codes.Right)), connector.Succeeded)
	for call, input := range map[string]connector.CustomerInput{
		"replayed Continue": typing(codes.Right), "late wrong code": typing(codes.Wrong), "late refusal": refuse,
	} {
		wantOutcome(t, call, b.c.Continue(t.Context(), ref, input), connector.Succeeded)
	}
	wantOutcome(t, "replayed Begin", b.c.Begin(t.Context(), charge), connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

// racingCodes is a buyer who presses the button again and again.
func racingCodes(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	for _, result := range b.race(t, ref, typing(codes.Right), 16) {
		if result.Outcome != connector.Succeeded && result.Outcome != connector.Unknown {
			t.Errorf("a caller is told %q, want %q", result.Outcome, connector.Succeeded)
		}
	}
	b.inquire(t, charge.Reference, connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

// race lets callers give the same answer at once.
func (b *bench) race(t *testing.T, ref connector.Ref, input connector.CustomerInput, callers int) []connector.Result {
	t.Helper()
	results := make([]connector.Result, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() { results[i] = b.c.Continue(t.Context(), ref, input) })
	}
	group.Wait()
	return results
}

func wrongCode(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	for left := codes.Tries - 1; left > 0; left-- {
		wantTries(t, "Continue", b.c.Continue(t.Context(), ref, typing(codes.Wrong)), left)
		wantTries(t, "Inquire", b.inquire(t, charge.Reference, connector.RequiresAction).Result, left)
	}
	b.wantSettled(t, charge.Reference)
	wantOutcome(t, "right Continue", b.c.Continue(t.Context(), ref, typing(codes.Right)), connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func lastWrongCode(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	for range codes.Tries - 1 {
		wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, typing(codes.Wrong)), connector.RequiresAction)
	}
	wantOutcome(t, "last Continue", b.c.Continue(t.Context(), ref, typing(codes.Wrong)), connector.Declined)
	wantOutcome(t, "late right code", b.c.Continue(t.Context(), ref, typing(codes.Right)), connector.Declined)
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

// racingWrongCodes: a guesser gains nothing by guessing in parallel. A code whose
// answer got lost may have been counted or not, so only the others are held
// against the tries that are left.
func racingWrongCodes(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	counted := 0
	seen := make(map[int]bool)
	for _, result := range b.race(t, ref, typing(codes.Wrong), codes.Tries-1) {
		switch result.Outcome {
		case connector.RequiresAction:
			counted++
			if left := triesLeft(result); seen[left] {
				t.Errorf("two callers are told that %d tries are left", left)
			} else {
				seen[left] = true
			}
		case connector.Unknown:
		default:
			t.Errorf("a caller is told %q, want %q", result.Outcome, connector.RequiresAction)
		}
	}
	found := b.inquire(t, charge.Reference, connector.RequiresAction)
	if left := triesLeft(found.Result); left > codes.Tries-counted {
		t.Errorf("%d tries are left after %d wrong codes, want %d", left, counted, codes.Tries-counted)
	}
	b.wantSettled(t, charge.Reference)
}

func triesOutliveProcess(t *testing.T, b *bench) {
	if b.Reopen == nil {
		t.Log("not applicable: the connector has no state of its own")
		return
	}
	charge, ref, codes := b.askCode(t)
	wantTries(t, "Continue", b.c.Continue(t.Context(), ref, typing(codes.Wrong)), codes.Tries-1)
	b.c.inner = b.Reopen(t)
	wantTries(t, "Inquire", b.inquire(t, charge.Reference, connector.RequiresAction).Result, codes.Tries-1)
	for range codes.Tries - 1 {
		b.c.Continue(t.Context(), ref, typing(codes.Wrong))
	}
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

func declinedCode(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	if codes.Declined == "" {
		t.Log("not applicable: the provider declines no code at once")
		return
	}
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, typing(codes.Declined)), connector.Declined)
	wantOutcome(t, "late right code", b.c.Continue(t.Context(), ref, typing(codes.Right)), connector.Declined)
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

func codeRefused(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	result := b.c.Continue(t.Context(), ref, refuse)
	wantOutcome(t, "Continue", result, connector.Declined)
	if result.Reason != connector.ReasonCancelled {
		t.Errorf("reason %q, want %q", result.Reason, connector.ReasonCancelled)
	}
	wantOutcome(t, "late right code", b.c.Continue(t.Context(), ref, typing(codes.Right)), connector.Declined)
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

func approvalIsNoCode(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	for call, input := range map[string]connector.CustomerInput{"approval": approve, "empty code": typing(""), "no field": {}} {
		wantTries(t, call, b.c.Continue(t.Context(), ref, input), codes.Tries)
	}
	b.wantSettled(t, charge.Reference)
}

func cancelledTakesNoCode(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	wantOutcome(t, "Cancel", b.c.Cancel(t.Context(), ref), connector.Declined)
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, typing(codes.Right)), connector.Declined)
	b.inquire(t, charge.Reference, connector.Declined)
	b.wantSettled(t, charge.Reference)
}

func codeExpires(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	b.Advance(codes.Life)
	found := b.inquire(t, charge.Reference, connector.Declined)
	if found.Result.Reason != connector.ReasonExpired {
		t.Errorf("reason %q, want %q", found.Result.Reason, connector.ReasonExpired)
	}
	wantOutcome(t, "late right code", b.c.Continue(t.Context(), ref, typing(codes.Right)), connector.Declined)
	b.wantSettled(t, charge.Reference)
}

// cutOffCode: whether the code arrived is not known, so nothing may be said of it.
func cutOffCode(t *testing.T, b *bench) {
	charge, ref, codes := b.askCode(t)
	switch result := b.c.Continue(abandoned(), ref, typing(codes.Right)); result.Outcome {
	case connector.Unknown, connector.RequiresAction:
	default:
		t.Errorf("Continue: outcome %q, want the attempt left open", result.Outcome)
	}
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, typing(codes.Right)), connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func codeForUnknown(t *testing.T, b *bench) {
	ref := connector.Ref{Reference: newReference()}
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, typing("123456")), connector.Rejected)
	b.wantNoMoney(t, ref.Reference)
}
