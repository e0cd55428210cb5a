package webhook

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func mustAddOf(t interface{ Fatalf(string, ...any) }, r *roster, store StoreID, queue QueueID, count int) {
	for n := range count {
		if !r.add(Delivery{ID: DeliveryID(fmt.Sprintf("%s-%d", queue, n)), Queue: queue, Store: store}, morning) {
			t.Fatalf("no room for delivery %d of %s", n, queue)
		}
	}
}

func TestAStoreWithTwentyEndpointsGetsTheTurnsOfOne(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 2, queued: 10_000, queuedByte: 100 << 20, shopShare: 1, lineShare: 1, lines: 100})
	for n := range MaxEndpoints {
		mustAddOf(t, r, "big", QueueID(fmt.Sprint("big-", n)), 50)
	}
	mustAddOf(t, r, "small", "small", 50)
	turns := map[StoreID]int{}
	for range 100 {
		s := r.next(morning)
		if s == nil {
			t.Fatal("nobody may start")
		}
		turns[s.delivery.Store]++
		r.ended(s, heard{sent: true}, morning)
	}
	// A line that has proven itself takes turns with those that have not yet.
	if turns["small"] < 40 || turns["big"] < 40 {
		t.Errorf("turns %v of 100", turns)
	}
}

func TestClaimsAreSharedByStores(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 100, queued: 1000, queuedByte: 10 << 20, shopShare: 1, lineShare: 1, lines: 100})
	introduce := func(store StoreID, queue QueueID) {
		mustAddOf(t, r, store, queue, 1)
		s := r.next(morning)
		r.ended(s, heard{class: Status, status: 404, sent: true}, morning)
		r.due(queue, morning)
	}
	for n := range MaxEndpoints {
		introduce("big", QueueID(fmt.Sprint("big-", n)))
	}
	introduce("small", "small")
	shares := r.shares(2, morning)
	if len(shares) != 2 || shares[0].Queue != "small" && shares[1].Queue != "small" {
		t.Errorf("two rows go to %v, want one of them for the small store", shares)
	}
	wantCount(t, "shares of all", MaxEndpoints+1, len(r.shares(1000, morning)))
}

func TestAStoreDoesNotFillTheWholeMemory(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 8, queued: 80, queuedByte: 10 << 20, shopShare: 2, lineShare: 4, lines: 100})
	taken := 0
	for n := range 200 {
		if r.admit(Delivery{Queue: QueueID(fmt.Sprint("big-", n%20)), Store: "big"}, morning) {
			taken++
		}
	}
	wantCount(t, "of one store", 39, taken) // the last is for an endpoint of it that has none
	if !r.admit(Delivery{Queue: "small", Store: "small"}, morning) {
		t.Error("no room for another store")
	}
	// What was taken out makes room again.
	r.takeAll(morning)
	if !r.admit(Delivery{Queue: "big-1", Store: "big"}, morning) {
		t.Error("no room after all was taken out")
	}
}

// However many lines the stores have, two stores that always have something to
// send get the same number of turns where there is room for one request.
func TestTurnsOfBusyStoresDifferByOneAtMost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stores := rapid.IntRange(2, 5).Draw(t, "stores")
		r := newRoster(bounds{slots: 2, queued: 100_000, queuedByte: 1 << 30, shopShare: 1, lineShare: 1, lines: 1000})
		for s := range stores {
			for n := range rapid.IntRange(1, MaxEndpoints).Draw(t, "lines") {
				mustAddOf(t, r, StoreID(fmt.Sprint(s)), QueueID(fmt.Sprint(s, "-", n)), 30)
			}
		}
		turns := make([]int, stores)
		for range rapid.IntRange(1, 30*stores).Draw(t, "turns") {
			s := r.next(morning)
			if s == nil {
				t.Fatal("nobody may start")
			}
			turns[s.delivery.Store[0]-'0']++
			checkRoster(t, r, 1, morning)
			r.ended(s, heard{}, morning) // tells nothing, so that all stay of one class
		}
		if slices.Max(turns)-slices.Min(turns) > 1 {
			t.Fatalf("turns %v", turns)
		}
	})
}

func TestALineOnTheBreakerSendsOneProbeAfterThePause(t *testing.T) {
	t.Parallel()
	r, now := newRoster(smallBounds()), morning
	mustAdd(t, r, "a", 50)
	failed := 0
	for s := r.next(now); s != nil; s = r.next(now) {
		r.ended(s, heard{class: Connect, sent: true}, now)
		failed++
	}
	wantCount(t, "failures before it opens", breakAfter, failed)
	wantCount(t, "given back", 50-breakAfter, len(r.takeShed()))
	wantCount(t, "in memory", 0, r.queued)
	r.due("a", now)
	wantCount(t, "shares while open", 0, len(r.shares(100, now)))
	if r.admit(Delivery{Queue: "a"}, now) {
		t.Error("a new delivery was taken into memory")
	}
	if !r.resumes().Equal(now.Add(firstPause)) {
		t.Errorf("goes on at %v", r.resumes())
	}
	now = now.Add(firstPause)
	r.resume(now)
	shares := r.shares(100, now)
	if len(shares) != 1 || shares[0].Room != 1 {
		t.Fatalf("shares %v, want one row for the probe", shares)
	}
	if !r.add(Delivery{Queue: "a"}, now) || r.add(Delivery{Queue: "a"}, now) {
		t.Error("not exactly one delivery was taken")
	}
	probe := r.next(now)
	wantCount(t, "shares beside the probe", 0, len(r.shares(100, now)))
	r.ended(probe, heard{sent: true}, now)
	if shares := r.shares(100, now); len(shares) != 1 || shares[0].Room < 2 {
		t.Errorf("shares %v once it is closed", shares)
	}
}

func TestARememberedFailureAllowsOneProbeAtFirst(t *testing.T) {
	t.Parallel()
	r := newRoster(smallBounds())
	taken := 0
	for range 10 {
		if r.admit(Delivery{Queue: "a", Route: Route{Failing: true}}, morning) {
			taken++
		}
	}
	wantCount(t, "taken", 1, taken)
	probe := r.next(morning)
	r.ended(probe, heard{class: Timeout, sent: true}, morning)
	if l := r.lines["a"]; !l.breaker.open || l.breaker.pause != firstPause {
		t.Errorf("after the probe: %+v", l.breaker)
	}
}

func TestAWishHoldsTheWholeLineWithinBounds(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		heard heard
		want  time.Duration
	}{
		"a 429 without a wish":   {heard{class: Status, status: 429, sent: true}, firstPause},
		"a 429 with a wish":      {heard{class: Status, status: 429, wish: time.Minute, sent: true}, time.Minute},
		"a 503 with a wish":      {heard{class: Status, status: 503, wish: time.Minute, sent: true}, time.Minute},
		"a wish beyond measure":  {heard{class: Status, status: 429, wish: time.Hour, sent: true}, mostPause},
		"a 500 without any wish": {heard{class: Status, status: 500, sent: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoster(smallBounds())
			mustAdd(t, r, "a", 2)
			s := r.next(morning)
			r.ended(s, check.heard, morning)
			if check.want == 0 {
				wantCount(t, "may start", 1, len(startAll(r, morning)))
				return
			}
			wantCount(t, "given back", 1, len(r.takeShed()))
			r.due("a", morning)
			r.resume(morning.Add(check.want - 1))
			wantCount(t, "shares before", 0, len(r.shares(9, morning.Add(check.want-1))))
			r.resume(morning.Add(check.want))
			wantCount(t, "shares after", 1, len(r.shares(9, morning.Add(check.want))))
		})
	}
}

func TestParkedLinesDoNotKeepOthersFromBeingKnown(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 8, queued: 100, queuedByte: 10 << 20, shopShare: 1, lineShare: 1, lines: 4})
	for n := range 50 {
		queue := QueueID(fmt.Sprint("dead-", n))
		r.due(queue, morning)
		l, known := r.lines[queue]
		if !known {
			t.Fatalf("%s is not known", queue)
		}
		l.wait = morning.Add(time.Hour)
		r.place(l, morning)
	}
	wantCount(t, "lines", 8, len(r.lines))
	wantCount(t, "parked", 8, len(r.lot))
}

// A callback's queue names its store, so that the hosts of one store have the
// turns of one from the beginning, also of what a walk finds in the table.
func TestAStoreWithManyCallbackHostsGetsTheTurnsOfOne(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 100, queued: 1000, queuedByte: 10 << 20, shopShare: 1, lineShare: 1, lines: 100, called: 100})
	host := func(store StoreID, n int) QueueID {
		return Callback{Store: store, Env: Test, URL: fmt.Sprintf("https://host-%d.example/", n)}.Queue()
	}
	for n := range 50 {
		r.due(host("STO_big", n), morning)
	}
	small := host("STO_small", 0)
	r.due(small, morning)
	wantCount(t, "stores", 2, len(r.shops))
	shares := r.shares(2*firstLimit, morning)
	if len(shares) != 2 || shares[0].Queue != small && shares[1].Queue != small {
		t.Errorf("the rows of two lines go to %v, want one of them of the small store", shares)
	}
}

// Addresses that come with requests are not counted as endpoints are: however
// many hosts one store has, others become known.
func TestTheHostsOfOneStoreDoNotFillTheRoster(t *testing.T) {
	t.Parallel()
	r := newRoster(bounds{slots: 8, queued: 100, queuedByte: 10 << 20, shopShare: 1, lineShare: 1, lines: 10, called: 4})
	host := func(n int) QueueID {
		return Callback{Store: "STO_big", Env: Test, URL: fmt.Sprintf("https://host-%d.example/", n)}.Queue()
	}
	for n := range 50 {
		r.due(host(n), morning)
	}
	wantCount(t, "lines of the store", 4, len(r.lines))
	r.due("endpoint", morning)
	r.due(Callback{Store: "STO_small", Env: Test, URL: "https://shop.example/"}.Queue(), morning)
	wantCount(t, "lines of all", 6, len(r.lines))
	// A host that has nothing to do any more makes room for another.
	r.drained(host(0), morning)
	r.due(host(7), morning)
	r.due(host(8), morning)
	if _, known := r.lines[host(7)]; !known || len(r.lines) != 7 {
		t.Errorf("%d lines are known, the next host's among them: %t", len(r.lines), known)
	}
	// What is known already is always noted.
	r.due(host(1), morning)
	wantCount(t, "lines of the store with something to do", 4, r.shops["STO_big"].lines-r.shops["STO_big"].idle)
}

// Whoever has a backlog leaves memory to those who have none: to other stores, and
// to the other endpoints of its own.
func TestBacklogsLeaveMemoryToOthers(t *testing.T) {
	t.Parallel()
	for what, body := range map[string]int{"counted": 0, "by size": 16 << 10} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			limits := Config{}.withDefaults().bounds()
			r := newRoster(limits)
			const stores, busy = 20, 5
			admit := func(store, line int) bool {
				id := StoreID(fmt.Sprint("s", store))
				return r.admit(Delivery{Queue: QueueID(fmt.Sprint(id, "-", line)), Store: id, Body: make([]byte, body)}, morning)
			}
			for taken := true; taken; {
				taken = false
				for store := range stores {
					for line := range busy {
						taken = admit(store, line) || taken
					}
				}
			}
			if r.queued < limits.queued/2 && r.bytes < limits.queuedByte/2 {
				t.Errorf("all of them have %d deliveries of %d bytes in memory, which is little", r.queued, r.bytes)
			}
			for store := range stores + 1 {
				if !admit(store, busy) {
					t.Errorf("an endpoint of store %d without a backlog was refused", store)
				}
			}
		})
	}
}
