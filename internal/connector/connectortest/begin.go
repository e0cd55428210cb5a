package connectortest

import (
	"sync"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/money"
)

func beginCases() []testCase {
	return []testCase{
		{"a success is booked and found", []Story{Succeeds}, successIsBooked},
		{"a replay books nothing and answers the same", []Story{Succeeds}, replayBooksNothing},
		{"a replay with another amount tells what moved", []Story{Succeeds}, replayWithAnotherAmount},
		{"32 callers with one reference make one booking", []Story{Succeeds}, concurrentBegins},
		{"a soft decline moves nothing", []Story{DeclinedSoft}, declineMovesNothing(DeclinedSoft, connector.Soft)},
		{"a hard decline moves nothing", []Story{DeclinedHard}, declineMovesNothing(DeclinedHard, connector.Hard)},
		{"a reference that was never used is not found", nil, unusedReference},
	}
}

func successIsBooked(t *testing.T, b *bench) {
	charge, _ := b.charge(t, Succeeds)
	result := b.c.Begin(t.Context(), charge)
	wantOutcome(t, "Begin", result, connector.Succeeded)
	if result.Captured != charge.Amount {
		t.Errorf("captured %v, want %v", result.Captured, charge.Amount)
	}
	if result.ProviderID == "" {
		t.Error("a success names no charge of the provider's")
	}
	if charge.Instrument.Card != nil && (result.Receipt.Brand == "" || len(result.Receipt.Last4) != 4) {
		t.Errorf("the receipt %+v says nothing of the card", result.Receipt)
	}
	found := b.inquire(t, charge.Reference, connector.Succeeded)
	if found.Result.Captured != charge.Amount || found.Result.ProviderID != result.ProviderID {
		t.Errorf("Inquire finds %v of %q, want %v of %q",
			found.Result.Captured, found.Result.ProviderID, charge.Amount, result.ProviderID)
	}
	if found.Refunded.Sign() != 0 {
		t.Errorf("%v was refunded of a fresh charge", found.Refunded)
	}
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func replayBooksNothing(t *testing.T, b *bench) {
	charge, _ := b.charge(t, Succeeds)
	first := b.c.Begin(t.Context(), charge)
	again := b.c.Begin(t.Context(), charge)
	if again.Outcome != first.Outcome || again.Captured != first.Captured ||
		again.ProviderID != first.ProviderID || again.Receipt != first.Receipt {
		t.Errorf("the replay answers %+v, want %+v", again, first)
	}
	b.wantSettled(t, charge.Reference, charge.Amount)
}

// replayWithAnotherAmount lets a provider refuse the changed request or repeat
// its answer, but never report the new amount as moved.
func replayWithAnotherAmount(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	changed := charge
	changed.Amount = b.fraction(t, 1, 2)
	if result := b.c.Begin(t.Context(), changed); result.Outcome == connector.Succeeded && result.Captured != charge.Amount {
		t.Errorf("the replay says that %v moved, want %v", result.Captured, charge.Amount)
	}
	if found := b.inquire(t, charge.Reference, connector.Succeeded); found.Result.Captured != charge.Amount {
		t.Errorf("Inquire finds %v, want %v", found.Result.Captured, charge.Amount)
	}
	b.wantSettled(t, charge.Reference, charge.Amount)
}

// concurrentBegins lets a provider answer Unknown to callers that collide, but
// nothing else beside the one success.
func concurrentBegins(t *testing.T, b *bench) {
	const callers = 32
	charge, _ := b.charge(t, Succeeds)
	results := make([]connector.Result, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() { results[i] = b.c.Begin(t.Context(), charge) })
	}
	group.Wait()
	succeeded, ids := 0, make(map[string]bool)
	for _, result := range results {
		switch result.Outcome {
		case connector.Succeeded:
			succeeded++
			ids[result.ProviderID] = true
		case connector.Unknown:
		default:
			t.Errorf("a caller is told %q (%s), want %q", result.Outcome, result.Message, connector.Succeeded)
		}
	}
	if succeeded == 0 || len(ids) != 1 {
		t.Errorf("%d callers are told of a success, with %d provider ids, want one charge", succeeded, len(ids))
	}
	b.inquire(t, charge.Reference, connector.Succeeded)
	b.wantSettled(t, charge.Reference, charge.Amount)
}

func declineMovesNothing(story Story, decline connector.Decline) func(*testing.T, *bench) {
	return func(t *testing.T, b *bench) {
		charge, _ := b.charge(t, story)
		for _, call := range []string{"Begin", "replayed Begin"} {
			result := b.c.Begin(t.Context(), charge)
			wantOutcome(t, call, result, connector.Declined)
			if result.Decline != decline {
				t.Errorf("%s: decline %q, want %q", call, result.Decline, decline)
			}
		}
		b.wantNoMoney(t, charge.Reference)
	}
}

func unusedReference(t *testing.T, b *bench) {
	reference := newReference()
	if o := b.c.Inquire(t.Context(), connector.Ref{Reference: reference}); o.Finding != connector.NotFound {
		t.Errorf("Inquire: finding %q, want %q", o.Finding, connector.NotFound)
	}
	if o := b.c.InquireRefund(t.Context(), reference); o.Finding != connector.NotFound {
		t.Errorf("InquireRefund: finding %q, want %q", o.Finding, connector.NotFound)
	}
}

// refusedRequestCases hold that a request which makes no sense is rejected and
// leaves nothing behind.
func refusedRequestCases() []testCase {
	refused := func(name string, spoil func(t *testing.T, b *bench, charge *connector.Charge)) testCase {
		return testCase{name, []Story{Succeeds}, func(t *testing.T, b *bench) {
			charge, _ := b.charge(t, Succeeds)
			spoil(t, b, &charge)
			wantOutcome(t, "Begin", b.c.Begin(t.Context(), charge), connector.Rejected)
			b.wantNoMoney(t, charge.Reference)
		}}
	}
	return []testCase{
		{"a rejected request moves nothing", []Story{RejectsRequest}, func(t *testing.T, b *bench) {
			charge, _ := b.begin(t, RejectsRequest, connector.Rejected)
			b.wantNoMoney(t, charge.Reference)
		}},
		refused("a charge without an amount is rejected", func(_ *testing.T, _ *bench, c *connector.Charge) {
			c.Amount = money.Amount{}
		}),
		refused("a negative charge is rejected", func(_ *testing.T, _ *bench, c *connector.Charge) {
			c.Amount = c.Amount.Neg()
		}),
		refused("an environment that is not served is rejected", func(_ *testing.T, b *bench, c *connector.Charge) {
			c.Environment = unserved(b.c.Describe())
		}),
		refused("a method that is not served is rejected", func(_ *testing.T, _ *bench, c *connector.Charge) {
			c.Method = "barter"
		}),
		refused("a charge without the instrument it needs is rejected", func(_ *testing.T, b *bench, c *connector.Charge) {
			c.Instrument = connector.Instrument{}
			if b.NoInstrument {
				c.Instrument.Token = "one too many"
			}
		}),
		refused("a charge with two instruments is rejected", func(_ *testing.T, _ *bench, c *connector.Charge) {
			c.Instrument = connector.Instrument{
				Card: &connector.CardDetails{Number: "1"}, Wallet: &connector.WalletAccount{Phone: "2"},
			}
		}),
		refused("a currency that is not served is rejected", func(_ *testing.T, b *bench, c *connector.Charge) {
			c.Amount = b.foreignCharge()
		}),
		{"a charge without a reference is rejected", []Story{Succeeds}, func(t *testing.T, b *bench) {
			charge, _ := b.charge(t, Succeeds)
			charge.Reference = ""
			wantOutcome(t, "Begin", b.c.Begin(t.Context(), charge), connector.Rejected)
		}},
	}
}

// unserved is an environment that the connector must refuse; one that serves
// both is asked for a third.
func unserved(can connector.Capabilities) connector.Environment {
	for _, env := range []connector.Environment{connector.Live, connector.Test} {
		if len(can.Environments) == 1 && can.Environments[0] != env {
			return env
		}
	}
	return "staging"
}

// foreignCharge is a charge's amount in a currency that the connector does not
// serve. One that serves every currency has none to refuse, and then only an
// amount of no currency is left.
func (b *bench) foreignCharge() money.Amount {
	served := make(map[money.Currency]bool)
	for _, currency := range b.c.Describe().Currencies {
		served[currency] = true
	}
	for _, currency := range money.Currencies() {
		if len(served) > 0 && !served[currency] {
			return money.New(b.Amount.Minor(), currency)
		}
	}
	return money.Amount{}
}
