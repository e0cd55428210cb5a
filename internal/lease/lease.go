// Package lease claims due rows of a table in batches, for the delivery engine
// (webhook) and the timers (job). It says how a claimer sleeps, wakes, hands
// rows on and stops; which rows, and in which order, is its user's SQL.
//
// Loop calls one function whenever something may be due, and sleeps until the
// moment which that function named, a Wake, or the poll interval. Pool is a
// Loop with a bounded set of workers, for rows that are independent of each
// other, such as timers:
//
//	pool := lease.NewPool(lease.PoolConfig[job.Timer]{
//		Name:  "timers",
//		Slots: 8,
//		Claim: store.ClaimTimers, // (ctx, now, room) (lease.Batch[job.Timer], error)
//		Do:    runner.run,        // (ctx, timer)
//	})
//	pool.Start(ctx)
//	pool.Wake() // after a commit that made a timer due
//	pool.Stop(stopCtx)
//
// A lease is a promise about time, not a lock: whoever holds a row does its
// work before the lease ends or lets go of it, and a write that depends on
// holding it repeats the owner in its WHERE. Nothing depends on a lease being
// given back: it lapses, and the row is claimed again.
//
// The package may not know the database, HTTP, or any noun of its users.
package lease

import "time"

// Owner names one run of one node. It is minted at every start, so that a
// process never mistakes its predecessor's leases for its own.
type Owner string

// Lease is a row's reservation for one owner.
type Lease struct {
	Owner Owner
	Until time.Time // wall time
}

// Covers reports whether the lease still stands at the given wall time plus
// the length of the work that is about to begin.
func (l Lease) Covers(now time.Time, work time.Duration) bool {
	return l.Owner != "" && !now.Add(work).After(l.Until)
}

// Lapsed reports whether another node may have claimed the row at the given
// wall time.
func (l Lease) Lapsed(now time.Time) bool {
	return l.Owner == "" || !now.Before(l.Until)
}
