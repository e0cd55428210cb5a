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
//   - a fresh line only while fresh ones occupy less than half, and a late one
//     while late ones do;
//   - a proven line only while proven ones occupy less than all of them.
//
// What is not proven starts at a pace, too (pace). A fresh line for which
// something has just happened goes before those that have a backlog: it becomes
// proven, or one of the others, with its first answer.
//
// A request that takes long turns its line suspect, unless that line is known to
// be late, and its slot then counts there, so that each class finds its room again
// within slowAfter. The requests
// under way stay below twice the slots; when that bound keeps a fresh line
// waiting, the slow ones that have lasted longest yield their places (yield).
// Within a class, stores take turns, and within a store its lines, one delivery
// at a time.
//
// A line whose breaker is open, whose receiver asked for a pause or whose rate
// is used up starts nothing; it is parked until its time comes, and what is for
// it waits in the table.
//
// It is a plain data structure: no goroutine, no clock, no lock of its own.
type roster struct {
	bounds bounds
	lines  map[QueueID]*line
	shops  map[StoreID]*shop

	ready   [trusts]turns[*shop] // stores with lines that may send, in turn
	waiting [trusts]int          // lines that may send
	running [trusts]int          // requests under way
	hungry  turns[*shop]         // stores with lines that should be refilled, in turn
	idle    turns[*line]         // lines with nothing to do now, longest first
	lot     lot                  // lines for which time must pass
	sooner  bool                 // the lot's first has changed since resumes was asked
	quick   *list.List           // requests under way that are not slow yet, oldest first
	slow    *list.List           // requests under way that are, oldest first
	pace    pace                 // of the unproven
	turn    trust                // class that is asked first, so that none starves
	skipped [trusts]bool         // a hungry line of the class found no room
	round   uint64               // of shares

	queued int        // deliveries in memory that wait
	bytes  int        // of them
	shed   []Delivery // taken out of memory, whose leases are to be given back
}

// bounds keep the roster's memory independent of backlog and tenants.
type bounds struct {
	slots      int // see roster
	queued     int // deliveries waiting in memory, over all lines
	queuedByte int // their size
	lineShare  int // a line may hold 1/lineShare of both at most; see roster.left
	shopShare  int // a store may hold 1/shopShare of both at most
	lines      int // lines remembered while they have nothing to do
	called     int // lines of one store's callbacks that may have something to do in the table
	unproven   int // requests of unproven lines that may start in a second; 0 is no limit
}

// send is a request under way.
type send struct {
	line     *line
	delivery Delivery
	since    time.Time
	probe    bool // the breaker was open
	slow     bool
	place    *list.Element // in roster.quick or roster.slow; nil once it yields
	cut      func()        // breaks the request off; set by who starts it
	turn     *turn         // of a delivery to a listener; set by who starts it
}

func newRoster(bounds bounds) *roster {
	return &roster{
		bounds: bounds, lines: map[QueueID]*line{}, shops: map[StoreID]*shop{},
		quick: list.New(), slow: list.New(), pace: pace{perSecond: float64(bounds.unproven)},
	}
}

// admit queues a delivery that was born leased to this node. It reports false
// when it has to wait in the table: memory is full, or its line may not send.
func (r *roster) admit(delivery Delivery, now time.Time) bool { return r.queue(delivery, false, now) }

// add queues a delivery that was claimed for one of the shares. It reports
// false as admit does.
func (r *roster) add(delivery Delivery, now time.Time) bool { return r.queue(delivery, true, now) }

func (r *roster) queue(delivery Delivery, asked bool, now time.Time) bool {
	l := r.line(delivery.Queue)
	if delivery.Route.Version > l.version {
		r.changed(delivery.Queue, delivery.Route.Version, now)
		l = r.line(delivery.Queue)
	}
	r.enrol(l, delivery.Store)
	if delivery.Route.Version < l.version {
		r.place(l, now)
		return false // addressed as the endpoint was before
	}
	delivery.Asked = delivery.Asked || !asked && delivery.Origin == FromTest
	l.meet(delivery.Route, now)
	l.rate.fill(now)
	if !delivery.Asked && !l.takes(asked, now) || !r.fits(l, delivery.size()) {
		r.place(l, now)
		return false
	}
	l.push(delivery)
	r.count(l, 1, delivery.size())
	r.place(l, now)
	if !asked && l.trust == fresh {
		r.hurry(l)
	}
	return true
}

// fits reports whether memory takes another delivery of the line.
func (r *roster) fits(l *line, size int) bool {
	deliveries, bytes := r.left(l)
	return deliveries >= 1 && bytes >= size
}

// left is how much of the line memory may still take, in deliveries and bytes. A
// store holds at most its share and no more than it leaves to other stores, and a
// line no more than it leaves to others of its store. So backlogs make room for
// each other, and whoever has none is let in beside them, however many they are.
func (r *roster) left(l *line) (deliveries, bytes int) {
	left := func(most, all, store, line int) int {
		return min(most/r.bounds.lineShare, min(most/r.bounds.shopShare, most-all)-store) - line
	}
	return left(r.bounds.queued, r.queued, l.shop.queued, len(l.queue)),
		left(r.bounds.queuedByte, r.bytes, l.shop.bytes, l.bytes)
}

// count keeps the books of what waits in memory.
func (r *roster) count(l *line, deliveries, bytes int) {
	r.queued += deliveries
	r.bytes += bytes
	l.shop.queued += deliveries
	l.shop.bytes += bytes
}

// take takes the line's oldest delivery out of memory.
func (r *roster) take(l *line) Delivery {
	delivery := l.pop()
	r.count(l, -1, -delivery.size())
	return delivery
}

// next takes the delivery whose turn it is, or nil when none may start.
func (r *roster) next(now time.Time) *send {
	for range r.ready {
		class := r.turn
		r.turn = (r.turn + 1) % trusts
		if !r.hasRoom(class) {
			continue
		}
		front := r.ready[class].first()
		if front == nil {
			continue
		}
		l := front.member.ready[class].first().member
		if class != proven && !r.pace.take(l.worth(), now) {
			continue
		}
		r.ready[class].rotate(front)
		return r.start(l, now)
	}
	return nil
}

func (r *roster) start(l *line, now time.Time) *send {
	delivery := r.take(l)
	started := &send{line: l, delivery: delivery, since: now, probe: l.breaker.open && !delivery.Asked}
	started.place = r.quick.PushBack(started)
	if l.rate.perMinute > 0 {
		l.rate.tokens--
	}
	l.running++
	r.running[l.trust]++
	l.shop.ready[l.trust].rotate(&l.ready) // to the end of its turn
	r.place(l, now)
	return started
}

// hasRoom is the rule of roster's comment. The last half of the hard bound
// stays closed to the unproven, whatever became of the requests they started.
func (r *roster) hasRoom(class trust) bool {
	switch class {
	case proven:
		return r.running[proven] < r.bounds.slots && r.total() < 2*r.bounds.slots
	default:
		return r.running[class] < r.half() && !r.crowded()
	}
}

func (r *roster) total() (running int) {
	for _, of := range r.running {
		running += of
	}
	return running
}

func (r *roster) half() int { return (r.bounds.slots + 1) / 2 }

func (r *roster) crowded() bool { return r.total() >= 2*r.bounds.slots-r.bounds.slots/2 }

// ended frees the slot of a request and learns from it. It reports whether the
// claiming loop has something to see to.
func (r *roster) ended(s *send, h heard, now time.Time) (fetch bool) {
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
	h.late = s.slow
	l.note(h, s.probe, s.since, now)
	if now.Before(l.heldUntil()) {
		r.giveBack(l, l.asked())
	}
	r.place(l, now)
	if l.former && l.running == 0 {
		r.withdraw(l)
	}
	return fetch || l.hungry.in != nil || r.sooner
}

// giveBack takes what waits in a line out of memory, but for the first that are
// to be kept.
func (r *roster) giveBack(l *line, kept int) {
	for len(l.queue) > kept {
		delivery := l.popLast()
		r.count(l, -1, -delivery.size())
		r.shed = append(r.shed, delivery)
	}
}

// disabled takes what waits for an endpoint that was disabled out of memory;
// whoever claims it from the table will see that it is.
func (r *roster) disabled(id QueueID, now time.Time) {
	if l, known := r.lines[id]; known {
		r.giveBack(l, 0)
		r.place(l, now)
	}
}

// changed lets go of what waits for an endpoint that was changed since the
// version that its line knows, and begins the line anew. What is under way goes
// on in the line as it was: it keeps its room there, and what comes of it says
// nothing of the endpoint as it is now.
func (r *roster) changed(id QueueID, version Version, now time.Time) {
	former, known := r.lines[id]
	if !known || version <= former.version {
		return
	}
	if former.version == 0 { // nothing of the endpoint has come by yet
		former.version = version
		return
	}
	r.giveBack(former, 0)
	former.former, former.more = true, false
	delete(r.lines, id)
	r.place(former, now)
	if former.running == 0 {
		r.withdraw(former)
	}
	l := r.line(id)
	l.version, l.more = version, true
	r.place(l, now)
}

// takeShed hands over what was taken out of memory since the last time.
func (r *roster) takeShed() []Delivery {
	shed := r.shed
	r.shed = nil
	return shed
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
		r.yield(min(r.waiting[fresh], r.half()-r.running[fresh]))
	}
	for r.idle.count > r.bounds.lines {
		r.forget()
	}
}

// forget drops the line that has had nothing to do for longest. What the table
// holds for it is found again by a walk, and that it was failing is told by its
// endpoint.
func (r *roster) forget() (done bool) {
	longest := r.idle.first()
	if longest == nil {
		return false
	}
	l := longest.member
	r.setIdle(l, false)
	r.park(l, time.Time{})
	r.withdraw(l)
	delete(r.lines, l.id)
	return true
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
// many lines with something to do are known already, it is left to a later walk.
func (r *roster) due(id QueueID, now time.Time) {
	_, known := r.lines[id]
	if !known && (r.overrun(id) || len(r.lines) >= 2*r.bounds.lines && !r.forget()) {
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

// leastShare is how many rows a share is worth asking the table for, when many
// lines are hungry. Rows that were made at the same time lie on the same pages of
// the table, whomever they are for: a little for each of many lines costs fewer
// pages than much for a few.
const leastShare = 8

// shares says which lines to refill with how many rows, at most rows in all.
// Stores take turns, and so do the lines of each; who gets one goes to the end.
func (r *roster) shares(rows int, now time.Time) []Share {
	var shares []Share
	rows = min(rows, r.bounds.queued-r.queued)
	r.round++
	fair := max(rows/max(r.hungry.count, 1), leastShare)
	for served := 0; rows > 0 && served < r.hungry.count; {
		s := r.hungry.first().member
		r.hungry.rotate(&s.claims)
		l := s.hungry.first().member
		if l.round == r.round {
			served++ // all lines of the store have had their turn
			continue
		}
		served, l.round = 0, r.round
		s.hungry.rotate(&l.hungry)
		if !r.hasRoom(l.trust) {
			r.skipped[l.trust] = true
			continue
		}
		left, bytes := r.left(l)
		room := min(l.room(now), rows, fair, left)
		if room <= 0 || bytes < r.bytes/max(r.queued, 1) { // less than what one takes
			continue
		}
		shares = append(shares, Share{Queue: l.id, Room: room})
		rows -= room
	}
	return shares
}

// takeAll empties the roster of waiting deliveries, to give their leases back.
func (r *roster) takeAll(now time.Time) []Delivery {
	for _, l := range r.lines {
		r.giveBack(l, 0)
		r.place(l, now)
	}
	return r.takeShed()
}

func (r *roster) line(id QueueID) *line {
	l, known := r.lines[id]
	if !known {
		l = newLine(id)
		l.shop = newShop("")
		l.shop.lines = 1
		r.lines[id] = l
		if store, called := id.caller(); called {
			r.enrol(l, store)
		}
	}
	return l
}

// place puts the line on the lists where it belongs after any change.
func (r *roster) place(l *line, now time.Time) {
	l.rate.fill(now)
	if trust := l.judge(now); trust != l.trust {
		r.setReady(l, false)
		r.running[l.trust] -= l.running
		r.running[trust] += l.running
		l.trust = trust
	}
	r.setReady(l, l.mayStart(now))
	r.setHungry(l, l.wantsRows(now))
	r.park(l, l.resume(now))
	waits := l.more && l.parked.until.IsZero()
	r.setIdle(l, !l.former && len(l.queue) == 0 && l.running == 0 && !waits)
}
