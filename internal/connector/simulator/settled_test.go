package simulator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/fault"
	"tillway/internal/money"
)

// Lines of one instant are the hard case of paging: the reference alone tells
// them apart.
func TestListSettledPagesThroughOneInstant(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open opener) {
		const charges = 1203
		sim := newSimulator(open(t), &clock{})
		for i := range charges {
			charge := cardCharge(fmt.Sprintf("ATT_%c%d", "aA0_"[i%4], i), "4242424242424242")
			if result := sim.Begin(t.Context(), charge); result.Outcome != connector.Succeeded {
				t.Fatal(result.Message)
			}
		}
		seen := make(map[string]bool)
		pages, cursor := 0, ""
		for {
			items, next, err := sim.ListSettled(t.Context(), opening, time.Time{}, cursor)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range items {
				if seen[item.Reference] {
					t.Fatalf("%s is listed twice", item.Reference)
				}
				seen[item.Reference] = true
			}
			pages++
			if cursor = next; cursor == "" {
				break
			}
		}
		if len(seen) != charges || pages != 3 {
			t.Errorf("%d lines on %d pages, want %d on 3", len(seen), pages, charges)
		}
	})
}

// What lies ahead has not happened, even when the window reaches that far.
func TestListSettledHidesTheFuture(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mustBegin(t, f, walletCharge("ATT_1", "03001234157"), connector.Pending)
	list := func() int {
		items, _, err := f.ListSettled(t.Context(), opening, opening.Add(24*time.Hour), "")
		if err != nil {
			t.Fatal(err)
		}
		return len(items)
	}
	f.Advance(prompt.Pending - time.Microsecond)
	if n := list(); n != 0 {
		t.Errorf("%d lines before the capture, want none", n)
	}
	f.Advance(time.Microsecond)
	if n := list(); n != 1 {
		t.Errorf("%d lines at the capture, want 1", n)
	}
}

func TestListSettledRefusesAStrangeCursor(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, cursor := range []string{"x", "1", "0,ATT_1", "-1,ATT_1", "1.5,ATT_1", ",ATT_1"} {
		if _, _, err := f.ListSettled(t.Context(), opening, time.Time{}, cursor); !fault.Is(err, fault.Invalid) {
			t.Errorf("cursor %q: %v, want a fault of kind Invalid", cursor, err)
		}
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open opener) {
		c := &clock{}
		f := fixture{newSimulator(open(t), c), c, nil}
		yen := money.MustCurrency("JPY")
		inYen := cardCharge("ATT_yen", "4242424242424242")
		inYen.Amount = money.New(4500, yen)
		mustBegin(t, f, inYen, connector.Succeeded)
		ref := mustBegin(t, f, cardCharge("ATT_1", "4242424242424242"), connector.Succeeded)
		later := mustBegin(t, f, cardCharge("ATT_2", "4000000000007726"), connector.Succeeded)
		mustBegin(t, f, cardCharge("ATT_3", "4000000000000002"), connector.Declined)
		mustBegin(t, f, walletCharge("ATT_4", "03001234777"), connector.Pending)
		f.Refund(t.Context(), connector.Refund{Reference: "REF_1", Charge: ref, Amount: dollars(10_00)})
		f.Refund(t.Context(), connector.Refund{Reference: "REF_2", Charge: later, Amount: dollars(5_00)})

		want := map[money.Currency]simulator.Total{
			yen: {Captured: money.New(4500, yen), Refunded: money.Zero(yen), Captures: 1},
			money.MustCurrency("USD"): {
				Captured: dollars(50_00), Refunded: dollars(10_00), Captures: 2, Refunds: 1,
			},
		}
		wantTotals(t, f, want)
		f.Advance(prompt.Expiry + prompt.Late)
		want[money.MustCurrency("USD")] = simulator.Total{
			Captured: dollars(75_00), Refunded: dollars(15_00), Captures: 3, Refunds: 2,
		}
		wantTotals(t, f, want)
	})
}

func wantTotals(t *testing.T, f fixture, want map[money.Currency]simulator.Total) {
	t.Helper()
	got, err := f.Totals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sameAmount := cmp.Comparer(func(a, b money.Amount) bool { return a == b })
	if diff := cmp.Diff(want, got, sameAmount); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
}

// Nothing is lost or changed when the book is closed and opened again, by a
// process that ended well; connectortest covers one that was killed.
func TestBookOutlivesClose(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, open opener) {
		c := &clock{}
		db := open(t)
		f := fixture{newSimulator(db, c), c, db}
		for _, card := range simulator.Cards() {
			f.Begin(t.Context(), cardCharge("ATT_"+card.Number, card.Number))
		}
		f.Refund(t.Context(), connector.Refund{
			Reference: "REF_1", Charge: connector.Ref{Reference: "ATT_4242424242424242"}, Amount: dollars(7_00),
		})
		observe := func() (all []string) {
			for _, card := range simulator.Cards() {
				o := f.Inquire(t.Context(), connector.Ref{Reference: "ATT_" + card.Number})
				all = append(all, fmt.Sprintf("%s %s %s %s %s %v %s %v", card.Number, o.Finding, o.Result.Outcome,
					o.Result.Reason, o.Result.Captured, o.Result.Receipt, o.Refunded, o.At))
			}
			items, _, err := f.ListSettled(t.Context(), opening, time.Time{}, "")
			if err != nil {
				t.Fatal(err)
			}
			return append(all, fmt.Sprint(items))
		}
		before := observe()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		f.Simulator = newSimulator(open(t), c)
		if diff := cmp.Diff(before, observe()); diff != "" {
			t.Errorf("the book changed over a restart (-before +after):\n%s", diff)
		}
	})
}
