package webhook

import (
	"maps"
	"slices"
	"sync"
)

// holds are the deliveries that a node which is alone took from the table
// without leasing them: a lease is a promise to other nodes, and to write one
// costs as much as to record an outcome. They are held until their outcome is
// recorded or they are let go. Their number is bounded by the roster's memory
// and the outcomes under way.
type holds struct {
	mu     sync.Mutex
	queues map[QueueID]*hold
}

// hold is what is held of one queue. As long as nothing of it was let go, the
// next look goes on behind the last one, so that what is in hand is not read
// again.
type hold struct {
	ids   map[DeliveryID]Mark
	after Mark // the last row that was taken; zero: look from the beginning
}

// take holds what a look at the shares' queues has found.
func (h *holds) take(shares []Share, found []Claimed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.queues == nil {
		h.queues = map[QueueID]*hold{}
	}
	got := map[QueueID]int{}
	for i := range found {
		d := &found[i].Delivery
		d.Held = true
		queue := h.queues[d.Queue]
		if queue == nil {
			queue = &hold{ids: map[DeliveryID]Mark{}}
			h.queues[d.Queue] = queue
		}
		mark := Mark{At: d.WakeAt, ID: string(d.ID)}
		queue.ids[d.ID] = mark
		if !onlyOnes(shares) && mark.behind(queue.after) {
			queue.after = mark
		}
		got[d.Queue]++
	}
	if onlyOnes(shares) {
		return // what stands before them has not been looked at
	}
	for _, share := range shares {
		if queue := h.queues[share.Queue]; queue != nil && got[share.Queue] < share.Room {
			queue.after = Mark{} // its end was seen; what becomes due may stand before it
		}
	}
}

// recorded ends the hold of deliveries whose outcome the table has.
func (h *holds) recorded(outcomes []Outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range outcomes {
		h.drop(outcomes[i].Place.Queue, outcomes[i].Attempt.Delivery)
	}
}

// letGo makes a delivery one that the next look finds.
func (h *holds) letGo(delivery Delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if queue := h.queues[delivery.Queue]; queue != nil {
		queue.after = Mark{}
		h.drop(delivery.Queue, delivery.ID)
	}
}

// of lists what is held of a queue.
func (h *holds) of(id QueueID) []DeliveryID {
	h.mu.Lock()
	defer h.mu.Unlock()
	queue := h.queues[id]
	if queue == nil {
		return nil
	}
	return slices.Collect(maps.Keys(queue.ids))
}

func (h *holds) drop(queue QueueID, id DeliveryID) {
	held := h.queues[queue]
	if held == nil {
		return
	}
	if delete(held.ids, id); len(held.ids) == 0 {
		delete(h.queues, queue)
	}
}

// look completes what is asked of the table: behind which row to begin, and what
// to pass over from there on. It must be asked before the table is read:
// what is dropped later was recorded before, or is found and passed over.
func (h *holds) look(shares []Share) (held map[DeliveryID]bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range shares {
		share := &shares[i]
		queue := h.queues[share.Queue]
		if queue == nil {
			continue
		}
		share.After = queue.after
		for id, mark := range queue.ids {
			if share.Only != id && !mark.behind(queue.after) {
				continue
			}
			if held == nil {
				held = map[DeliveryID]bool{}
			}
			held[id] = true
			share.Held++
		}
	}
	return held
}
