package store

import (
	"context"

	"tillway/internal/report"
	"tillway/internal/sqldb"
)

const (
	// The inner limit lets PostgreSQL look deliveries up by their event and not
	// read all of them.
	selectUnmatched = `SELECT e.id, e.store_id, e.env, e.type, e.event_key, e.withheld, e.created_at,
	(SELECT COUNT(*) FROM (SELECT 1 FROM webhook_deliveries d WHERE d.event_id = e.id LIMIT 1) AS later)
	FROM events e WHERE e.store_id = $1 AND e.env = $2 AND e.deliveries = 0
	AND e.created_at <= $3 AND (e.created_at < $3 OR e.id < $4) AND e.created_at >= $5
	ORDER BY e.created_at DESC, e.id DESC LIMIT $6`
	boundEvents = `SELECT created_at FROM events
	WHERE store_id = $1 AND env = $2 AND created_at <= $3 AND created_at >= $4 ORDER BY created_at DESC LIMIT 1 OFFSET $5`
)

func scanUnmatched(row sqldb.Row) (e report.UnmatchedEvent, err error) {
	var withheld bool
	var created, later int64
	err = row.Scan(&e.ID, &e.Store, &e.Env, &e.Type, &e.Key, &withheld, &created, &later)
	e.Reason, e.SentSince, e.At = report.NobodyAsked, later > 0, sqldb.Moment(created)
	if withheld {
		e.Reason = report.NotApproved
	}
	return e, err
}

// Unmatched lists events that were born without a delivery, from new to old.
func (l WebhookLog) Unmatched(ctx context.Context, scope report.Scope, query report.EventQuery) (page report.EventPage, err error) {
	err = l.look(ctx, func(l WebhookLog, q sqldb.Querier) error {
		begin, keys := stretchOf(query.Since, query.Until, query.After), []any{scope.Store, scope.Env}
		rows, part, err := read(l, q, begin, boundEvents, keys, query.Limit, func(part stretch) ([]report.UnmatchedEvent, error) {
			return list(q, scanUnmatched, selectUnmatched, scope.Store, scope.Env, part.at, part.id, part.floor, query.Limit+1)
		})
		page.Events, page.PageEnd = ended(part, rows, query.Limit, func(e report.UnmatchedEvent) report.Cursor {
			return report.Cursor{At: e.At, ID: string(e.ID)}
		})
		return err
	})
	return page, err
}
