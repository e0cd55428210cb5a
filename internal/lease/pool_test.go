package lease_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"tillway/internal/lease"
)

// rows is a table of due rows.
type rows struct{ left int }

func (r *rows) claim(_ context.Context, _ time.Time, room int) (lease.Batch[int], error) {
	taken := min(room, r.left)
	r.left -= taken
	return lease.Batch[int]{Rows: make([]int, taken)}, nil
}

func TestPoolWorksOnNoMoreThanItsSlots(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		table := &rows{left: 7}
		began, end := make(chan struct{}, 10), make(chan struct{})
		pool := lease.NewPool(lease.PoolConfig[int]{
			Slots: 3, Claim: table.claim,
			Do: func(context.Context, int) { began <- struct{}{}; <-end },
		})
		pool.Start(t.Context())
		synctest.Wait()
		if len(began) != 3 || table.left != 4 {
			t.Errorf("%d under way and %d in the table, want 3 and 4", len(began), table.left)
		}
		end <- struct{}{} // a slot that becomes free is used without waiting for the poll
		synctest.Wait()
		if len(began) != 4 {
			t.Errorf("%d begun, want 4", len(began))
		}
		close(end)
		synctest.Wait()
		if len(began) != 7 {
			t.Errorf("%d begun, want 7", len(began))
		}
		if err := pool.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestPoolStopLetsRowsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cut, ended := false, false
		table := &rows{left: 1}
		pool := lease.NewPool(lease.PoolConfig[int]{Slots: 1, Claim: table.claim, Do: func(ctx context.Context, _ int) {
			time.Sleep(time.Second)
			cut, ended = ctx.Err() != nil, true
		}})
		pool.Start(t.Context())
		synctest.Wait()
		table.left = 5 // stays where it is
		if err := pool.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if !ended || cut || table.left != 5 {
			t.Errorf("ended %v, cut off %v, %d rows left; want true, false, 5", ended, cut, table.left)
		}
	})
}

func TestPoolStopCutsOffWhatOutlastsItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		table, ended := &rows{left: 2}, make(chan struct{}, 2)
		pool := lease.NewPool(lease.PoolConfig[int]{Slots: 2, Claim: table.claim, Do: func(ctx context.Context, _ int) {
			<-ctx.Done()
			ended <- struct{}{}
		}})
		pool.Start(t.Context())
		synctest.Wait()
		stopping, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_ = pool.Stop(stopping)
		if len(ended) != 2 {
			t.Errorf("%d rows ended before Stop returned, want 2", len(ended))
		}
		_ = pool.Stop(t.Context()) // once more is legal
	})
}

func TestPoolKeepsRowsWhenItsStartContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		table, cut := &rows{left: 1}, true
		pool := lease.NewPool(lease.PoolConfig[int]{Slots: 1, Claim: table.claim, Do: func(ctx context.Context, _ int) {
			time.Sleep(time.Second)
			cut = ctx.Err() != nil
		}})
		starting, cancel := context.WithCancel(t.Context())
		pool.Start(starting)
		synctest.Wait()
		cancel()
		if err := pool.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if cut {
			t.Error("the row's context ended with the start's")
		}
	})
}

func TestPoolStopWithoutStart(t *testing.T) {
	t.Parallel()
	pool := lease.NewPool(lease.PoolConfig[int]{Claim: (&rows{}).claim, Do: func(context.Context, int) {}})
	if err := pool.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
