package store

import (
	"context"
	"time"

	"tillway/internal/sqldb"
)

// Backlog is what waits in the tables, each counted to at most BacklogMost.
type Backlog struct {
	Deliveries int // not over, due or not
	Timers     int // due, and held by nobody
}

// BacklogMost is how far a backlog is counted: who watches it wants to know
// that it is long, and counting a million rows would cost what they wait for.
const BacklogMost = 100_000

const (
	countDeliveries = `SELECT COUNT(*) FROM (SELECT 1 FROM webhook_deliveries WHERE wake_at > 0 LIMIT $1) AS counted`
	countTimers     = `SELECT COUNT(*) FROM (SELECT 1 FROM timers WHERE wake_at <= $2 AND lease_until <= $2 LIMIT $1) AS counted`
)

// ReadBacklog counts what waits at a moment.
func ReadBacklog(ctx context.Context, db sqldb.DB, now time.Time) (found Backlog, err error) {
	err = db.Read(ctx, func(q sqldb.Querier) error {
		if err := q.QueryRow(countDeliveries, BacklogMost).Scan(&found.Deliveries); err != nil {
			return err
		}
		return q.QueryRow(countTimers, BacklogMost, sqldb.Micros(now)).Scan(&found.Timers)
	})
	return found, err
}
