package webhook

import (
	"container/list"
	"time"
)

// roster decides whose turn it is. It holds every line that has something to
// do, and shares the process's room among them so that no number of slow or
// dead receivers keeps a healthy one waiting (DESIGN §3 rule 12):
//
//   - a suspect line starts a request only while suspects occupy less than half
//     of the slots;
//   - a fresh line only while fresh ones occupy less than half;
//   - a proven line only while proven ones occupy less than all of them.
//
// A request that takes long turns its line suspect, and its slot then counts
// there, so that each class finds its room again within slowAfter. The requests
// under way stay below twice the slots; when that bound keeps a fresh line
// waiting, the slow ones that have lasted longest yield their places (yield).
// Within a class, lines take turns, one delivery at a time.
//
// It is a plain data structure: no goroutine, no clock, no lock of its own.
type roster struct {
	bounds bounds
	lines  map[QueueID]*line

	ready   [trusts]*list.List // lines that may send, in turn
	running [trusts]int        // requests under way
	hungry  *list.List         // lines that should be refilled, in turn
	idle    *list.List         // lines with nothing to do, longest first
	quick   *list.List         // requests under way that are not slow yet, oldest first
	slow    *list.List         // requests under way that are, oldest first
	turn    trust              // class that is asked first, so that none starves
	skipped [trusts]bool       // a hungry line of the class found no room

	queued int // deliveries in memory that wait
	bytes  int // of them
}

// bounds keep the roster's memory independent of backlog and tenants.
type bounds struct {
	slots      int // see roster
	queued     int // deliveries waiting in memory, over all lines
	queuedByte int // their size
	lineShare  int // a line may hold 1/lineShare of both
	lines      int // lines remembered while they have nothing to do
}

// send is a request under way.
type send struct {
	line     *line
	delivery Delivery
	since    time.Time
	slow     bool
	place    *list.Element // in roster.quick or roster.slow; nil once it yields
	cut      func()        // breaks the request off; set by who starts it
}

func newRoster(bounds bounds) *roster {
	r := &roster{
		bounds: bounds, lines: map[QueueID]*line{},
		hungry: list.New(), idle: list.New(), quick: list.New(), slow: list.New(),
	}
	for i := range r.ready {
		r.ready[i] = list.New()
	}
	return r
}

// add queues a delivery that is leased to this node. It reports false when
// memory is full: the row then stays in the table.
func (r *roster) add(delivery Delivery, now time.Time) bool {
	l := r.line(delivery.Queue)
	size := delivery.size()
	if r.queued >= r.bounds.queued || r.bytes+size > r.bounds.queuedByte ||
		len(l.queue) >= r.bounds.queued/r.bounds.lineShare ||
		l.bytes+size > r.bounds.queuedByte/r.bounds.lineShare {
		r.place(l, now)
		return false
	}
	l.push(delivery)
	r.queued++
	r.bytes += size
	r.place(l, now)
	return true
}

// next takes the delivery whose turn it is, or nil when none may start.
func (r *roster) next(now time.Time) *send {
	for range r.ready {
		class := r.turn
		r.turn = (r.turn + 1) % trusts
		if !r.hasRoom(class) {
			continue
		}
		if front := r.ready[class].Front(); front != nil {
			return r.start(front.Value.(*line), now)
		}
	}
	return nil
}

func (r *roster) start(l *line, now time.Time) *send {
	started := &send{line: l, delivery: l.pop(), since: now}
	started.place = r.quick.PushBack(started)
	r.queued--
	r.bytes -= started.delivery.size()
	l.running++
	r.running[l.trust]++
	r.unlist(l) // to the end of its turn
	r.place(l, now)
	return started
}

// hasRoom is the rule of roster's comment. The last half of the hard bound
// stays closed to the unproven, whatever became of the requests they started.
func (r *roster) hasRoom(class trust) bool {
	switch class {
	case proven:
		return r.running[proven] < r.bounds.slots && r.total() < 2*r.bounds.slots
	case fresh:
		return r.running[fresh] < r.half() && !r.crowded()
	default:
		return r.running[suspect] < r.half() && !r.crowded()
	}
}

func (r *roster) total() int { return r.running[proven] + r.running[fresh] + r.running[suspect] }

func (r *roster) half() int { return (r.bounds.slots + 1) / 2 }

func (r *roster) crowded() bool { return r.total() >= 2*r.bounds.slots-r.bounds.slots/2 }

// ended frees the slot of a request. Class is empty on success; sent is false
// when no request was made, which says nothing about the receiver. It reports
// whether there may now be rows to fetch.
func (r *roster) ended(s *send, class Class, sent bool, now time.Time) (fetch bool) {
	l := s.line
	fetch, r.skipped[l.trust] = r.skipped[l.trust], false
	l.running--
	r.running[l.trust]--
	switch {
	case !s.slow:
		r.quick.Remove(s.place)
	case s.place != nil:
		r.slow.Remove(s.place)
	}
	if s.slow {
		l.slow--
	}
	switch {
	case !sent:
	case class == "":
		l.succeeded()
	default:
		l.failed(class, now)
	}
	r.place(l, now)
	return fetch || l.hungry != nil
}

// sweep turns requests that take long into slow ones, has some of them yield
// when a fresh line cannot start, and forgets lines that have had nothing to do
// for longest.
func (r *roster) sweep(now time.Time) {
	for front := r.quick.Front(); front != nil; front = r.quick.Front() {
		s := front.Value.(*send)
		if now.Sub(s.since) < slowAfter {
			break
		}
		r.quick.Remove(front)
		s.slow, s.place = true, r.slow.PushBack(s)
		s.line.slow++
		r.place(s.line, now)
	}
	if r.crowded() {
		r.yield(min(r.ready[fresh].Len(), r.half()-r.running[fresh]))
	}
	for r.idle.Len() > r.bounds.lines {
		l := r.idle.Front().Value.(*line)
		r.idle.Remove(l.idle)
		delete(r.lines, l.id)
	}
}

// yield breaks off up to count slow requests, the oldest first, so that new
// receivers are heard however many others hang. What yields is sent again
// later, when its class has room.
func (r *roster) yield(count int) {
	for range max(min(count, r.slow.Len()), 0) {
		s := r.slow.Remove(r.slow.Front()).(*send)
		s.place = nil
		s.cut()
	}
}

// due notes that the table holds rows of a queue that may be claimed. When too
// many lines are known already, it is left to a later walk.
func (r *roster) due(id QueueID, now time.Time) {
	if _, known := r.lines[id]; !known && len(r.lines) >= 2*r.bounds.lines {
		return
	}
	l := r.line(id)
	l.more = true
	r.place(l, now)
}

// drained notes that the table held less than the queue had room for.
func (r *roster) drained(id QueueID, now time.Time) {
	if l, known := r.lines[id]; known {
		l.more = false
		r.place(l, now)
	}
}

// shares says which lines to refill with how many rows, at most rows in all.
// Lines that get one go to the end of the turn.
func (r *roster) shares(rows int) []Share {
	var shares []Share
	rows = min(rows, r.bounds.queued-r.queued)
	for range r.hungry.Len() {
		if rows <= 0 {
			break
		}
		front := r.hungry.Front()
		r.hungry.MoveToBack(front)
		l := front.Value.(*line)
		if !r.hasRoom(l.trust) {
			r.skipped[l.trust] = true
			continue
		}
		room := min(l.room(), rows, r.bounds.queued/r.bounds.lineShare-len(l.queue))
		if room <= 0 {
			continue
		}
		shares = append(shares, Share{Queue: l.id, Room: room})
		rows -= room
	}
	return shares
}

// takeAll empties the roster of waiting deliveries, to give their leases back.
func (r *roster) takeAll(now time.Time) []Delivery {
	var all []Delivery
	for _, l := range r.lines {
		for len(l.queue) > 0 {
			all = append(all, l.pop())
		}
		r.place(l, now)
	}
	r.queued, r.bytes = 0, 0
	return all
}

func (r *roster) line(id QueueID) *line {
	l, known := r.lines[id]
	if !known {
		l = newLine(id)
		r.lines[id] = l
	}
	return l
}

// place puts the line on the lists where it belongs after any change.
func (r *roster) place(l *line, now time.Time) {
	if trust := l.judge(now); trust != l.trust {
		r.unlist(l)
		r.running[l.trust] -= l.running
		r.running[trust] += l.running
		l.trust = trust
	}
	enlist(r.ready[l.trust], &l.ready, l, len(l.queue) > 0 && l.running < l.limit)
	enlist(r.hungry, &l.hungry, l, l.wantsRows())
	enlist(r.idle, &l.idle, l, len(l.queue) == 0 && l.running == 0 && !l.more)
}

// unlist takes the line out of the turn of its class.
func (r *roster) unlist(l *line) { enlist(r.ready[l.trust], &l.ready, l, false) }

// enlist makes the line a member of the list, at its end, or not.
func enlist(members *list.List, place **list.Element, l *line, member bool) {
	switch {
	case member && *place == nil:
		*place = members.PushBack(l)
	case !member && *place != nil:
		members.Remove(*place)
		*place = nil
	}
}
