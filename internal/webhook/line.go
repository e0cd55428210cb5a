package webhook

import (
	"container/list"
	"time"
)

// Concurrency of one line: it starts low, since nothing is known of the
// receiver, and grows as the receiver proves itself (DESIGN §2 step 6).
const (
	firstLimit = 2
	mostLimit  = 16
)

// lookahead is how many rows per allowed request a proven line may hold in
// memory, so that a backlog in the table is fetched while it is being sent.
const lookahead = 4

// slowAfter is the age at which a request under way makes its line suspect,
// long before its time limit. Being suspect costs nothing while there is room.
const slowAfter = 250 * time.Millisecond

// failureMemory is how long a failure makes a line suspect unless a success
// comes first.
const failureMemory = time.Minute

// trust says which part of the room a line may use; see roster.
type trust uint8

const (
	proven  trust = iota // its last answer was a success
	fresh                // nothing known
	suspect              // failed lately, or is taking long right now
	trusts  = 3
)

// line is what the dispatcher knows in memory of one queue: deliveries that are
// leased to this node and wait, requests under way, and how the receiver does.
// It holds no goroutine. All access is under the roster's lock.
type line struct {
	id     QueueID
	queue  []Delivery // waiting, oldest first
	bytes  int        // of queue
	more   bool       // the table probably holds rows that are due
	limit  int        // requests allowed at once
	credit int        // successes since limit last grew

	running  int
	slow     int // of running, those older than slowAfter
	trust    trust
	answered bool // the last outcome was a success
	failedAt time.Time

	ready  *list.Element // place among lines that may send, nil when not ready
	hungry *list.Element // place among lines that may claim, nil when not hungry
	idle   *list.Element // place among lines without anything to do
}

func newLine(id QueueID) *line { return &line{id: id, limit: firstLimit, trust: fresh} }

// judge says how far the line is trusted at the given time.
func (l *line) judge(now time.Time) trust {
	switch {
	case l.slow > 0:
		return suspect
	case !l.failedAt.IsZero() && now.Sub(l.failedAt) < failureMemory:
		return suspect
	case l.answered:
		return proven
	default:
		return fresh
	}
}

// room is how many more rows the line may hold in memory.
func (l *line) room() int {
	want := l.limit
	if l.trust == proven {
		want *= lookahead
	}
	return max(want-len(l.queue), 0)
}

// wantsRows reports whether the line should be refilled from the table: only
// when it runs low, so that refills come in batches.
func (l *line) wantsRows() bool {
	return l.more && l.running < l.limit && len(l.queue) <= l.room()
}

// succeeded grows the limit by one for every full round of successes.
func (l *line) succeeded() {
	l.answered, l.failedAt = true, time.Time{}
	if l.credit++; l.credit >= l.limit {
		l.credit = 0
		l.limit = min(l.limit+1, mostLimit)
	}
}

// failed shrinks the limit: to one after a time-out, else by half.
func (l *line) failed(class Class, now time.Time) {
	l.answered, l.failedAt, l.credit = false, now, 0
	if class == Timeout {
		l.limit = 1
		return
	}
	l.limit = max(l.limit/2, 1)
}

func (l *line) push(delivery Delivery) {
	l.queue = append(l.queue, delivery)
	l.bytes += delivery.size()
}

func (l *line) pop() Delivery {
	delivery := l.queue[0]
	l.queue[0] = Delivery{} // the body must not outlive its turn
	l.queue = l.queue[1:]
	if len(l.queue) == 0 {
		l.queue = nil
	}
	l.bytes -= delivery.size()
	return delivery
}
