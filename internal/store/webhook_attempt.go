package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const attemptLogColumns = `delivery_id, started_at, number, status, class, reason, url, address,
	connected_us, secured_us, first_byte_us, total_us, response,
	resolved_us, request_headers, response_headers`

// attemptLogLimit bounds what is read of a delivery's log. A schedule ends long
// before; resends go beyond it, and the latest are what is asked for.
const attemptLogLimit = 200

const (
	selectAttemptLog = `SELECT ` + attemptLogColumns + ` FROM webhook_attempts
	WHERE delivery_id = $1 ORDER BY started_at DESC LIMIT $2`
	countAttemptLog = `SELECT COUNT(*) FROM webhook_attempts WHERE delivery_id = $1`
)

// Attempts lists a delivery's latest attempts, oldest first.
func (w *Webhooks) Attempts(ctx context.Context, id webhook.DeliveryID) (attempts []webhook.Attempt, err error) {
	err = w.db.Read(ctx, func(q sqldb.Querier) (err error) {
		attempts, err = attemptsOf(q, id)
		return err
	})
	return attempts, err
}

func attemptsOf(q sqldb.Querier, id webhook.DeliveryID) ([]webhook.Attempt, error) {
	attempts, err := list(q, scanAttemptLog, selectAttemptLog, id, attemptLogLimit)
	slices.Reverse(attempts)
	return attempts, err
}

func scanAttemptLog(row sqldb.Row) (a webhook.Attempt, err error) {
	var started, connected, secured, first, total, resolved int64
	var request, response string
	err = row.Scan(&a.Delivery, &started, &a.Number, &a.Status, &a.Class, &a.Reason, &a.URL, &a.Address,
		&connected, &secured, &first, &total, &a.Response,
		&resolved, &request, &response)
	if err != nil {
		return webhook.Attempt{}, err
	}
	a.StartedAt = sqldb.Moment(started)
	a.Timings = webhook.Timings{
		Resolved: span(resolved), Connected: span(connected), Secured: span(secured), FirstByte: span(first), Total: span(total),
	}
	if err := json.Unmarshal([]byte(request), &a.Request); err != nil {
		return webhook.Attempt{}, err
	}
	return a, json.Unmarshal([]byte(response), &a.ResponseHeaders)
}

func span(us int64) time.Duration { return time.Duration(us) * time.Microsecond }
