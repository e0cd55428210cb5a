package store

import (
	"context"
	"time"

	"tillway/internal/job"
	"tillway/internal/sqldb"
)

// SweepTimer wakes a sweep. There is one such timer, of no store; whichever
// node claims it sweeps for all.
const SweepTimer job.Kind = "sweep"

const sweepSubject = "expired"

// SweepBatch is how many rows one transaction of a sweep deletes: few enough
// for its time budget.
const SweepBatch = 200

// Sweeper deletes rows whose time is over and that nothing refers to: answers
// that are replayed no more, session and temporary tokens that ran out, and listeners that
// nobody connects any more. It also empties what signed webhooks before a
// rotation.
type Sweeper struct{ db sqldb.DB }

// NewSweeper makes a Sweeper over a migrated database.
func NewSweeper(db sqldb.DB) Sweeper { return Sweeper{db: db} }

const planSweep = `INSERT INTO timers (kind, subject, store_id, env, at, wake_at, tries, lease_owner, lease_until)
	VALUES ($1, $2, '', '', $3, $3, 0, '', 0) ON CONFLICT (kind, subject) DO NOTHING`

// Plan sets the timer of the first sweep, unless it is set already.
func (s Sweeper) Plan(ctx context.Context, at time.Time) error {
	return s.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(planSweep, SweepTimer, sweepSubject, sqldb.Micros(at))
		return nil
	})
}

// The outer condition is repeated for PostgreSQL: a key that is claimed anew
// while the sweep waits for its row is alive again.
const (
	sweepKeys = `DELETE FROM idempotency_keys WHERE expires_at <= $1 AND (scope, key_value) IN (
		SELECT scope, key_value FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`
	sweepTokens = `DELETE FROM session_tokens WHERE expires_at <= $1 AND id IN (
		SELECT id FROM session_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`
	sweepStoreTokens = `DELETE FROM store_tokens WHERE expires_at <= $1 AND id IN (
		SELECT id FROM store_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`
	// Nothing that has retired signs again. An update of the endpoint that runs
	// at the same time may write the old secret back; the next sweep finds it.
	sweepSigningKeys = `UPDATE signing_keys SET private_key = $2 WHERE retired_at > 0 AND retired_at <= $1 AND private_key <> $2`
	sweepSecrets     = `UPDATE webhook_endpoints SET previous_secret = $2, previous_until = 0 WHERE previous_until > 0 AND previous_until <= $1`
	sweepListeners   = `DELETE FROM webhook_endpoints WHERE channel = 'listener' AND used_at <= $1 AND id IN (
		SELECT id FROM webhook_endpoints WHERE channel = 'listener' AND used_at <= $1 ORDER BY used_at LIMIT $2)`
	moveSweep = `UPDATE timers SET at = $3, wake_at = $3, lease_owner = '', lease_until = 0 WHERE kind = $1 AND subject = $2`
)

// SweepTimes say what a sweep takes, and when the next one is.
type SweepTimes struct {
	Expired time.Time // what expired by then goes
	Unused  time.Time // listeners that were connected last by then go
	Next    time.Time
}

// Sweep deletes everything that is over, a batch at a time, and sets the timer of
// the next. When ctx ends first the rest is left to the next sweep.
func (s Sweeper) Sweep(ctx context.Context, times SweepTimes) error {
	for _, sweep := range []struct {
		statement string
		before    time.Time
	}{{sweepKeys, times.Expired}, {sweepTokens, times.Expired}, {sweepStoreTokens, times.Expired}, {sweepListeners, times.Unused}} {
		for gone := int64(SweepBatch); gone == SweepBatch; {
			err := s.db.Write(ctx, func(tx sqldb.Tx) (err error) {
				gone, err = tx.Count(sweep.statement, sqldb.Micros(sweep.before), SweepBatch)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return s.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(sweepSigningKeys, sqldb.Micros(times.Expired), []byte{})
		tx.Exec(sweepSecrets, sqldb.Micros(times.Expired), []byte{})
		tx.Exec(moveSweep, SweepTimer, sweepSubject, sqldb.Micros(times.Next))
		return nil
	})
}
