package webhook

import (
	"context"
	"time"

	"tillway/internal/lease"
)

// Sizes of one turn of claiming.
const (
	walkPage  = 256 // queues looked at
	claimRows = 512 // rows leased
)

// orphanHorizon is beyond the end of any lease a predecessor can have taken.
const orphanHorizon = 5 * time.Minute

// restAfterWalk keeps the walk over waiting queues below a tenth of one core,
// however many there are: it rests ten times as long as it took.
const restAfterWalk = 10

// walk is the state of the first level of claiming: a walk over the queues in
// which something waits, a page at a time. Only the claiming goroutine touches
// it, but for hurry.
type walk struct {
	freed   bool // orphans have been freed
	orphans QueueID
	active  bool
	after   QueueID
	began   time.Time
	nearest time.Time // earliest row that is not yet due
	at      time.Time // when the next walk may begin
	hurry   bool      // begin now; under the dispatcher's lock

	abandoned map[QueueID]bool // listeners' queues to be claimed although nobody listens
}

// claim is one turn of the loop: some of the walk, then the second level for
// the lines that can take rows. Lines that are parked take none, whatever is due
// for them; the loop sleeps until the first of them goes on.
func (d *Dispatcher) claim(ctx context.Context, now time.Time) (lease.Report, error) {
	if d.config.Alone && !d.walk.freed {
		if err := d.freeOrphans(ctx, now); err != nil {
			return lease.Report{}, err
		}
	}
	if err := d.answerAsked(ctx, now); err != nil {
		return lease.Report{}, err
	}
	if err := d.step(ctx, now); err != nil {
		return lease.Report{}, err
	}
	d.mu.Lock()
	d.roster.resume(now)
	if d.phase == running {
		d.fill(now)
	}
	shares := d.attended(d.roster.shares(claimRows, now), now)
	d.mu.Unlock()
	more := false
	if len(shares) > 0 {
		var err error
		if more, err = d.take(ctx, now, shares); err != nil {
			return lease.Report{}, err
		}
	}
	d.mu.Lock()
	due := earlier(d.walk.at, d.roster.resumes())
	d.mu.Unlock()
	return lease.Report{
		More: d.walk.active || !d.walk.freed && d.config.Alone || more,
		Due:  due,
	}, nil
}

// earlier is the first of two moments, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if b.IsZero() || !a.IsZero() && a.Before(b) {
		return a
	}
	return b
}

// step looks at one page of queues and notes which have something due.
func (d *Dispatcher) step(ctx context.Context, now time.Time) error {
	w := &d.walk
	if !w.active {
		d.mu.Lock()
		hurry := w.hurry
		w.hurry = false
		d.mu.Unlock()
		if now.Before(w.at) && !hurry {
			return nil
		}
		w.active, w.after, w.began, w.nearest = true, "", now, time.Time{}
	}
	page, err := d.config.Store.DueQueues(ctx, w.after, walkPage)
	if err != nil {
		return err
	}
	d.mu.Lock()
	for _, queue := range page.Queues {
		w.after = queue.ID
		d.compare(queue, now)
		switch {
		case d.leave(queue, now):
		case !queue.WakeAt.After(now):
			d.roster.due(queue.ID, now)
		case w.nearest.IsZero() || queue.WakeAt.Before(w.nearest):
			w.nearest = queue.WakeAt
		}
	}
	d.mu.Unlock()
	if page.Last {
		ended := d.config.Now()
		w.active = false
		w.at = ended.Add(d.config.Poll)
		if !w.nearest.IsZero() && w.nearest.Before(w.at) {
			w.at = w.nearest
		}
		if rested := ended.Add(restAfterWalk * ended.Sub(w.began)); w.at.Before(rested) {
			w.at = rested
		}
	}
	return nil
}

// fetch takes rows for the shares: leased, or held where no other node could
// take them.
func (d *Dispatcher) fetch(ctx context.Context, now time.Time, shares []Share) ([]Claimed, error) {
	if !d.config.Alone {
		return d.config.Store.Claim(ctx, Claim{
			Lease:  lease.Lease{Owner: d.config.Owner, Until: now.Add(BornLease)},
			Now:    now,
			Shares: shares,
		})
	}
	held := d.holds.look(shares)
	due, err := d.config.Store.Due(ctx, Due{Now: now, Held: held, Shares: shares})
	if err == nil {
		d.holds.take(shares, due)
	}
	return due, err
}

// take fetches rows for the shares and puts them into their lines. It reports
// whether the table may hold more for them.
func (d *Dispatcher) take(ctx context.Context, now time.Time, shares []Share) (more bool, err error) {
	claimed, err := d.fetch(ctx, now, shares)
	if err != nil {
		return false, err
	}
	more = len(claimed) > 0
	one := onlyOnes(shares)
	got := map[QueueID]int{}
	for i := range claimed {
		claimed[i].Delivery.Asked = one
		got[claimed[i].Delivery.Queue]++
	}
	var stopped []Outcome
	d.mu.Lock()
	for _, share := range shares {
		switch {
		case one || got[share.Queue] >= share.Room:
		case share.After != Mark{}:
			more = true // what became due before that row is found from the beginning
		default:
			d.roster.drained(share.Queue, now)
		}
	}
	for _, row := range claimed {
		switch {
		case row.Stop != "":
			stopped = append(stopped, d.stopped(row, now))
		case !d.roster.add(row.Delivery, now):
			d.letGo(row.Delivery)
		}
	}
	d.letGoShed()
	if d.phase == running {
		d.fill(now)
	}
	d.mu.Unlock()
	for _, outcome := range stopped {
		d.config.Observe(outcome)
		d.outcomes.add(outcome)
	}
	return more, nil
}

// stopped ends a delivery whose endpoint does not receive any more.
func (d *Dispatcher) stopped(row Claimed, now time.Time) Outcome {
	reason := map[Class]string{
		Removed: "The endpoint was removed.",
		Halted:  "The endpoint is disabled.",
		Locked:  "What is sealed of the endpoint does not open with this master key.",
	}[row.Stop]
	return Outcome{
		Attempt: Attempt{
			Delivery: row.Delivery.ID, Number: row.Delivery.Attempts + 1,
			StartedAt: now, URL: row.Delivery.URL, Class: row.Stop, Reason: reason,
		},
		Place: row.Delivery.place(), Owner: row.Delivery.Owner, Next: Failed, Unsent: true,
	}
}

// freeOrphans gives back one page of what a dead predecessor held.
func (d *Dispatcher) freeOrphans(ctx context.Context, now time.Time) error {
	page, err := d.config.Store.Orphans(ctx, Orphans{
		Owner: d.config.Owner, Now: now, Horizon: now.Add(orphanHorizon),
		After: d.walk.orphans, Limit: walkPage,
	})
	if err != nil {
		return err
	}
	if len(page.Queues) > 0 {
		d.walk.orphans = page.Queues[len(page.Queues)-1].ID
	}
	d.walk.freed = page.Last
	return nil
}
