package intent

import (
	"slices"
	"testing"

	"tillway/internal/fault"
)

// The arrows of spec/waypay.md §5, those of a store that honours late money, and
// that of an operator who returns what the provider refused to.
func TestArrows(t *testing.T) {
	t.Parallel()
	legal := map[Status][]Status{
		Pending:         {InProgress, Completed, Failed, Cancelled, Expired},
		InProgress:      {Completed, Failed, Cancelled, Expired},
		Completed:       {RefundRequested},
		RefundRequested: {Completed, RefundFailed, Refunded},
		RefundFailed:    {Refunded},
		Failed:          {Completed}, Cancelled: {Completed}, Expired: {Completed},
	}
	for _, from := range Statuses() {
		for _, to := range Statuses() {
			err := from.to(to)
			if got := err == nil; got != slices.Contains(legal[from], to) {
				t.Errorf("%s → %s is legal: %t", from, to, got)
			}
			if err != nil && fault.CodeOf(err) != "intent_transition" {
				t.Errorf("%s → %s: %v", from, to, err)
			}
		}
	}
}

func TestPaid(t *testing.T) {
	t.Parallel()
	var paid []Status
	for _, status := range Statuses() {
		if status.Paid() {
			paid = append(paid, status)
		}
	}
	if want := []Status{Completed, RefundRequested, RefundFailed, Refunded}; !slices.Equal(paid, want) {
		t.Errorf("paid are %v, want %v", paid, want)
	}
}
