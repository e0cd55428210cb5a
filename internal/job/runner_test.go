package job_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"tillway/internal/job"
	"tillway/internal/lease"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// table is a job.Store in memory, for the rhythm of the runner; the real one
// is tested in package store.
type table struct {
	mu     sync.Mutex
	timers map[string]*row
}

type row struct {
	job.Timer
	lease lease.Lease
}

func (t *table) set(timers ...job.Timer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timers == nil {
		t.timers = map[string]*row{}
	}
	for _, timer := range timers {
		t.timers[timer.Subject] = &row{Timer: timer}
	}
}

func (t *table) drop(subject string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.timers, subject)
}

func (t *table) get(subject string) (row, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if found, ok := t.timers[subject]; ok {
		return *found, true
	}
	return row{}, false
}

func (t *table) ClaimTimers(_ context.Context, claim job.Claim) (batch lease.Batch[job.Timer], err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.timers {
		switch {
		case !r.lease.Lapsed(claim.Now):
		case r.WakeAt.After(claim.Now):
			if batch.Next.IsZero() || r.WakeAt.Before(batch.Next) {
				batch.Next = r.WakeAt
			}
		case len(batch.Rows) < claim.Limit:
			r.lease = claim.Lease
			batch.Rows = append(batch.Rows, r.Timer)
		}
	}
	return batch, nil
}

func (t *table) PostponeTimer(_ context.Context, p job.Postponement) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r, ok := t.timers[p.Timer.Subject]; ok && r.lease.Owner == p.Owner {
		r.WakeAt, r.lease = p.WakeAt, lease.Lease{}
	}
	return nil
}

func (t *table) FreeTimers(context.Context, lease.Owner) error { return nil }

const inquiry job.Kind = "inquiry"

// bench runs a runner in fake time and tells when its handler was called.
type bench struct {
	table  table
	runner *job.Runner
	mu     sync.Mutex
	calls  []time.Time
}

// newBench makes a runner that is stopped before the bubble of fake time ends.
func newBench(t *testing.T, handle func(ctx context.Context, b *bench, timer job.Timer) error) *bench {
	t.Helper()
	b := &bench{}
	b.runner = job.New(job.Config{
		Store: &b.table, Owner: "me",
		Handlers: map[job.Kind]job.Handler{inquiry: func(ctx context.Context, timer job.Timer) error {
			b.mu.Lock()
			b.calls = append(b.calls, time.Now())
			b.mu.Unlock()
			return handle(ctx, b, timer)
		}},
	})
	t.Cleanup(func() {
		if err := b.runner.Stop(context.Background()); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return b
}

func (b *bench) called() []time.Time {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls
}

func done(_ context.Context, b *bench, timer job.Timer) error {
	b.table.drop(timer.Subject)
	return nil
}

func timerAt(at time.Time) job.Timer {
	return job.Timer{Kind: inquiry, Subject: "ATT_1", Store: "STO_1", Env: "test", At: at, WakeAt: at}
}

func TestRunner(t *testing.T) {
	t.Parallel()
	t.Run("a timer is run when it is due and not before", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, done)
			due := time.Now().Add(5 * time.Second)
			b.table.set(timerAt(due))
			b.runner.Start(t.Context())
			time.Sleep(5*time.Second - time.Millisecond)
			if calls := b.called(); len(calls) != 0 {
				t.Fatalf("called %d times before it was due", len(calls))
			}
			time.Sleep(time.Second)
			if calls := b.called(); len(calls) != 1 || calls[0].Before(due) {
				t.Fatalf("called at %v, want once from %v on", calls, due)
			}
		})
	})
	t.Run("Wake runs a timer that became due without the runner knowing", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, done)
			b.runner.Start(t.Context())
			synctest.Wait()
			set := time.Now()
			b.table.set(timerAt(set))
			b.runner.Wake()
			if calls := b.called(); len(calls) != 1 || !calls[0].Equal(set) {
				t.Fatalf("called at %v, want at once", calls)
			}
		})
	})
	t.Run("a failed timer is postponed ever longer", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, func(context.Context, *bench, job.Timer) error { return errors.New("the database is away") })
			start := time.Now()
			b.table.set(timerAt(start))
			b.runner.Start(t.Context())
			time.Sleep(20 * time.Second)
			want := []time.Duration{0, 1, 2, 4, 8, 16} // seconds after the first
			calls := b.called()
			if len(calls) != len(want) {
				t.Fatalf("called %d times, want %d", len(calls), len(want))
			}
			for i, call := range calls {
				if got := call.Sub(start); got != want[i]*time.Second {
					t.Errorf("call %d came after %v, want %v", i, got, want[i]*time.Second)
				}
			}
		})
	})
	t.Run("a handler that did nothing is called again when its lease has lapsed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, func(context.Context, *bench, job.Timer) error { return nil })
			start := time.Now()
			b.table.set(timerAt(start))
			b.runner.Start(t.Context())
			time.Sleep(job.DefaultLease - time.Second)
			if calls := b.called(); len(calls) != 1 {
				t.Fatalf("called %d times under its lease", len(calls))
			}
			time.Sleep(2 * time.Second)
			if calls := b.called(); len(calls) != 2 {
				t.Fatalf("called %d times, want again after the lease", len(calls))
			}
		})
	})
	t.Run("a panic postpones its timer and ends nothing else", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, func(context.Context, *bench, job.Timer) error { panic("nil map") })
			b.table.set(timerAt(time.Now()))
			b.runner.Start(t.Context())
			synctest.Wait()
			if r, ok := b.table.get("ATT_1"); !ok || r.lease.Owner != "" || !r.WakeAt.After(time.Now()) {
				t.Fatalf("the timer is %+v, want postponed and free", r)
			}
		})
	})
	t.Run("an unknown kind is postponed, not dropped", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, done)
			timer := timerAt(time.Now())
			timer.Kind = "from the future"
			b.table.set(timer)
			b.runner.Start(t.Context())
			synctest.Wait()
			if r, ok := b.table.get("ATT_1"); !ok || !r.WakeAt.After(time.Now()) {
				t.Fatalf("the timer is %+v, want postponed", r)
			}
		})
	})
	t.Run("a slow handler's context ends before its lease does", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			var ended time.Duration
			start := time.Now()
			b := newBench(t, func(ctx context.Context, b *bench, timer job.Timer) error {
				<-ctx.Done()
				ended = time.Since(start)
				b.table.drop(timer.Subject)
				return nil
			})
			b.table.set(timerAt(start))
			b.runner.Start(t.Context())
			time.Sleep(job.DefaultLease)
			if b.called(); ended == 0 || ended >= job.DefaultLease {
				t.Fatalf("the context ended after %v, want within the lease of %v", ended, job.DefaultLease)
			}
		})
	})
	t.Run("Stop waits for the handler under way and may be repeated", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			finished := false
			b := newBench(t, func(_ context.Context, b *bench, timer job.Timer) error {
				time.Sleep(3 * time.Second)
				finished = true
				b.table.drop(timer.Subject)
				return nil
			})
			b.table.set(timerAt(time.Now()))
			b.runner.Start(t.Context())
			synctest.Wait()
			for range 2 {
				if err := b.runner.Stop(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			if !finished {
				t.Error("Stop returned while a handler ran")
			}
		})
	})
}
