package store

import (
	"context"

	"tillway/internal/report"
	"tillway/internal/sqldb"
)

const (
	// What an event was given later, by a replay, it was not born with.
	selectUnmatched = `SELECT e.id, e.store_id, e.env, e.type, e.event_key, e.withheld, e.created_at, e.replayed
	FROM events e WHERE e.store_id = $1 AND e.env = $2 AND e.deliveries = e.replayed
	AND e.created_at <= $3 AND (e.created_at < $3 OR e.id < $4) AND e.created_at >= $5
	ORDER BY e.created_at DESC, e.id DESC LIMIT $6`
	boundEvents = `SELECT created_at FROM events
	WHERE store_id = $1 AND env = $2 AND created_at <= $3 AND created_at >= $4 ORDER BY created_at DESC LIMIT 1 OFFSET $5`
)

func scanUnmatched(row sqldb.Row) (e report.UnmatchedEvent, err error) {
	var withheld bool
	var created, replayed int64
	err = row.Scan(&e.ID, &e.Store, &e.Env, &e.Type, &e.Key, &withheld, &created, &replayed)
	e.Reason, e.SentSince, e.At = report.NobodyAsked, replayed > 0, sqldb.Moment(created)
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
