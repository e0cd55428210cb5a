package store

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// logScan is how many rows a page of the log may look at: a tenth of a second
// of one reader when each must be fetched from the disk, and several times that
// on a busy machine.
const logScan = 5_000

// WebhookLog implements report.WebhookLog.
type WebhookLog struct {
	db   sqldb.DB
	scan int // rows that a page may look at
}

var _ report.WebhookLog = WebhookLog{}

// NewWebhookLog makes the port over a migrated database.
func NewWebhookLog(db sqldb.DB) WebhookLog { return WebhookLog{db: answering{db}, scan: logScan} }

// look reads one page from one snapshot. One that takes longer than a snapshot
// may live is read again and looks at fewer rows.
func (l WebhookLog) look(ctx context.Context, page func(l WebhookLog, q sqldb.Querier) error) error {
	const fewer = 8
	for {
		err := l.db.Read(ctx, func(q sqldb.Querier) error { return page(l, q) })
		if !errors.Is(err, sqldb.ErrReadLimit) || l.scan < fewer {
			return err
		}
		l.scan /= fewer
	}
}

// stretch is the part of a list that a page may look at: what is older than
// the row of time at and that id, down to and including the time floor.
type stretch struct {
	at    int64
	id    string
	floor int64
	cut   bool // something older than floor was left out because of the bound
}

// stretchOf begins where the caller's page begins.
func stretchOf(since, until time.Time, after report.Cursor) stretch {
	s := stretch{at: math.MaxInt64, floor: sqldb.Micros(since)}
	if !until.IsZero() {
		s.at = sqldb.Micros(until)
	}
	if !after.IsZero() && sqldb.Micros(after.At) <= s.at {
		s.at, s.id = sqldb.Micros(after.At), after.ID
	}
	return s
}

// bound raises the floor to the time of the last row that may be looked at.
// statement walks the index alone, which is what makes the look ahead cheap;
// keys are its first arguments.
func (s *stretch) bound(q sqldb.Querier, statement string, scan int, keys ...any) error {
	var floor int64
	err := q.QueryRow(statement, slices.Concat(keys, []any{s.at, s.floor, scan})...).Scan(&floor)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil
	}
	s.floor, s.cut = floor, true
	return err
}

// firstLook is the part of the rows that a page may look at within which most
// pages are full.
const firstLook = 40

// read lists at most one row more than a page holds of what a page may look at:
// of a small part of it first, so that a common question costs little.
func read[R any](
	l WebhookLog, q sqldb.Querier, begin stretch, bound string, keys []any, limit int, rows func(stretch) ([]R, error),
) (page []R, part stretch, err error) {
	for _, scan := range [...]int{l.scan / firstLook, l.scan} {
		part = begin
		if err := part.bound(q, bound, scan, keys...); err != nil {
			return nil, part, err
		}
		if page, err = rows(part); err != nil || len(page) > limit || !part.cut {
			break
		}
	}
	return page, part, err
}

// ended trims a list that was read with one row more than its page holds, and
// says how the page ended.
func ended[R any](s stretch, rows []R, limit int, place func(R) report.Cursor) ([]R, report.PageEnd) {
	switch {
	case len(rows) > limit:
		return rows[:limit], report.PageEnd{Next: place(rows[limit-1])}
	case s.cut:
		return rows, report.PageEnd{Next: report.Cursor{At: sqldb.Moment(s.floor)}, Incomplete: true}
	default:
		return rows, report.PageEnd{}
	}
}

const selectDeliveryScope = `SELECT store_id, env FROM webhook_deliveries WHERE id = $1`

// ScopeOf finds where a delivery belongs.
func (l WebhookLog) ScopeOf(ctx context.Context, id webhook.DeliveryID) (scope report.Scope, err error) {
	err = l.db.Read(ctx, func(q sqldb.Querier) error {
		return absent(q.QueryRow(selectDeliveryScope, id).Scan(&scope.Store, &scope.Env), errDeliveryNotFound)
	})
	return scope, err
}
