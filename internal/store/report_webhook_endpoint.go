package store

import (
	"context"
	"encoding/json"
	"errors"

	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// Nothing that is sealed is read here.
const selectEndpointHealth = `SELECT id, store_id, env, dialect, channel, url, description, events,
	state, disabled_for, disabled_at, failing_since, created_at
	FROM webhook_endpoints WHERE store_id = $1 AND env = $2 ORDER BY created_at, id LIMIT $3`

func scanEndpointHealth(row sqldb.Row) (e report.EndpointHealth, err error) {
	var events string
	var disabled, failing, created int64
	err = row.Scan(&e.ID, &e.Store, &e.Env, &e.Dialect, &e.Channel, &e.URL, &e.Description, &events,
		&e.State, &e.DisabledFor, &disabled, &failing, &created)
	if err != nil {
		return e, err
	}
	e.DisabledAt, e.FailingSince, e.CreatedAt = sqldb.Moment(disabled), sqldb.Moment(failing), sqldb.Moment(created)
	return e, json.Unmarshal([]byte(events), &e.Events)
}

const (
	countWaiting = `SELECT COUNT(*) FROM (
	SELECT 1 FROM webhook_deliveries WHERE queue_id = $1 AND wake_at > 0 LIMIT $2) AS counted`
	// countSleeping counts those that wait behind another of their subject.
	countSleeping = `SELECT COUNT(*) FROM (
	SELECT 1 FROM webhook_deliveries WHERE endpoint_id = $1 AND ordered AND state = 'pending' AND wake_at = 0 LIMIT $2) AS counted`
)

// newestTries is among how many of an endpoint's newest deliveries its latest
// attempt is looked for.
const newestTries = 100

const selectLatestTry = `SELECT last_at, last_status, last_class FROM (
		SELECT last_at, last_status, last_class FROM webhook_deliveries
		WHERE endpoint_id = $1 ORDER BY created_at DESC LIMIT $2) AS newest
	WHERE last_at > 0 ORDER BY last_at DESC LIMIT 1`

// Endpoints lists the endpoints of a scope with how they do, oldest first.
func (l WebhookLog) Endpoints(ctx context.Context, scope report.Scope) (endpoints []report.EndpointHealth, err error) {
	err = l.db.Read(ctx, func(q sqldb.Querier) (err error) {
		if endpoints, err = list(q, scanEndpointHealth, selectEndpointHealth, scope.Store, scope.Env, webhook.MaxEndpoints+webhook.MaxListeners); err != nil {
			return err
		}
		for i := range endpoints {
			if err := health(q, &endpoints[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return endpoints, err
}

// health fills in what the deliveries tell of an endpoint.
func health(q sqldb.Querier, e *report.EndpointHealth) error {
	queue := webhook.Endpoint{ID: e.ID, Channel: e.Channel}.Queue()
	if err := q.QueryRow(countWaiting, queue, report.MostWaiting).Scan(&e.Waiting); err != nil {
		return err
	}
	var sleeping int
	if err := q.QueryRow(countSleeping, e.ID, report.MostWaiting-e.Waiting).Scan(&sleeping); err != nil {
		return err
	}
	e.Waiting += sleeping
	var last int64
	err := q.QueryRow(selectLatestTry, e.ID, newestTries).Scan(&last, &e.LastStatus, &e.LastClass)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil
	}
	e.LastAt = sqldb.Moment(last)
	return err
}
