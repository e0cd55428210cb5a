package store

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"tillway/internal/report"
	"tillway/internal/sqldb"
)

// countPage is how many deliveries are counted from one snapshot at first.
const countPage = 500

// pass counts each delivery once, some time after it was made. There are two,
// because a delivery that fails goes on making attempts for days: the first
// counts the delivery and its early attempts, the second those that came later.
type pass struct {
	name  string
	lag   time.Duration // age at which a delivery is counted
	sizes string
}

// Sizes are in bytes: texts and bodies as they are, and beside them what a row
// takes with its fixed columns and indexes, measured on SQLite. An attempt is
// early when it began within a quarter of an hour; it has ended and is written
// when the first pass counts it. Schedules end before the second pass.
const (
	earlySizes = `SELECT d.id, d.created_at, 650 + LENGTH(d.body) + LENGTH(d.url) + LENGTH(d.headers) + COALESCE((
		SELECT SUM(250 + LENGTH(a.response) + LENGTH(a.request_headers) + LENGTH(a.response_headers)) FROM webhook_attempts a
		WHERE a.delivery_id = d.id AND a.started_at < d.created_at + 900000000), 0)` + sizesPage
	lateSizes = `SELECT d.id, d.created_at, CASE WHEN d.last_at < d.created_at + 900000000 THEN 0 ELSE COALESCE((
		SELECT SUM(250 + LENGTH(a.response) + LENGTH(a.request_headers) + LENGTH(a.response_headers)) FROM webhook_attempts a
		WHERE a.delivery_id = d.id AND a.started_at >= d.created_at + 900000000), 0) END` + sizesPage
	sizesPage = ` FROM webhook_deliveries d WHERE d.store_id = $1 AND d.env = $2
		AND d.created_at >= $3 AND (d.created_at > $3 OR d.id > $4) AND d.created_at < $5 ORDER BY d.created_at, d.id LIMIT $6`
)

var passes = [...]pass{
	{"early", 20 * time.Minute, earlySizes},
	{"late", 4 * 24 * time.Hour, lateSizes},
}

// mark is how far a pass has come in one scope.
type mark struct {
	at int64
	id string
}

// sized is a delivery and what it takes.
type sized struct {
	mark
	bytes int64
}

func scanSized(row sqldb.Row) (s sized, err error) {
	err = row.Scan(&s.id, &s.at, &s.bytes)
	return s, err
}

// count brings the totals up to date, or as far as it comes until a moment.
func (r Retention) count(ctx context.Context, horizon int64, now, until time.Time) (done bool, err error) {
	done = true
	err = r.scopes(ctx, func(scope report.Scope, _ int64) (bool, error) {
		for _, p := range passes {
			for limit, more := countPage, true; more; {
				if !r.config.Now().Before(until) {
					done = false
					return false, nil
				}
				more, err = r.countPage(ctx, scope, p, horizon, sqldb.Micros(now.Add(-p.lag)), limit)
				if errors.Is(err, sqldb.ErrReadLimit) && limit > 1 {
					// Rows of a small store lie far apart, and a busy disk reads each.
					limit, more = limit/2, true
					continue
				}
				if err != nil {
					return false, err
				}
			}
		}
		return true, nil
	})
	return done, err
}

const selectMark = `SELECT at, id FROM webhook_log_marks WHERE store_id = $1 AND env = $2 AND pass = $3`

// countPage counts the next page of a scope, of at most limit deliveries. What
// is older than the horizon is on its way out and is not counted.
func (r Retention) countPage(ctx context.Context, scope report.Scope, p pass, horizon, until int64, limit int) (more bool, err error) {
	var from mark
	var page []sized
	err = r.config.DB.Read(ctx, func(q sqldb.Querier) error {
		from = mark{}
		err := q.QueryRow(selectMark, scope.Store, scope.Env, p.name).Scan(&from.at, &from.id)
		if err != nil && !errors.Is(err, sqldb.ErrNoRows) {
			return err
		}
		begin := from
		if begin.at < horizon {
			begin = mark{at: horizon}
		}
		page, err = list(q, scanSized, p.sizes, scope.Store, scope.Env, begin.at, begin.id, until, limit)
		return err
	})
	if err != nil || len(page) == 0 {
		return false, err
	}
	return len(page) == limit, r.addPage(ctx, scope, p, from, page)
}

const (
	moveMark = `INSERT INTO webhook_log_marks (store_id, env, pass, at, id) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (store_id, env, pass) DO UPDATE SET at = EXCLUDED.at, id = EXCLUDED.id
	WHERE webhook_log_marks.at = $6 AND webhook_log_marks.id = $7`
	addHour = `INSERT INTO webhook_log_hours (starts_at, deliveries, bytes) VALUES ($1, $2, $3)
	ON CONFLICT (starts_at) DO UPDATE SET deliveries = webhook_log_hours.deliveries + EXCLUDED.deliveries,
	bytes = webhook_log_hours.bytes + EXCLUDED.bytes`
)

// addPage adds a page to the totals and moves the mark behind it, unless
// another node has done so.
func (r Retention) addPage(ctx context.Context, scope report.Scope, p pass, from mark, page []sized) error {
	type total struct{ deliveries, bytes int64 }
	totals := map[int64]total{}
	for _, row := range page {
		hour := row.at - row.at%time.Hour.Microseconds()
		sum := totals[hour]
		if p.name == passes[0].name {
			sum.deliveries++
		}
		sum.bytes += row.bytes
		totals[hour] = sum
	}
	last := page[len(page)-1].mark
	return r.config.DB.Write(ctx, func(tx sqldb.Tx) error {
		moved, err := tx.Count(moveMark, scope.Store, scope.Env, p.name, last.at, last.id, from.at, from.id)
		if err != nil || moved == 0 {
			return err
		}
		for _, hour := range slices.Sorted(maps.Keys(totals)) {
			tx.Exec(addHour, hour, totals[hour].deliveries, totals[hour].bytes)
		}
		return nil
	})
}

const (
	selectHours   = `SELECT starts_at, bytes FROM webhook_log_hours WHERE starts_at < $1 ORDER BY starts_at DESC LIMIT $2`
	selectHorizon = `SELECT horizon FROM webhook_log WHERE id = '1'`
	raiseHorizon  = `UPDATE webhook_log SET horizon = $1 WHERE id = '1' AND horizon < $1`
	dropHours     = `DELETE FROM webhook_log_hours WHERE starts_at <= $1`
)

// horizon is the moment before which the log is not kept. It is written before
// anything is deleted, so that whoever misses a delivery can know why, and it
// never moves back: what is gone does not return when the bounds are relaxed.
func (r Retention) horizon(ctx context.Context, keep Keep, now time.Time) (horizon int64, err error) {
	var want int64
	if keep.Age > 0 {
		want = sqldb.Micros(now.Add(-keep.Age))
	}
	if keep.Bytes > 0 {
		full, err := r.fullAt(ctx, keep.Bytes)
		if err != nil {
			return 0, err
		}
		want = max(want, min(full, sqldb.Micros(now.Add(-alwaysKept))))
	}
	err = r.config.DB.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(raiseHorizon, want)
		if err := tx.QueryRow(selectHorizon).Scan(&horizon); err != nil {
			return err
		}
		tx.Exec(dropHours, horizon-time.Hour.Microseconds())
		return nil
	})
	return horizon, err
}

// fullAt is the end of the latest hour that does not fit beside all that is
// newer; 0 when everything fits.
func (r Retention) fullAt(ctx context.Context, most int64) (end int64, err error) {
	const page = 1000
	var sum int64
	before := int64(math.MaxInt64)
	for {
		var hours []sized
		err := r.config.DB.Read(ctx, func(q sqldb.Querier) (err error) {
			hours, err = list(q, func(row sqldb.Row) (s sized, err error) {
				err = row.Scan(&s.at, &s.bytes)
				return s, err
			}, selectHours, before, page)
			return err
		})
		if err != nil {
			return 0, err
		}
		for _, hour := range hours {
			if sum += hour.bytes; sum > most {
				return hour.at + time.Hour.Microseconds(), nil
			}
		}
		if len(hours) < page {
			return 0, nil
		}
		before = hours[len(hours)-1].at
	}
}
