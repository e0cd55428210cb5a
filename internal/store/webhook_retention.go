package store

import (
	"cmp"
	"context"
	"errors"
	"time"

	"tillway/internal/job"
	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// RetentionTimer wakes a run of Retention. There is one such timer, of no
// store; whichever node claims it works for all.
const RetentionTimer job.Kind = "webhook_log"

const retentionSubject = "retention"

// RetentionBatch is the most deliveries that one transaction deletes.
const RetentionBatch = 200

const (
	// retentionLeast is how few deliveries a transaction deletes when a machine
	// is slow.
	retentionLeast = 10
	// A transaction that took longer than retentionLong, of the 20 ms that it
	// may take, is followed by one half its size; one that took less than
	// retentionShort by a bigger one.
	retentionLong  = 12 * time.Millisecond
	retentionShort = 6 * time.Millisecond
	// alwaysKept is what stays in the log however small its size is set.
	alwaysKept = time.Hour
)

// Keep says how much of the log stays. Zero members bound nothing.
type Keep struct {
	Age   time.Duration // of deliveries, since they were made
	Bytes int64         // of deliveries and attempts together, roughly
}

// RetentionConfig is what a Retention is made of.
type RetentionConfig struct {
	DB  sqldb.DB
	Now func() time.Time
	// Pause waits between two transactions, so that those who sell are not held
	// up; a timer of the process when nil.
	Pause func(ctx context.Context, span time.Duration) error
}

// Retention deletes deliveries that are over, with their attempts and bodies,
// once they are too old or the log is too big, the oldest first. What is still
// to be sent stays whatever its age, and events stay in any case.
type Retention struct{ config RetentionConfig }

// NewRetention makes a Retention over a migrated database.
func NewRetention(config RetentionConfig) Retention {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Pause == nil {
		config.Pause = pause
	}
	return Retention{config}
}

func pause(ctx context.Context, span time.Duration) error {
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Plan sets the timer of the first run, unless it is set already.
func (r Retention) Plan(ctx context.Context, at time.Time) error {
	return r.config.DB.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(planSweep, RetentionTimer, retentionSubject, sqldb.Micros(at))
		return nil
	})
}

// Move sets the timer anew, which ends a run.
func (r Retention) Move(ctx context.Context, next time.Time) error {
	return r.config.DB.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(moveSweep, RetentionTimer, retentionSubject, sqldb.Micros(next))
		return nil
	})
}

// Trim works until it has finished, or until a moment at which it leaves the
// rest to the next run. When a size is set, the first half of the time may go
// into counting what has come since.
func (r Retention) Trim(ctx context.Context, keep Keep, until time.Time) (done bool, err error) {
	if keep == (Keep{}) {
		return true, nil
	}
	start := r.config.Now()
	horizon, err := r.horizon(ctx, keep, start)
	if err != nil {
		return false, err
	}
	counted := true
	if keep.Bytes > 0 {
		if counted, err = r.count(ctx, horizon, start, start.Add(until.Sub(start)/2)); err != nil {
			return false, err
		}
		if horizon, err = r.horizon(ctx, keep, start); err != nil {
			return false, err
		}
	}
	done = true
	err = r.scopes(ctx, func(scope report.Scope, oldest int64) (bool, error) {
		if oldest >= horizon {
			return true, nil
		}
		done, err = r.trim(ctx, scope, oldest, horizon, until)
		return done, err
	})
	return counted && done, err
}

// nextScope is the first store and environment behind a pair that has
// deliveries, with the time of its oldest. Text is compared only to get on in
// the walk; any total order would do. The time behind every other has SQLite
// begin behind the pair's deliveries, and not at the first of them.
const nextScope = `SELECT store_id, env, created_at FROM webhook_deliveries
	WHERE (store_id, env, created_at) > ($1, $2, 9223372036854775807)
	ORDER BY store_id, env, created_at LIMIT 1`

// scopes calls do for each store and environment that has deliveries, as long
// as it wants to go on.
func (r Retention) scopes(ctx context.Context, do func(scope report.Scope, oldest int64) (goOn bool, err error)) error {
	var scope, behind report.Scope
	for {
		var oldest int64
		err := r.config.DB.Read(ctx, func(q sqldb.Querier) error {
			return q.QueryRow(nextScope, behind.Store, behind.Env).Scan(&scope.Store, &scope.Env, &oldest)
		})
		if errors.Is(err, sqldb.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if goOn, err := do(scope, oldest); err != nil || !goOn {
			return err
		}
		behind = scope
	}
}

const (
	// endOfBatch finds along the index, without a look at the rows, how far a
	// batch reaches: what is pending may stand there in any number.
	endOfBatch = `SELECT created_at FROM webhook_deliveries
	WHERE store_id = $1 AND env = $2 AND created_at >= $3 AND created_at < $4 ORDER BY created_at LIMIT 1 OFFSET $5`
	// The outer condition is repeated for PostgreSQL: a delivery that is resent
	// while the statement waits for its row is alive again.
	trimDeliveries = `DELETE FROM webhook_deliveries WHERE state <> 'pending' AND id IN (
		SELECT id FROM webhook_deliveries WHERE store_id = $1 AND env = $2 AND created_at >= $3 AND created_at <= $4
		AND state <> 'pending' ORDER BY created_at LIMIT $5) RETURNING id`
	trimAttempts = `DELETE FROM webhook_attempts WHERE delivery_id = $1`
)

// trim deletes what is over and older than the horizon from one scope.
func (r Retention) trim(ctx context.Context, scope report.Scope, from, horizon int64, until time.Time) (done bool, err error) {
	size := RetentionBatch / 2
	for from < horizon {
		if !r.config.Now().Before(until) {
			return false, nil
		}
		end := horizon - 1
		err := r.config.DB.Read(ctx, func(q sqldb.Querier) error {
			return q.QueryRow(endOfBatch, scope.Store, scope.Env, from, horizon, size-1).Scan(&end)
		})
		if err != nil && !errors.Is(err, sqldb.ErrNoRows) {
			return false, err
		}
		start := r.config.Now()
		gone, took, err := r.deleteBatch(ctx, scope, from, end, size)
		if err != nil {
			return false, err
		}
		if gone < size { // otherwise more may be of that very moment
			from = end + 1
		}
		switch {
		case took > retentionLong:
			size = max(size/2, retentionLeast)
		case took < retentionShort:
			size = min(size+retentionLeast, RetentionBatch)
		}
		if gone == 0 {
			continue
		}
		// As long as the writers have waited, they have it to themselves.
		if err := r.config.Pause(ctx, cmp.Or(r.config.Now().Sub(start), time.Millisecond)); err != nil {
			return false, err
		}
	}
	return true, nil
}

// deleteBatch deletes at most limit deliveries in one transaction; took is how
// long that kept the writer, without its commit.
func (r Retention) deleteBatch(ctx context.Context, scope report.Scope, from, end int64, limit int) (gone int, took time.Duration, err error) {
	err = r.config.DB.Write(ctx, func(tx sqldb.Tx) error {
		start := r.config.Now()
		ids, err := list(tx, func(row sqldb.Row) (id webhook.DeliveryID, err error) {
			err = row.Scan(&id)
			return id, err
		}, trimDeliveries, scope.Store, scope.Env, from, end, limit)
		if err != nil {
			return err
		}
		if gone = len(ids); gone > 0 {
			for _, id := range ids[1:] {
				tx.Exec(trimAttempts, id)
			}
			_, err = tx.Count(trimAttempts, ids[0]) // and with it all the others
		}
		took = r.config.Now().Sub(start)
		return err
	})
	return gone, took, err
}
