package connectortest

import (
	"testing"
	"time"

	"tillway/internal/connector"
)

func settledCases() []testCase {
	return []testCase{
		{"the book lists what moved, oldest first and once each", []Story{Succeeds}, bookListsWhatMoved},
		{"the book's window starts inclusive and ends exclusive", []Story{Succeeds}, bookWindow},
		{"a cursor that was never given is refused", nil, strangeCursor},
	}
}

func bookListsWhatMoved(t *testing.T, b *bench) {
	if !b.c.Describe().KeepsBook {
		t.Log("not applicable: the provider lists no book")
		return
	}
	want := make(map[string]connector.SettledKind)
	for range 5 {
		charge, _ := b.begin(t, Succeeds, connector.Succeeded)
		want[charge.Reference] = connector.SettledCapture
		b.Advance(time.Second)
		refund := b.refund(charge, charge.Amount)
		wantOutcome(t, "Refund", b.c.Refund(t.Context(), refund), connector.Succeeded)
		want[refund.Reference] = connector.SettledRefund
		b.Advance(time.Second)
	}
	declined, _ := b.begin(t, DeclinedHard, connector.Declined)
	var last time.Time
	seen := make(map[string]int)
	for _, line := range b.settled(t, time.Time{}, time.Time{}.AddDate(9000, 0, 0)) {
		if line.At.Before(last) {
			t.Errorf("a line of %v comes after one of %v", line.At, last)
		}
		last = line.At
		seen[line.Reference]++
		kind, ours := want[line.Reference]
		if ours && (line.Kind != kind || line.Amount != b.Amount || line.ProviderID == "") {
			t.Errorf("the book has %+v, want a %s of %v", line, kind, b.Amount)
		}
	}
	for reference, kind := range want {
		if seen[reference] != 1 {
			t.Errorf("the book lists a %s %d times, want once", kind, seen[reference])
		}
	}
	if seen[declined.Reference] != 0 {
		t.Error("the book lists a declined charge")
	}
}

func bookWindow(t *testing.T, b *bench) {
	if !b.c.Describe().KeepsBook {
		t.Log("not applicable: the provider lists no book")
		return
	}
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	b.Advance(time.Hour)
	at := b.inquire(t, charge.Reference, connector.Succeeded).At
	if at.IsZero() {
		t.Log("not applicable: the provider does not say when it booked")
		return
	}
	for name, window := range map[string]struct {
		from, until time.Time
		want        bool
	}{
		"from the instant":      {at, at.Add(time.Second), true},
		"up to the instant":     {at.Add(-time.Second), at, false},
		"after the instant":     {at.Add(time.Microsecond), at.Add(time.Second), false},
		"around the instant":    {at.Add(-time.Second), at.Add(time.Second), true},
		"a window of no length": {at, at, false},
	} {
		found := false
		for _, line := range b.settled(t, window.from, window.until) {
			found = found || line.Reference == charge.Reference
		}
		if found != window.want {
			t.Errorf("%s: listed %v, want %v", name, found, window.want)
		}
	}
}

func strangeCursor(t *testing.T, b *bench) {
	if !b.c.Describe().KeepsBook {
		t.Log("not applicable: the provider lists no book")
		return
	}
	if _, _, err := b.c.ListSettled(t.Context(), time.Time{}, time.Time{}.AddDate(9000, 0, 0), "\x00no cursor"); err == nil {
		t.Error("ListSettled starts somewhere for a cursor that means nothing")
	}
}
