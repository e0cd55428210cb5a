package webhook

import (
	"slices"
	"time"
)

// abandonedAfter is how long a row may be due in a listener's queue before it
// is claimed although nobody listens: the listener is gone by then, and the
// claim ends what was meant for it as it does for any removed endpoint.
const abandonedAfter = ListenerLife + 2*time.Hour

// ListenerMargin is how much longer a request to a listener may take than one to
// an endpoint: the way to the program and back. So the program has the whole of
// its schedule's time limit, and the verdict is that of an endpoint.
const ListenerMargin = time.Second

// timeLimit is how long an attempt of a delivery may take.
func (s Schedule) timeLimit(of Delivery) time.Duration {
	if of.Channel == Listener {
		return s.TimeLimit + ListenerMargin
	}
	return s.TimeLimit
}

// Listening tells that a stream of the listener has opened on this node: what
// waited for it is sent at once.
func (d *Dispatcher) Listening(endpoint EndpointID) {
	d.mu.Lock()
	d.roster.due(queueOfListener(endpoint), d.config.Now())
	d.mu.Unlock()
	d.loop.Wake()
}

// waits takes a newborn delivery to a listener, which is born due and of
// nobody: whichever node has the stream claims it. The lock is held.
func (d *Dispatcher) waits(delivery Delivery, now time.Time) bool {
	if delivery.Channel != Listener {
		return false
	}
	if d.phase == running && !d.absent(delivery.Queue) {
		d.roster.due(delivery.Queue, now)
		d.loop.Wake()
	}
	return true
}

// absent reports whether a queue is a listener's whose stream is not open on
// this node.
func (d *Dispatcher) absent(queue QueueID) bool {
	endpoint, is := queue.listener()
	return is && (d.config.Listeners == nil || !d.config.Listeners.Connected(endpoint))
}

// leave reports whether the walk leaves a queue alone.
func (d *Dispatcher) leave(queue WaitingQueue, now time.Time) bool {
	if !d.absent(queue.ID) {
		return false
	}
	if now.Sub(queue.WakeAt) <= abandonedAfter {
		return true
	}
	d.walk.abandoned[queue.ID] = true
	return false
}

// attended drops the shares of listeners that are not here: their rows stay in
// the table, and no turn is spent on them until they come back. The lock is
// held.
func (d *Dispatcher) attended(shares []Share, now time.Time) []Share {
	return slices.DeleteFunc(shares, func(share Share) bool {
		if d.walk.abandoned[share.Queue] {
			delete(d.walk.abandoned, share.Queue)
			return false
		}
		if !d.absent(share.Queue) {
			return false
		}
		d.roster.drained(share.Queue, now)
		return true
	})
}
