package store

import (
	"context"
	"errors"
	"time"

	"tillway/internal/job"
	"tillway/internal/lease"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// Timers implements job.Store.
type Timers struct{ db sqldb.DB }

var _ job.Store = Timers{}

// NewTimers makes the table of timers over a migrated database.
func NewTimers(db sqldb.DB) Timers { return Timers{db: db} }

const timerColumns = `kind, subject, store_id, env, at, wake_at, tries`

// firstTimer finds the next timer that nobody holds at $1.
const firstTimer = `SELECT wake_at FROM timers WHERE lease_until <= $1 ORDER BY wake_at LIMIT 1`

// claimTimers repeats the lease's end outside of the inner query: of two nodes
// that see the same rows the second waits for the first, and then finds them
// taken.
const claimTimers = `UPDATE timers SET lease_owner = $2, lease_until = $3
	WHERE lease_until <= $1 AND wake_at <= $1 AND (kind, subject) IN (
		SELECT kind, subject FROM timers WHERE lease_until <= $1 AND wake_at <= $1 ORDER BY wake_at LIMIT $4
	) RETURNING ` + timerColumns

// ClaimTimers leases due timers. It looks before it writes, so that an idle
// server does not touch the disk at every poll.
func (t Timers) ClaimTimers(ctx context.Context, claim job.Claim) (lease.Batch[job.Timer], error) {
	now := claim.Now.UnixMicro()
	next, err := t.next(ctx, now)
	if err != nil || next == 0 || next > now {
		return lease.Batch[job.Timer]{Next: sqldb.Moment(next)}, err
	}
	var batch lease.Batch[job.Timer]
	err = t.db.Write(ctx, func(tx sqldb.Tx) error {
		batch = lease.Batch[job.Timer]{}
		rows, err := tx.Query(claimTimers, now, string(claim.Lease.Owner), sqldb.Micros(claim.Lease.Until), claim.Limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var timer job.Timer
			var at, wake int64
			if err := rows.Scan(&timer.Kind, &timer.Subject, &timer.Store, &timer.Env, &at, &wake, &timer.Tries); err != nil {
				return err
			}
			timer.At, timer.WakeAt = sqldb.Moment(at), sqldb.Moment(wake)
			batch.Rows = append(batch.Rows, timer)
		}
		return rows.Err()
	})
	if err != nil {
		return lease.Batch[job.Timer]{}, err
	}
	next, err = t.next(ctx, now)
	batch.Next = sqldb.Moment(next)
	return batch, err
}

// next is when the first timer that nobody holds is due, 0 when there is none.
func (t Timers) next(ctx context.Context, now int64) (next int64, err error) {
	err = t.db.Read(ctx, func(q sqldb.Querier) error {
		next = 0
		err := q.QueryRow(firstTimer, now).Scan(&next)
		if errors.Is(err, sqldb.ErrNoRows) {
			return nil
		}
		return err
	})
	return next, err
}

const postponeTimer = `UPDATE timers SET wake_at = $1, lease_owner = '', lease_until = 0
	WHERE kind = $2 AND subject = $3 AND lease_owner = $4`

// PostponeTimer moves a timer that its owner still holds.
func (t Timers) PostponeTimer(ctx context.Context, p job.Postponement) error {
	return t.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(postponeTimer, sqldb.Micros(p.WakeAt), p.Timer.Kind, p.Timer.Subject, string(p.Owner))
		return nil
	})
}

const freeTimers = `UPDATE timers SET lease_owner = '', lease_until = 0 WHERE lease_until > 0 AND lease_owner <> $1`

// FreeTimers ends the leases of every other owner.
func (t Timers) FreeTimers(ctx context.Context, owner lease.Owner) error {
	return t.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(freeTimers, string(owner))
		return nil
	})
}

const wakeCalling = `UPDATE timers SET wake_at = $1 WHERE kind = $2 AND wake_at > $1
	AND EXISTS (SELECT 1 FROM attempts WHERE attempts.id = timers.subject AND attempts.state = $3)`

// WakeCalling makes the inquiry of every attempt due whose call was under way
// when the last process ended: nobody else will hear its answer. Only a
// process that knows that it is alone may call it, before it takes payments.
func (t Timers) WakeCalling(ctx context.Context, now time.Time) error {
	return t.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(wakeCalling, sqldb.Micros(now), pay.TimerInquiry, pay.AttemptCalling)
		return nil
	})
}
