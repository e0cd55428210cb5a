package sqldb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	// writeTries is how often a closure runs before its conflict is returned.
	writeTries = 16
	// Tries are apart by a random time up to a bound that doubles each time, so
	// that hundreds who want one row thin out until each of them gets it.
	firstPause = 1 * time.Millisecond
	longPause  = 256 * time.Millisecond
)

// Write runs fn until it commits, fails for good, or has conflicted writeTries times.
func (db *postgresDB) Write(ctx context.Context, fn func(tx Tx) error) error {
	if err := db.gate.enter(); err != nil {
		return err
	}
	defer db.gate.leave()

	hooks, err := db.attempt(ctx, fn)
	// From here on the closure is admitted: ctx is not looked at any more.
	admitted := context.WithoutCancel(ctx)
	for try := 2; again(err) && try <= writeTries; try++ {
		time.Sleep(rand.N(min(firstPause<<(try-2), longPause)))
		hooks, err = db.attempt(admitted, fn)
	}
	if err != nil {
		return err
	}
	for _, hook := range hooks {
		hook()
	}
	return nil
}

// attempt runs fn once in a transaction of its own. ctx counts only until a
// connection is free.
func (db *postgresDB) attempt(ctx context.Context, fn func(tx Tx) error) (hooks []func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, causeOf(ctx, err))
	}
	defer conn.Release()

	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), transactionLimit)
	defer cancel()
	s := newPostgresSession(limited, conn, "BEGIN ISOLATION LEVEL READ COMMITTED")
	defer s.rollback() // does nothing after a commit; also reached by a Goexit
	t := &tx{session: s}

	started := time.Now()
	err = call(func() error { return fn(t) })
	logOverBudget(db.log, Postgres, time.Since(started)-s.waited)
	if err == nil {
		sent := time.Now()
		err = t.commit(s)
		db.committed(1, time.Since(sent))
	}
	return t.hooks, t.finish(err)
}

// commit sends what is still buffered and COMMIT. They share a round trip
// unless a guard is among them: a guard that missed is no error to the server,
// which would commit.
func (t *tx) commit(s *postgresSession) error {
	if t.poison != nil {
		return t.poison
	}
	last := t.pending
	for i := range last {
		if last[i].mode == guarded {
			if _, err := t.flushPending(); err != nil {
				return err
			}
			last = nil
			break
		}
	}
	t.pending = nil
	if err := s.commit(last); err != nil {
		t.poison = err
		return err
	}
	return nil
}

// again reports whether a closure that failed with err may succeed if it is
// run again, and cannot have been committed.
func again(err error) bool {
	if errors.Is(err, ErrUnknownCommit) {
		return false
	}
	return errors.Is(err, ErrConflict) || errors.Is(err, errConnectionLost) || errors.Is(err, errStaleStatement)
}
