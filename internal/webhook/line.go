package webhook

import (
	"net/http"
	"slices"
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
	proven  trust = iota // its last answer was a success, and came soon
	fresh                // nothing known
	late                 // its last answer was a success that took long, or had no end
	suspect              // failed lately, or is taking long right now
	trusts  = 4
)

// line is what the dispatcher knows in memory of one queue: deliveries that are
// leased to this node and wait, requests under way, and how the receiver does.
// It holds no goroutine. All access is under the roster's lock.
type line struct {
	id      QueueID
	version Version // of its endpoint, the latest that was heard of; 0 for none
	former  bool    // its endpoint was changed since; it ends with its requests
	// attended lines lead to a developer who watches the program fail: no
	// breaker keeps the next event from it.
	attended bool
	shop     *shop
	known    bool       // shop is the line's store, not a stand-in
	queue    []Delivery // waiting, oldest first
	bytes    int        // of queue
	more     bool       // the table probably holds rows that are due
	limit    int        // requests allowed at once
	credit   int        // successes since limit last grew

	running  int
	slow     int // of running, those older than slowAfter
	trust    trust
	answered bool // the last outcome was a success
	late     bool // which took longer than slowAfter, or went on and on
	floods   bool // the last success went on and on
	failedAt time.Time
	met      bool // a delivery has come since the line was made

	breaker breaker
	rate    rate
	wait    time.Time // the receiver wishes nothing before

	round  uint64 // of roster.shares that looked at the line last
	ready  place[*line]
	hungry place[*line]
	idle   place[*line]
	parked parking // while only time is missing
}

func newLine(id QueueID) *line {
	l := &line{id: id, limit: firstLimit, trust: fresh}
	_, l.attended = id.listener()
	l.ready.member, l.hungry.member, l.idle.member = l, l, l
	return l
}

// meet notes what a delivery tells of the endpoint it goes to.
func (l *line) meet(route Route, now time.Time) {
	l.rate.set(route.RatePerMinute, now)
	if !l.met && route.Failing {
		l.breaker.doubt(now)
	}
	l.met = true
}

// judge says how far the line is trusted at the given time.
func (l *line) judge(now time.Time) trust {
	switch {
	case l.breaker.open, !l.failedAt.IsZero() && now.Sub(l.failedAt) < failureMemory:
		return suspect
	case l.late:
		return late
	case l.slow > 0:
		return suspect
	case l.answered:
		return proven
	default:
		return fresh
	}
}

// heldUntil is the time before which nothing is sent: the breaker is open, or
// the receiver asked for a pause.
func (l *line) heldUntil() time.Time {
	if l.breaker.open && l.breaker.until.After(l.wait) {
		return l.breaker.until
	}
	return l.wait
}

// allowed is how many requests may be under way.
func (l *line) allowed(now time.Time) int {
	switch {
	case now.Before(l.heldUntil()):
		return 0
	case l.breaker.open:
		return 1 // the probe
	default:
		return l.limit
	}
}

// mayStart reports whether the line's next delivery may be sent. One that a
// person asked for waits for no pause, and for none of those that hang.
func (l *line) mayStart(now time.Time) bool {
	if len(l.queue) == 0 || l.rate.perMinute > 0 && l.rate.left() <= 0 {
		return false
	}
	allowed := l.allowed(now)
	if l.queue[0].Asked {
		allowed += firstLimit
	}
	return l.running < allowed
}

// room is how many more rows the line may hold in memory.
func (l *line) room(now time.Time) int {
	want := l.allowed(now)
	switch {
	case l.breaker.open:
		want -= l.running
	case l.trust == proven:
		want *= lookahead
	}
	if l.rate.perMinute > 0 {
		want = min(want, l.rate.left())
	}
	return max(want-len(l.queue), 0)
}

// takes reports whether the line takes a delivery into memory, which it asked
// for or not. What it could not send soon waits in the table, where what was
// there before goes first.
func (l *line) takes(asked bool, now time.Time) bool {
	if !l.breaker.open && l.rate.perMinute == 0 && !now.Before(l.wait) {
		return true
	}
	return (asked || !l.more) && l.room(now) > 0
}

// wantsRows reports whether the line should be refilled from the table: only
// when it runs low, so that refills come in batches.
func (l *line) wantsRows(now time.Time) bool {
	if !l.more || l.running >= l.allowed(now) {
		return false
	}
	room := l.room(now)
	return room > 0 && len(l.queue) <= room
}

// resume is when the line goes on by the mere passing of time; zero when that
// alone does not help, or when nothing waits.
func (l *line) resume(now time.Time) time.Time {
	if !l.more && len(l.queue) == 0 {
		return time.Time{}
	}
	if held := l.heldUntil(); now.Before(held) {
		return held
	}
	if l.rate.perMinute > 0 && l.rate.left() <= len(l.queue) && l.running < l.allowed(now) {
		return l.rate.next(now)
	}
	return time.Time{}
}

// heard is what a request told of its receiver.
type heard struct {
	class  Class // empty on success
	status int
	wish   time.Duration // Retry-After; zero for none
	sent   bool          // false: there was no request, which tells nothing
	flood  bool          // its answer went on and on
	late   bool          // it took longer than slowAfter
	cut    bool          // we broke it off ourselves
	stop   bool          // the endpoint is about to be disabled
}

// unwell reports whether the receiver does not answer, or is in trouble.
func (h heard) unwell() bool {
	switch h.class {
	case Resolve, Connect, TLS, Timeout, Broken, BadResponse:
		return !h.cut
	case Status:
		return h.status >= http.StatusInternalServerError
	default:
		return false
	}
}

// note learns from a request that began at the given time.
func (l *line) note(h heard, probe bool, began, now time.Time) {
	if h.stop {
		// By the end of the pause it is recorded, and whoever claims will see.
		l.hold(now.Add(firstPause))
	}
	switch {
	case !h.sent:
		return
	case h.class == "":
		l.breaker.answered()
		l.succeeded(h.late || h.flood)
		l.floods = h.flood
		return
	case h.unwell() && !l.attended:
		l.breaker.failed(probe, began, now)
	case h.status != 0:
		l.breaker.answered()
	}
	l.failed(h.class, now)
	wish := h.wish
	if h.status == http.StatusTooManyRequests {
		wish = max(wish, firstPause)
	}
	if wish > noPause {
		l.hold(now.Add(min(wish, mostPause)))
	}
}

func (l *line) hold(until time.Time) {
	if until.After(l.wait) {
		l.wait = until
	}
}

// succeeded grows the limit by one for every full round of successes. One that
// says 200 at once and takes seconds over the rest is late as well: it holds its
// requests as one does that hangs. So is one that pours, for it costs a connection
// each time.
func (l *line) succeeded(late bool) {
	l.answered, l.late, l.failedAt = true, late, time.Time{}
	if l.credit++; l.credit >= l.limit {
		l.credit = 0
		l.limit = min(l.limit+1, mostLimit)
	}
}

// failed shrinks the limit: to one after a time-out, else by half.
func (l *line) failed(class Class, now time.Time) {
	l.answered, l.late, l.failedAt, l.credit = false, false, now, 0
	if class == Timeout {
		l.limit = 1
		return
	}
	l.limit = max(l.limit/2, 1)
}

// push puts a delivery last or, if a person asked for it, behind those that were
// asked for before.
func (l *line) push(delivery Delivery) {
	at := len(l.queue)
	if delivery.Asked {
		at = l.asked()
	}
	l.queue = slices.Insert(l.queue, at, delivery)
	l.bytes += delivery.size()
}

// asked is how many that wait were asked for; they stand first.
func (l *line) asked() (n int) {
	for n < len(l.queue) && l.queue[n].Asked {
		n++
	}
	return n
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

func (l *line) popLast() Delivery {
	last := len(l.queue) - 1
	delivery := l.queue[last]
	l.queue[last] = Delivery{}
	l.queue = l.queue[:last]
	if last == 0 {
		l.queue = nil
	}
	l.bytes -= delivery.size()
	return delivery
}
