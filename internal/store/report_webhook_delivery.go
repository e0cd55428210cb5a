package store

import (
	"context"

	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const loggedColumns = `id, store_id, env, endpoint_id, channel, origin, event_id, event_type, event_key, subject, url,
	state, attempts, wake_at, lease_owner, last_at, last_status, last_class, LENGTH(body), created_at`

func scanLogged(row sqldb.Row) (d report.LoggedDelivery, err error) {
	var wake, last, created int64
	var owner string
	err = row.Scan(&d.ID, &d.Store, &d.Env, &d.Endpoint, &d.Channel, &d.Origin, &d.EventID, &d.EventType, &d.EventKey, &d.Subject, &d.URL,
		&d.State, &d.Attempts, &wake, &owner, &last, &d.LastStatus, &d.LastClass, &d.BodySize, &created)
	if err != nil {
		return d, absent(err, errDeliveryNotFound)
	}
	if d.Sending = owner != ""; !d.Sending {
		d.NextTry = sqldb.Moment(wake)
	}
	d.LastAt, d.CreatedAt = sqldb.Moment(last), sqldb.Moment(created)
	return d, nil
}

// What is asked for beside the index is compared here; an argument that asks
// for nothing lets every row pass, and keeps the planners from another index.
const loggedFilter = ` AND created_at <= $3 AND (created_at < $3 OR id < $4) AND created_at >= $5
	AND (event_type = $7 OR $7 = '') AND (state = $8 OR $8 = '')
	AND (last_status = $9 OR $9 < 0) AND ($9 <> 0 OR last_at > 0) AND (last_class = $10 OR $10 = '')
	AND (endpoint_id = $11 OR $11 = '') AND (subject = $12 OR $12 = '') AND (origin = $13 OR $13 = '')
	ORDER BY created_at DESC, id DESC LIMIT $6`

// One statement for each index, and one that finds how far it may be read. An
// endpoint and a subject belong to one scope, which is still compared, but in
// a form that keeps the planners on the index of the statement.
const (
	loggedByStore = `SELECT ` + loggedColumns + ` FROM webhook_deliveries
	WHERE store_id = $1 AND env = $2` + loggedFilter
	boundByStore = `SELECT created_at FROM webhook_deliveries
	WHERE store_id = $1 AND env = $2 AND created_at <= $3 AND created_at >= $4 ORDER BY created_at DESC LIMIT 1 OFFSET $5`

	loggedFailed = `SELECT ` + loggedColumns + ` FROM webhook_deliveries
	WHERE store_id = $1 AND env = $2 AND state = 'failed'` + loggedFilter
	boundFailed = `SELECT created_at FROM webhook_deliveries
	WHERE store_id = $1 AND env = $2 AND state = 'failed' AND created_at <= $3 AND created_at >= $4
	ORDER BY created_at DESC LIMIT 1 OFFSET $5`

	loggedTroubled = `SELECT ` + loggedColumns + ` FROM webhook_deliveries
	WHERE store_id = $1 AND env = $2 AND last_class <> ''` + loggedFilter
	boundTroubled = `SELECT created_at FROM webhook_deliveries
	WHERE store_id = $1 AND env = $2 AND last_class <> '' AND created_at <= $3 AND created_at >= $4
	ORDER BY created_at DESC LIMIT 1 OFFSET $5`

	loggedByEndpoint = `SELECT ` + loggedColumns + ` FROM webhook_deliveries
	WHERE endpoint_id = $11 AND store_id || '' = $1 AND env || '' = $2` + loggedFilter
	boundByEndpoint = `SELECT created_at FROM webhook_deliveries
	WHERE endpoint_id = $1 AND created_at <= $2 AND created_at >= $3 ORDER BY created_at DESC LIMIT 1 OFFSET $4`

	loggedBySubject = `SELECT ` + loggedColumns + ` FROM webhook_deliveries
	WHERE subject = $12 AND subject <> '' AND store_id || '' = $1 AND env || '' = $2` + loggedFilter
	boundBySubject = `SELECT created_at FROM webhook_deliveries
	WHERE subject = $1 AND subject <> '' AND created_at <= $2 AND created_at >= $3 ORDER BY created_at DESC LIMIT 1 OFFSET $4`
)

// logPath is a way through the table: an index, and what it is entered by.
type logPath struct {
	list, bound string
	keys        []any
}

// pathOf chooses the index that leaves the fewest rows to look at. A delivery
// whose last attempt failed has a class, whatever its state is.
func pathOf(scope report.Scope, query report.DeliveryQuery) logPath {
	inScope := []any{scope.Store, scope.Env}
	switch {
	case query.Subject != "":
		return logPath{loggedBySubject, boundBySubject, []any{query.Subject}}
	case query.State == webhook.Failed:
		return logPath{loggedFailed, boundFailed, inScope}
	case query.Class != "", query.Status != nil && !accepting(*query.Status):
		return logPath{loggedTroubled, boundTroubled, inScope}
	case query.Endpoint != "":
		return logPath{loggedByEndpoint, boundByEndpoint, []any{query.Endpoint}}
	default:
		return logPath{loggedByStore, boundByStore, inScope}
	}
}

// accepting reports whether an attempt with such a status may be a success.
func accepting(status int) bool { return status >= 200 && status <= 299 }

// Deliveries lists deliveries from new to old.
func (l WebhookLog) Deliveries(ctx context.Context, scope report.Scope, query report.DeliveryQuery) (page report.DeliveryPage, err error) {
	status := int64(-1) // any
	if query.Status != nil {
		status = int64(*query.Status)
	}
	path := pathOf(scope, query)
	err = l.look(ctx, func(l WebhookLog, q sqldb.Querier) error {
		begin := stretchOf(query.Since, query.Until, query.After)
		rows, part, err := read(l, q, begin, path.bound, path.keys, query.Limit, func(part stretch) ([]report.LoggedDelivery, error) {
			return list(q, scanLogged, path.list, scope.Store, scope.Env, part.at, part.id, part.floor, query.Limit+1,
				query.EventType, query.State, status, query.Class, query.Endpoint, query.Subject, query.Origin)
		})
		page.Deliveries, page.PageEnd = ended(part, rows, query.Limit, func(d report.LoggedDelivery) report.Cursor {
			return report.Cursor{At: d.CreatedAt, ID: string(d.ID)}
		})
		return err
	})
	return page, err
}

const (
	scopedDelivery  = ` FROM webhook_deliveries WHERE id = $1 AND store_id = $2 AND env = $3`
	selectLogged    = `SELECT ` + loggedColumns + scopedDelivery
	selectExchanged = `SELECT ` + deliveryColumns + scopedDelivery
)

// Exchange reads one delivery with its body and attempts.
func (l WebhookLog) Exchange(ctx context.Context, scope report.Scope, id webhook.DeliveryID) (e report.Exchange, err error) {
	err = l.db.Read(ctx, func(q sqldb.Querier) (err error) {
		if e.LoggedDelivery, err = scanLogged(q.QueryRow(selectLogged, id, scope.Store, scope.Env)); err != nil {
			return err
		}
		whole, err := scanDelivery(q.QueryRow(selectExchanged, id, scope.Store, scope.Env))
		if err != nil {
			return err
		}
		e.Scheme, e.Schedule, e.Headers, e.Body = whole.Scheme, whole.Schedule, whole.Headers, whole.Body
		if whole.Ordered && whole.State == webhook.Pending && !whole.Awake() {
			if e.Behind, err = headOf(q, whole.Endpoint, whole.Subject); err != nil {
				return err
			}
		}
		if err := q.QueryRow(countAttemptLog, id).Scan(&e.Tried); err != nil {
			return err
		}
		e.Tries, err = attemptsOf(q, id)
		return err
	})
	return e, err
}
