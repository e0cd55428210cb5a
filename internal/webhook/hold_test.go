package webhook

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// heldTable is one queue of the table as Store.Due looks at it.
type heldTable struct {
	rows map[DeliveryID]time.Time // pending rows and when they are due
	now  time.Time
}

func (h *heldTable) due(share Share, held map[DeliveryID]bool) (found []Claimed) {
	var rows []Delivery
	for id, wake := range h.rows {
		d := Delivery{ID: id, Queue: "q", WakeAt: wake}
		wanted := (Mark{At: wake, ID: string(id)}).behind(share.After)
		if share.Only != "" {
			wanted = share.Only == id
		}
		if !wake.After(h.now) && wanted {
			rows = append(rows, d)
		}
	}
	slices.SortFunc(rows, func(a, b Delivery) int { return cmp.Or(a.WakeAt.Compare(b.WakeAt), cmp.Compare(a.ID, b.ID)) })
	for _, d := range rows[:min(len(rows), share.Room+share.Held)] {
		if !held[d.ID] && len(found) < share.Room {
			found = append(found, Claimed{Delivery: d})
		}
	}
	return found
}

// Whatever happens in between, a row is in hand once at most, and every row is
// found in the end.
func TestWhatIsHeldIsTakenOnceAndNothingIsMissed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := heldTable{rows: map[DeliveryID]time.Time{}, now: time.Unix(1000, 0)}
		var h holds
		hand := map[DeliveryID]Delivery{}
		fetch := func(room int, only DeliveryID) int {
			shares := []Share{{Queue: "q", Room: room, Only: only}}
			held := h.look(shares)
			found := table.due(shares[0], held)
			h.take(shares, found)
			for _, row := range found {
				if _, twice := hand[row.Delivery.ID]; twice {
					t.Fatalf("%s was taken twice", row.Delivery.ID)
				}
				if !row.Delivery.Held {
					t.Fatalf("%s is not marked as held", row.Delivery.ID)
				}
				hand[row.Delivery.ID] = row.Delivery
			}
			return len(found)
		}
		anyone := func() (Delivery, bool) {
			ids := slices.Sorted(func(yield func(DeliveryID) bool) {
				for id := range hand {
					if !yield(id) {
						return
					}
				}
			})
			if len(ids) == 0 {
				return Delivery{}, false
			}
			return hand[rapid.SampledFrom(ids).Draw(t, "which")], true
		}
		record := func(d Delivery) {
			h.recorded([]Outcome{{Attempt: Attempt{Delivery: d.ID}, Place: d.place()}})
			delete(hand, d.ID)
		}
		made := 0
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(*rapid.T) {
				for range rapid.IntRange(1, 5).Draw(t, "rows") {
					made++
					wake := table.now.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "wake")) * time.Second)
					table.rows[DeliveryID(fmt.Sprintf("%04d", made))] = wake
				}
			},
			"fetch": func(*rapid.T) { fetch(rapid.IntRange(1, 4).Draw(t, "room"), "") },
			"fetch one": func(*rapid.T) {
				if made > 0 {
					fetch(1, DeliveryID(fmt.Sprintf("%04d", rapid.IntRange(1, made).Draw(t, "one"))))
				}
			},
			"end": func(*rapid.T) {
				if d, some := anyone(); some {
					delete(table.rows, d.ID)
					record(d)
				}
			},
			"retry": func(*rapid.T) {
				if d, some := anyone(); some {
					table.rows[d.ID] = table.now.Add(time.Second)
					record(d)
				}
			},
			"let go": func(*rapid.T) {
				if d, some := anyone(); some {
					h.letGo(d)
					delete(hand, d.ID)
				}
			},
			"time": func(*rapid.T) { table.now = table.now.Add(time.Second) },
		})
		table.now = table.now.Add(time.Hour)
		// A look that finds less than it has room for sees the end, and the next
		// begins at the beginning; two empty ones in a row mean that all is in hand.
		for empty := 0; empty < 2; {
			if empty++; fetch(3, "") > 0 {
				empty = 0
			}
		}
		if len(hand) != len(table.rows) {
			t.Fatalf("%d rows are in hand, %d in the table", len(hand), len(table.rows))
		}
		for _, d := range hand {
			h.recorded([]Outcome{{Attempt: Attempt{Delivery: d.ID}, Place: d.place()}})
		}
		if len(h.queues) != 0 {
			t.Fatalf("%d queues are remembered with nothing held", len(h.queues))
		}
	})
}
