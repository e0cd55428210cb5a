package webhook

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var morning = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

func smallBounds() bounds {
	return bounds{slots: 8, queued: 10_000, queuedByte: 10 << 20, shopShare: 1, lineShare: 1, lines: 4, called: 4}
}

func mustAdd(t *testing.T, r *roster, queue QueueID, count int) {
	t.Helper()
	for n := range count {
		if !r.add(Delivery{ID: DeliveryID(fmt.Sprintf("%s-%d", queue, n)), Queue: queue}, morning) {
			t.Fatalf("no room for delivery %d of %s", n, queue)
		}
	}
}

// startAll starts what may start and returns it.
func startAll(r *roster, now time.Time) []*send {
	var started []*send
	for next := r.next(now); next != nil; next = r.next(now) {
		next.cut = func() {}
		started = append(started, next)
	}
	return started
}

func wantCount(t *testing.T, what string, want, got int) {
	t.Helper()
	if want != got {
		t.Errorf("%s: %d, want %d", what, got, want)
	}
}

func wantTrust(t *testing.T, when string, want, got trust) {
	t.Helper()
	if want != got {
		t.Errorf("trust %s: %d, want %d", when, got, want)
	}
}

func TestALineStartsWithTwoRequestsAndGrowsToSixteen(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 100, queued: 10_000, queuedByte: 10 << 20, shopShare: 1, lineShare: 1, lines: 4})
	mustAdd(t, r, "a", 1000)
	running := startAll(r, morning)
	wantCount(t, "at first", 2, len(running))
	most := 0
	for range 300 {
		r.ended(running[0], heard{sent: true}, morning)
		running = append(running[1:], startAll(r, morning)...)
		most = max(most, len(running))
	}
	wantCount(t, "after many successes", 16, len(running))
	wantCount(t, "at most", 16, most)
}

func TestATimeOutLeavesOneRequestAtATime(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	mustAdd(t, r, "a", 20)
	running := startAll(r, morning)
	r.ended(running[0], heard{class: Timeout, sent: true}, morning)
	wantCount(t, "beside the one that still runs", 0, len(startAll(r, morning)))
	r.ended(running[1], heard{class: Timeout, sent: true}, morning)
	wantCount(t, "after both", 1, len(startAll(r, morning)))
}

func TestAnyOtherFailureHalvesTheLimit(t *testing.T) {
	t.Parallel()
	l := newLine("a")
	l.limit = 16
	l.failed(Status, morning)
	wantCount(t, "limit", 8, l.limit)
	for range 5 {
		l.failed(Connect, morning)
	}
	wantCount(t, "limit", 1, l.limit)
}

func TestWhatWasNotSentSaysNothingAboutTheReceiver(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	mustAdd(t, r, "a", 20)
	for _, s := range startAll(r, morning) {
		r.ended(s, heard{}, morning)
	}
	if l := r.lines["a"]; l.trust != fresh || l.limit != firstLimit {
		t.Errorf("trust %d and limit %d, want %d and %d", l.trust, l.limit, fresh, firstLimit)
	}
}

func TestLinesTakeTurns(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	mustAdd(t, r, "a", 2)
	mustAdd(t, r, "b", 2)
	mustAdd(t, r, "c", 1)
	var order []DeliveryID
	for _, s := range startAll(r, morning)[:4] {
		order = append(order, s.delivery.ID)
	}
	if got, want := fmt.Sprint(order), "[a-0 b-0 c-0 a-1]"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

// prove gives the line a success, so that it may use the reserved room.
func prove(t *testing.T, r *roster, queue QueueID) {
	t.Helper()
	mustAdd(t, r, queue, 1)
	s := r.next(morning)
	if s == nil || s.line.id != queue {
		t.Fatalf("%s did not get its turn", queue)
	}
	r.ended(s, heard{sent: true}, morning)
}

func TestHangingLinesLeaveRoomForAProvenOne(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	prove(t, r, "healthy")
	for n := range 100 {
		mustAdd(t, r, QueueID(fmt.Sprint("hanging-", n)), 10)
	}
	now := morning
	for range 20 { // whatever time passes, as nothing ends
		startAll(r, now)
		now = now.Add(slowAfter)
		r.sweep(now)
	}
	mustAdd(t, r, "healthy", 5)
	started := startAll(r, now)
	wantCount(t, "started beside the hanging", firstLimit, len(started))
	for _, s := range started {
		if s.line.id != "healthy" {
			t.Errorf("%s was started, want only the healthy line", s.line.id)
		}
	}
}

func TestHangingLinesLeaveRoomForANewOneOnceTheyAreSlow(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	for n := range 4 { // of the fresh lines' half of eight slots
		mustAdd(t, r, QueueID(fmt.Sprint("hanging-", n)), 1)
	}
	wantCount(t, "fresh lines", 4, len(startAll(r, morning)))
	mustAdd(t, r, "new", 1)
	wantCount(t, "while the hanging look fresh", 0, len(startAll(r, morning)))
	r.sweep(morning.Add(slowAfter))
	wantCount(t, "once they are slow", 1, len(startAll(r, morning.Add(slowAfter))))
}

func TestSlowRequestsYieldToANewLineWhenTheyFillEverything(t *testing.T) {
	t.Parallel()
	r, now := newRoster(smallBounds()), morning
	for n := range 100 {
		mustAdd(t, r, QueueID(fmt.Sprint("hanging-", n)), 10)
	}
	var cut []*send
	start := func() (heard bool) {
		for _, s := range startAll(r, now) {
			heard = heard || s.line.id == "new"
			s.cut = func() { cut = append(cut, s) }
		}
		return heard
	}
	for !r.crowded() {
		start()
		now = now.Add(slowAfter)
		r.sweep(now)
	}
	mustAdd(t, r, "new", 1)
	served := false
	for turn := 0; turn < 1000 && !served; turn++ { // every line before it may have its turn
		now = now.Add(slowAfter)
		r.sweep(now)
		for _, s := range cut {
			r.ended(s, heard{class: Timeout, sent: true}, now)
		}
		cut = nil
		served = start()
	}
	if !served {
		t.Error("the new line was never heard")
	}
}

// A receiver may say 200 at once and drip its body for as long as it is let: each
// of its requests is a success.
func TestLateReceiversShareARoomOfTheirOwn(t *testing.T) {
	t.Parallel()
	r, now := newRoster(smallBounds()), morning
	prove(t, r, "healthy")
	for n := range 20 {
		mustAdd(t, r, QueueID(fmt.Sprint("dripping-", n)), 40)
	}
	drip := func() (running []*send) {
		running = startAll(r, now)
		now = now.Add(slowAfter)
		r.sweep(now)
		return running
	}
	for range 20 { // each has had a turn
		for _, s := range drip() {
			r.ended(s, heard{sent: true}, now)
		}
	}
	running := drip()
	wantCount(t, "late ones that start", 4, len(running)) // half of eight slots
	wantCount(t, "late ones that start while those take long", 0, len(startAll(r, now)))
	mustAdd(t, r, "new", 1)
	mustAdd(t, r, "healthy", 1)
	wantCount(t, "beside them, a new and a proven one", 2, len(startAll(r, now)))

	l := running[0].line
	for _, s := range running {
		r.ended(s, heard{sent: true}, now)
	}
	wantTrust(t, "after late successes", late, l.trust)
	soon := startAll(r, now)[0]
	r.ended(soon, heard{sent: true}, now)
	wantTrust(t, "after one that came soon", proven, soon.line.trust)
	r.ended(startAll(r, now)[0], heard{sent: true, flood: true}, now)
	wantTrust(t, "after one that came soon and went on and on", late, soon.line.trust)
	if soon.line.worth() != dearWorth || l.worth() != 1 {
		t.Errorf("one that floods is worth %v, and one that is late %v", soon.line.worth(), l.worth())
	}
}

func TestTheUnprovenStartAtAPace(t *testing.T) {
	t.Parallel()
	limits := bounds{slots: 1000, queued: 10_000, queuedByte: 10 << 20, shopShare: 1, lineShare: 1, lines: 100, unproven: 320}
	r, now := newRoster(limits), morning
	for n := range 50 {
		mustAdd(t, r, QueueID(fmt.Sprint("fresh-", n)), 1)
	}
	wantCount(t, "at once", 10, len(startAll(r, now)))
	if pause, held := r.pace.release(); !held || pause <= 0 {
		t.Errorf("nobody is said to wait for the pace (%v)", pause)
	}
	now = now.Add(time.Second / 64)
	wantCount(t, "a sixty-fourth of a second later", 5, len(startAll(r, now)))
	mustAdd(t, r, "healthy", 20)
	r.line("healthy").succeeded(false)
	r.place(r.line("healthy"), now)
	wantCount(t, "of a proven one, whatever the pace", firstLimit, len(startAll(r, now)))
	now = now.Add(time.Hour)
	wantCount(t, "after a long time", 10, len(startAll(r, now)))
	now = now.Add(-time.Minute)
	wantCount(t, "when the clock was set back", 0, len(startAll(r, now)))
	now = now.Add(2 * time.Minute)
	wantCount(t, "after that", 10, len(startAll(r, now)))

	r = newRoster(limits)
	for n := range 50 {
		r.add(Delivery{Queue: QueueID(fmt.Sprint("secure-", n)), URL: "https://shop.example/hook"}, now)
	}
	wantCount(t, "of those that begin with a handshake", 3, len(startAll(r, now))) // the third on credit
	r.admit(Delivery{Queue: "new"}, now)
	first := startAll(r, now.Add(time.Second/64))[0].line.id
	if first != "new" {
		t.Errorf("%s was first, want the one for which something has just happened", first)
	}
}

// Those whose requests are worth little must not take each token as it comes and
// leave one who needs several without.
func TestTheUnprovenOfAllKindsGetTheirTurn(t *testing.T) {
	t.Parallel()
	limits := bounds{slots: 1000, queued: 10_000, queuedByte: 10 << 20, shopShare: 1, lineShare: 1, lines: 100, unproven: 320}
	r, now := newRoster(limits), morning
	for n := range 50 {
		mustAdd(t, r, QueueID(fmt.Sprint("plain-", n)), 20)
	}
	startAll(r, now) // all that may start at once
	r.line("secure").failedAt = now
	r.add(Delivery{Queue: "secure", URL: "https://shop.example/hook"}, now)
	for range 100 {
		now = now.Add(time.Second / 320)
		for _, s := range startAll(r, now) {
			if s.line.id == "secure" {
				return
			}
			r.ended(s, heard{sent: true}, now)
			s.line.late = true
			r.place(s.line, now)
		}
	}
	t.Error("one that begins with a handshake was never started")
}

func TestAFullMemoryRefusesAndKeepsCounting(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 8, queued: 16, queuedByte: 10 << 20, shopShare: 1, lineShare: 4, lines: 4})
	mustAdd(t, r, "a", 4)
	if r.add(Delivery{Queue: "a"}, morning) {
		t.Error("a line took more than its share")
	}
	mustAdd(t, r, "b", 3)
	if r.add(Delivery{Queue: "b"}, morning) {
		t.Error("a line took more than it leaves to others of its store")
	}
	mustAdd(t, r, "c", 1)
	if r.add(Delivery{Queue: "d"}, morning) {
		t.Error("a store took more than it leaves to others")
	}
	wantCount(t, "queued", 8, r.queued)
	wantCount(t, "taken out", 8, len(r.takeAll(morning)))
	wantCount(t, "queued", 0, r.queued)
	wantCount(t, "bytes", 0, r.bytes)
}

func TestABigBodyCountsByItsSize(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 8, queued: 100, queuedByte: 1 << 20, shopShare: 1, lineShare: 1, lines: 4})
	if !r.add(Delivery{Queue: "a", Body: make([]byte, 600<<10)}, morning) {
		t.Error("a body that fits was refused")
	}
	if r.add(Delivery{Queue: "b", Body: make([]byte, 600<<10)}, morning) {
		t.Error("a body beyond the bound was taken")
	}
}

func TestSharesGoToLinesThatRunLow(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	prove(t, r, "proven")
	r.due("proven", morning)
	r.due("fresh", morning)
	mustAdd(t, r, "full", 10)
	r.due("full", morning)
	got := map[QueueID]int{}
	for _, share := range r.shares(100, morning) {
		got[share.Queue] = share.Room
	}
	want := map[QueueID]int{"proven": firstLimit * lookahead, "fresh": firstLimit}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("shares %v, want %v", got, want)
	}
	r.drained("proven", morning)
	r.drained("fresh", morning)
	wantCount(t, "shares once drained", 0, len(r.shares(100, morning)))
}

func TestIdleLinesAreForgotten(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	for n := range 10 {
		prove(t, r, QueueID(fmt.Sprint("line-", n)))
	}
	r.sweep(morning)
	wantCount(t, "lines", 4, len(r.lines))
	if _, kept := r.lines["line-9"]; !kept {
		t.Error("the line that was busy last was forgotten")
	}
}

// Whatever happens in whatever order, the books balance and the bounds hold.
func TestTheRosterKeepsItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limits := bounds{
			slots: rapid.IntRange(1, 8).Draw(t, "slots"), queued: 40, queuedByte: 10 << 20,
			shopShare: 1, lineShare: rapid.IntRange(1, 4).Draw(t, "share"), lines: 3, called: 2,
			unproven: rapid.SampledFrom([]int{0, 32, 96}).Draw(t, "unproven"),
		}
		r, now := newRoster(limits), morning
		var running []*send
		queue := func() QueueID {
			n := rapid.IntRange(0, 9).Draw(t, "queue")
			if rapid.Bool().Draw(t, "called") {
				return Callback{Store: StoreID(fmt.Sprint("s", n%3)), Env: Test, URL: fmt.Sprintf("https://%d.example/", n)}.Queue()
			}
			return QueueID(fmt.Sprint("q", n))
		}
		storeOf := func(id QueueID) StoreID {
			if store, called := id.caller(); called {
				return store
			}
			return StoreID(fmt.Sprint("s", (id[1]-'0')%3))
		}
		delivery := func() Delivery {
			id := queue()
			return Delivery{
				Queue: id, Store: storeOf(id),
				Route: Route{RatePerMinute: rapid.SampledFrom([]int{0, 0, 1, 60, 6000}).Draw(t, "rate"), Failing: rapid.Bool().Draw(t, "failing")},
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"admit": func(*rapid.T) { r.admit(delivery(), now) },
			"claim": func(t *rapid.T) {
				seen := map[QueueID]bool{}
				for _, share := range r.shares(20, now) {
					if seen[share.Queue] {
						t.Fatalf("%s got two shares", share.Queue)
					}
					seen[share.Queue] = true
					for range share.Room {
						d := delivery()
						d.Queue, d.Store = share.Queue, storeOf(share.Queue)
						r.add(d, now)
					}
				}
			},
			"disable": func(*rapid.T) { r.disabled(queue(), now) },
			"due":     func(*rapid.T) { r.due(queue(), now) },
			"drained": func(*rapid.T) { r.drained(queue(), now) },
			"pass": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(0, 90_000).Draw(t, "ms")) * time.Millisecond)
				r.resume(now)
				r.sweep(now)
			},
			"start": func(t *rapid.T) {
				if s := r.next(now); s != nil {
					s.cut = func() {}
					running = append(running, s)
				}
			},
			"end": func(t *rapid.T) {
				if len(running) == 0 {
					t.Skip()
				}
				at := rapid.IntRange(0, len(running)-1).Draw(t, "which")
				class := rapid.SampledFrom([]Class{"", Timeout, Status, Connect}).Draw(t, "class")
				status := map[Class]int{"": 200, Status: rapid.SampledFrom([]int{404, 429, 503}).Draw(t, "status")}[class]
				r.ended(running[at], heard{class: class, status: status, sent: rapid.Bool().Draw(t, "sent")}, now)
				running = append(running[:at], running[at+1:]...)
			},
			"": func(t *rapid.T) { checkRoster(t, r, len(running), now) },
		})
	})
}

func checkRoster(t *rapid.T, r *roster, running int, now time.Time) {
	var counted, queued, slow, parked int
	var byTrust, waiting [trusts]int
	shops, idle := map[*shop]int{}, map[*shop]int{}
	for _, l := range r.lines {
		if l.idle.in != nil {
			idle[l.shop]++
		}
		counted += l.running
		queued += len(l.queue)
		slow += l.slow
		byTrust[l.trust] += l.running
		shops[l.shop] += len(l.queue)
		if l.running > mostLimit || l.slow > l.running {
			t.Fatalf("line %s: %d running, %d slow", l.id, l.running, l.slow)
		}
		if l.ready.in != nil {
			waiting[l.trust]++
			if l.ready.in != &l.shop.ready[l.trust] || len(l.queue) == 0 || l.running >= l.limit {
				t.Fatalf("line %s is on the wrong list: %d queued, %d of %d running", l.id, len(l.queue), l.running, l.limit)
			}
		}
		if !l.parked.until.IsZero() {
			parked++
		} else if len(l.queue) > 0 && l.running == 0 && l.ready.in == nil {
			t.Fatalf("line %s waits for nothing: breaker %+v, wait %v, rate %+v at %v", l.id, l.breaker, l.wait, l.rate, now)
		} else if l.more && l.running == 0 && len(l.queue) == 0 && l.hungry.in == nil {
			t.Fatalf("line %s is not refilled and waits for nothing", l.id)
		}
		if (l.hungry.in != nil) && l.shop.claims.in == nil || (l.ready.in != nil) && l.shop.sends[l.trust].in == nil {
			t.Fatalf("the store of line %s has no turn", l.id)
		}
	}
	for s, held := range shops {
		if s.queued != held || held > r.bounds.queued/r.bounds.shopShare {
			t.Fatalf("store %s: %d queued, counted as %d", s.id, held, s.queued)
		}
		if s.idle != idle[s] || s.idle > s.lines {
			t.Fatalf("store %s: %d of %d lines idle, counted as %d", s.id, idle[s], s.lines, s.idle)
		}
	}
	switch {
	case counted != running, byTrust != r.running, waiting != r.waiting:
		t.Fatalf("%d counted, %v by trust and %v waiting, want %d, %v and %v", counted, byTrust, waiting, running, r.running, r.waiting)
	case queued != r.queued || queued > r.bounds.queued:
		t.Fatalf("%d queued, counted as %d, bound %d", queued, r.queued, r.bounds.queued)
	case slow+r.quick.Len() != running:
		t.Fatalf("%d slow and %d quick, want %d together", slow, r.quick.Len(), running)
	case running > 2*r.bounds.slots:
		t.Fatalf("%d running, want at most twice %d", running, r.bounds.slots)
	case parked != len(r.lot):
		t.Fatalf("%d parked, want %d", parked, len(r.lot))
	case len(r.shops) > len(r.lines):
		t.Fatalf("%d stores of %d lines", len(r.shops), len(r.lines))
	}
}

func TestAChangedEndpointsLineBeginsAnewAndLeavesNothing(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	send := func(version Version) bool {
		return r.admit(Delivery{Queue: "a", Store: "STO_1", Route: Route{Version: version}}, morning)
	}
	for range 6 {
		send(1)
	}
	former := startAll(r, morning)
	r.changed("a", 1, morning) // which is known
	wantCount(t, "given back of the same version", 0, len(r.takeShed()))
	r.changed("a", 2, morning)
	wantCount(t, "given back", 6-len(former), len(r.takeShed()))
	wantCount(t, "waiting", 0, r.queued)
	wantCount(t, "bytes", 0, r.bytes)
	if send(1) {
		t.Error("a delivery of the version before was taken")
	}
	if !send(2) || !send(2) {
		t.Error("a delivery of the present version was not taken")
	}
	r.sweep(morning.Add(time.Second)) // the former ones hang
	present := startAll(r, morning)
	wantCount(t, "started beside those that hang", firstLimit, len(present))
	for _, s := range former {
		r.ended(s, heard{class: Timeout, stop: true, sent: true}, morning)
	}
	if l := r.lines["a"]; l.trust != fresh || l.limit != firstLimit || !l.wait.IsZero() || l.breaker.streak != 0 {
		t.Errorf("what became of the former requests was learned: %+v", l)
	}
	for _, s := range present {
		r.ended(s, heard{sent: true}, morning)
	}
	r.changed("a", 3, morning) // with nothing under way
	r.drained("a", morning)
	r.takeAll(morning)
	wantCount(t, "lines", 1, len(r.lines))
	wantCount(t, "idle", 1, r.idle.count)
	wantCount(t, "under way", 0, r.total())
	wantCount(t, "hungry", 0, r.hungry.count)
	wantCount(t, "stores", 0, len(r.shops)) // until the next delivery tells whose line it is
	send(3)
	wantCount(t, "lines of the store", 1, r.shops["STO_1"].lines)
}
