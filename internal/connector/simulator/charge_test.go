package simulator_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/money"
	"tillway/internal/sqldb/sqldbtest"
)

func mustBegin(t *testing.T, f fixture, charge connector.Charge, want connector.Outcome) connector.Ref {
	t.Helper()
	result := f.Begin(t.Context(), charge)
	if result.Outcome != want {
		t.Fatalf("Begin: outcome %q (%s), want %q", result.Outcome, result.Message, want)
	}
	return connector.Ref{Reference: charge.Reference, ProviderID: result.ProviderID}
}

func wantInquiry(t *testing.T, f fixture, ref connector.Ref, outcome connector.Outcome, reason connector.Reason) {
	t.Helper()
	observation := f.Inquire(t.Context(), ref)
	if observation.Finding != connector.Found || observation.Result.Outcome != outcome || observation.Result.Reason != reason {
		t.Errorf("Inquire: %q, %q, %q, want %q, %q", observation.Finding, observation.Result.Outcome,
			observation.Result.Reason, outcome, reason)
	}
}

func answer(text string) connector.CustomerInput {
	return connector.CustomerInput{Fields: map[string]string{"answer": text}}
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	t.Run("a stray answer leaves the question open", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		ref := mustBegin(t, f, cardCharge("ATT_1", "4000000000003220"), connector.RequiresAction)
		for _, input := range []connector.CustomerInput{{}, answer(""), answer("APPROVE"), answer("yes")} {
			if result := f.Continue(t.Context(), ref, input); result.Outcome != connector.RequiresAction {
				t.Errorf("Continue(%v): outcome %q, want %q", input.Fields, result.Outcome, connector.RequiresAction)
			}
		}
	})
	t.Run("an unanswered question expires", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		ref := mustBegin(t, f, cardCharge("ATT_1", "4000000000003220"), connector.RequiresAction)
		f.Advance(prompt.Challenge)
		wantInquiry(t, f, ref, connector.Declined, connector.ReasonExpired)
		if result := f.Continue(t.Context(), ref, answer("approve")); result.Outcome != connector.Declined {
			t.Errorf("Continue after the expiry: outcome %q, want %q", result.Outcome, connector.Declined)
		}
	})
	t.Run("a refused card fails its authentication", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		ref := mustBegin(t, f, cardCharge("ATT_1", "4576750000003224"), connector.RequiresAction)
		f.Continue(t.Context(), ref, answer("refuse"))
		wantInquiry(t, f, ref, connector.Declined, connector.ReasonAuthentication)
	})
	t.Run("a refused wallet is cancelled by its customer", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		ref := mustBegin(t, f, walletCharge("ATT_1", "03001234322"), connector.RequiresAction)
		f.Continue(t.Context(), ref, answer("refuse"))
		wantInquiry(t, f, ref, connector.Declined, connector.ReasonCancelled)
	})
	t.Run("the provider's id alone names the charge", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		ref := mustBegin(t, f, cardCharge("ATT_1", "4576750000003224"), connector.RequiresAction)
		f.Continue(t.Context(), connector.Ref{ProviderID: ref.ProviderID}, answer("approve"))
		wantInquiry(t, f, connector.Ref{ProviderID: ref.ProviderID}, connector.Succeeded, "")
	})
}

func TestVoucherIsPaidByItsCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	charge := tokenCharge("ATT_1", connector.Voucher, "")
	first := f.Begin(t.Context(), charge)
	if first.Action == nil || first.Action.Kind != connector.ShowCode || len(first.Action.Code) != 10 {
		t.Fatalf("action %+v, want a code of ten digits", first.Action)
	}
	if again := f.Begin(t.Context(), charge); again.Action == nil || again.Action.Code != first.Action.Code {
		t.Errorf("the replay shows another code: %+v", again.Action)
	}
	if want := opening.Add(prompt.Voucher); !first.ExpiresAt.Equal(want) {
		t.Errorf("expires at %v, want %v", first.ExpiresAt, want)
	}
	ref := connector.Ref{Reference: charge.Reference}
	f.Continue(t.Context(), ref, answer("approve"))
	wantInquiry(t, f, ref, connector.Succeeded, "")
}

func TestPendingExpires(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ref := mustBegin(t, f, walletCharge("ATT_1", "03001234116"), connector.Pending)
	f.Advance(prompt.Expiry - time.Microsecond)
	wantInquiry(t, f, ref, connector.Pending, "")
	f.Advance(time.Microsecond)
	wantInquiry(t, f, ref, connector.Declined, connector.ReasonExpired)
	f.Advance(100 * 24 * time.Hour)
	wantInquiry(t, f, ref, connector.Declined, connector.ReasonExpired)
}

// The provider believes that an expired charge is over; that is why its late
// capture surprises everybody.
func TestCancelAfterExpiryDoesNotStopALateCapture(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ref := mustBegin(t, f, walletCharge("ATT_1", "03001234777"), connector.Pending)
	f.Advance(prompt.Expiry)
	if result := f.Cancel(t.Context(), ref); result.Outcome != connector.Declined || result.Reason != connector.ReasonExpired {
		t.Errorf("Cancel: %q, %q, want it to be over already", result.Outcome, result.Reason)
	}
	f.Advance(prompt.Late)
	wantInquiry(t, f, ref, connector.Succeeded, "")
}

func TestAttachOnlyCard(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	check := cardCharge("ATT_check", "4000000000000341")
	check.Amount = money.Zero(check.Amount.Currency())
	mustBegin(t, f, check, connector.Succeeded)
	mustBegin(t, f, cardCharge("ATT_charge", "4000000000000341"), connector.Declined)
	items, _, err := f.ListSettled(t.Context(), opening, opening.Add(time.Hour), "")
	if err != nil || len(items) != 0 {
		t.Errorf("the book lists %v (%v) for a check that moved nothing", items, err)
	}
}

func TestUnlistedCardNamesATestCard(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const want = "simulator: declined, because this is no test card; 4576 7500 0000 0110 succeeds, " +
		"4576 7500 0000 0220 is declined, and the checkout page lists the rest"
	if got := f.Begin(t.Context(), cardCharge("ATT_1", "4012888888881881")).Message; got != want {
		t.Errorf("the message is %q, want %q", got, want)
	}
}

// A reference that is taken answers from the book, whatever else is asked: an
// input that never books must not hide that money moved.
func TestTakenReferenceAnswersFromTheBook(t *testing.T) {
	t.Parallel()
	for name, number := range map[string]string{
		"never sent": "4576750000000550", "rejected": "4576750000001103", "lost, not moved": "4576750000000592",
		"lost, moved": "4576750000000584", "declined": "4000000000000002",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			mustBegin(t, f, cardCharge("ATT_1", "4242424242424242"), connector.Succeeded)
			mustBegin(t, f, cardCharge("ATT_1", number), connector.Succeeded)
		})
	}
	t.Run("a request that makes no sense", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		mustBegin(t, f, cardCharge("ATT_1", "4242424242424242"), connector.Succeeded)
		nonsense := cardCharge("ATT_1", "4242424242424242")
		nonsense.Amount = money.Amount{}
		mustBegin(t, f, nonsense, connector.Succeeded)
	})
	t.Run("a refund's reference", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		ref := mustBegin(t, f, cardCharge("ATT_1", "4242424242424242"), connector.Succeeded)
		f.Refund(t.Context(), connector.Refund{Reference: "REF_1", Charge: ref, Amount: dollars(1)})
		mustBegin(t, f, cardCharge("REF_1", "4242424242424242"), connector.Rejected)
		mustBegin(t, f, cardCharge("REF_1", "4576750000000550"), connector.Rejected)
	})
}

// A caller whose clock was read before the booking of another must not take
// the booking for one of the future.
func TestReplayThatOvertakesTheClockSucceeds(t *testing.T) {
	t.Parallel()
	db := sqldbtest.OpenSQLite(t, simulator.Migrations)
	early, late := &clock{}, &clock{}
	late.Advance(time.Second)
	newSimulator(db, late).Begin(t.Context(), cardCharge("ATT_1", "4242424242424242"))
	reads := 0
	replaying := simulator.New(simulator.Config{DB: db, Timing: prompt, Now: func() time.Time {
		defer early.Advance(2 * time.Second)
		reads++
		return early.Now()
	}})
	result := replaying.Begin(t.Context(), cardCharge("ATT_1", "4242424242424242"))
	if result.Outcome != connector.Succeeded || reads < 2 {
		t.Errorf("outcome %q after %d looks at the clock, want %q", result.Outcome, reads, connector.Succeeded)
	}
}

// The only wait is for a lost answer, and the caller may end it.
func TestLostAnswerKeepsTheCallerWaiting(t *testing.T) {
	t.Parallel()
	for name, number := range map[string]string{"moved": "4576750000000584", "not moved": "4576750000000592"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sim := simulator.New(simulator.Config{DB: sqldbtest.OpenSQLite(t, simulator.Migrations)})
				began := time.Now()
				if result := sim.Begin(t.Context(), cardCharge("ATT_1", number)); result.Outcome != connector.Unknown {
					t.Errorf("outcome %q, want %q", result.Outcome, connector.Unknown)
				}
				if waited, want := time.Since(began), simulator.DefaultTiming().Timeout; waited != want {
					t.Errorf("waited %v, want %v", waited, want)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				began = time.Now()
				if result := sim.Begin(ctx, cardCharge("ATT_2", number)); result.Outcome != connector.Unknown {
					t.Errorf("cut off: outcome %q, want %q", result.Outcome, connector.Unknown)
				}
				if waited := time.Since(began); waited != time.Second {
					t.Errorf("cut off: waited %v, want %v", waited, time.Second)
				}
			})
		})
	}
}

// A provider whose book is gone knows nothing; it must not say no.
func TestClosedBookIsUnknown(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ref := mustBegin(t, f, cardCharge("ATT_1", "4242424242424242"), connector.Succeeded)
	if err := f.db.Close(); err != nil {
		t.Fatal(err)
	}
	for call, result := range map[string]connector.Result{
		"Begin":             f.Begin(t.Context(), cardCharge("ATT_2", "4242424242424242")),
		"Begin, never sent": f.Begin(t.Context(), cardCharge("ATT_3", "4576750000000550")),
		"Continue":          f.Continue(t.Context(), ref, answer("approve")),
		"Cancel":            f.Cancel(t.Context(), ref),
		"Refund":            f.Refund(t.Context(), connector.Refund{Reference: "REF_1", Charge: ref, Amount: dollars(1)}),
	} {
		if result.Outcome != connector.Unknown {
			t.Errorf("%s: outcome %q, want %q", call, result.Outcome, connector.Unknown)
		}
	}
	if finding := f.Inquire(t.Context(), ref).Finding; finding != connector.NoAnswer {
		t.Errorf("Inquire: finding %q, want %q", finding, connector.NoAnswer)
	}
	if finding := f.InquireRefund(t.Context(), "REF_1").Finding; finding != connector.NoAnswer {
		t.Errorf("InquireRefund: finding %q, want %q", finding, connector.NoAnswer)
	}
	if _, _, err := f.ListSettled(t.Context(), opening, opening.Add(time.Hour), ""); err == nil {
		t.Error("ListSettled gives an empty book instead of an error")
	}
	if _, err := f.Totals(t.Context()); err == nil {
		t.Error("Totals gives an empty book instead of an error")
	}
}
