package connectortest

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// bench is one case's workplace: the harness, and the connector wrapped so
// that every answer it gives is inspected, whatever the case asks about.
type bench struct {
	Harness
	c *inspected
}

func newBench(t *testing.T, h Harness) *bench {
	t.Helper()
	return &bench{Harness: h, c: &inspected{t: t, inner: h.Connector}}
}

// newReference is unlike every other, as an attempt's is.
func newReference() string { return "ATT_" + rand.Text() }

// charge is a story's charge under a new reference.
func (b *bench) charge(t *testing.T, story Story) (connector.Charge, Input) {
	t.Helper()
	input := b.Input(t, story)
	if len(input.Turns) != story.turns() {
		t.Fatalf("the harness gives %d turns for %q, want %d", len(input.Turns), story, story.turns())
	}
	if story == AsksForCode {
		codes := input.Codes
		if codes.Right == "" || codes.Wrong == "" || codes.Right == codes.Wrong || codes.Tries < 2 || codes.Life <= 0 {
			t.Fatalf("the harness gives the codes %+v, want a right one, a wrong one, the tries and a life", codes)
		}
	}
	return connector.Charge{
		Reference: newReference(), Environment: b.Environment, Amount: b.Amount,
		Method: input.Method, Instrument: input.Instrument,
		Customer:    connector.Customer{Email: "buyer@example.com", Country: "US", IP: "192.0.2.7"},
		Description: "A thing", ReturnURL: "https://shop.example/return", Instructions: input.Instructions,
	}, input
}

// begin tells a story up to its first answer, which must be the outcome.
func (b *bench) begin(t *testing.T, story Story, want connector.Outcome) (connector.Charge, Input) {
	t.Helper()
	charge, input := b.charge(t, story)
	wantOutcome(t, "Begin", b.c.Begin(t.Context(), charge), want)
	return charge, input
}

// inquire asks by our reference alone, as after a crash, and must find the charge.
func (b *bench) inquire(t *testing.T, reference string, want connector.Outcome) connector.Observation {
	t.Helper()
	observation := b.c.Inquire(t.Context(), connector.Ref{Reference: reference})
	if observation.Finding != connector.Found {
		t.Fatalf("Inquire: finding %q, want %q", observation.Finding, connector.Found)
	}
	wantOutcome(t, "Inquire", observation.Result, want)
	return observation
}

// wantNoMoney checks that the provider holds no money for a reference, now and
// once everything that was on its way has arrived.
func (b *bench) wantNoMoney(t *testing.T, reference string) {
	t.Helper()
	b.Advance(b.c.Describe().MaxBlock)
	observation := b.c.Inquire(t.Context(), connector.Ref{Reference: reference})
	switch observation.Finding {
	case connector.NotFound:
	case connector.Found:
		switch observation.Result.Outcome {
		case connector.Declined, connector.Rejected:
		default:
			t.Errorf("Inquire: outcome %q, want no money moved or moving", observation.Result.Outcome)
		}
	default:
		t.Errorf("Inquire: finding %q, want an answer", observation.Finding)
	}
	b.wantSettled(t, reference)
}

// wantSettled checks the provider's lines for a reference against the amounts.
// A connector that declares no book is held to its inquiries alone.
func (b *bench) wantSettled(t *testing.T, reference string, want ...money.Amount) {
	t.Helper()
	if !b.c.Describe().KeepsBook {
		return
	}
	var got []money.Amount
	for _, line := range b.settled(t, time.Time{}, time.Time{}.AddDate(9000, 0, 0)) {
		if line.Reference == reference {
			got = append(got, line.Amount)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("the book has %d lines for the reference (%v), want %d", len(got), got, len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("the book has %v, want %v", got[i], want[i])
		}
	}
}

// settled reads all pages of a window.
func (b *bench) settled(t *testing.T, from, until time.Time) []connector.Settled {
	t.Helper()
	var (
		lines  []connector.Settled
		cursor string
	)
	for range 10_000 {
		page, next, err := b.c.ListSettled(t.Context(), from, until, cursor)
		if err != nil {
			t.Fatalf("ListSettled: %v", err)
		}
		lines = append(lines, page...)
		if next == "" {
			return lines
		}
		if next == cursor {
			t.Fatal("ListSettled: the cursor does not move")
		}
		cursor = next
	}
	t.Fatal("ListSettled: the pages do not end")
	return nil
}

// refund asks for part of a charge back under a new reference.
func (b *bench) refund(charge connector.Charge, amount money.Amount) connector.Refund {
	return connector.Refund{
		Reference: "REF_" + rand.Text(), Charge: connector.Ref{Reference: charge.Reference},
		Amount: amount, Reason: "test",
	}
}

// fraction is the amount's num/den, a whole number of minor units.
func (b *bench) fraction(t *testing.T, num, den int64) money.Amount {
	t.Helper()
	part, err := b.Amount.MulDiv(num, den)
	if err != nil {
		t.Fatalf("MulDiv: %v", err)
	}
	return part
}

// abandoned is a context that is over already.
func abandoned() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func wantOutcome(t *testing.T, call string, got connector.Result, want connector.Outcome) {
	t.Helper()
	if got.Outcome != want {
		t.Fatalf("%s: outcome %q (reason %q, %s), want %q", call, got.Outcome, got.Reason, got.Message, want)
	}
}
