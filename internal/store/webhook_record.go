package store

import (
	"context"

	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const insertAttemptLog = `INSERT INTO webhook_attempts (` + attemptLogColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
	ON CONFLICT (delivery_id, started_at) DO NOTHING`

// A success holds whoever has the lease, unless the delivery is over already.
const recordSuccess = `UPDATE webhook_deliveries SET state = 'succeeded', wake_at = 0, lease_owner = '',
	attempts = CASE WHEN attempts < $2 THEN $2 ELSE attempts END, last_at = $3, last_status = $4, last_class = ''
	WHERE id = $1 AND state = 'pending'`

// A failure holds only under the lease it was sent under, and only once.
const recordFailure = `UPDATE webhook_deliveries SET state = $4, wake_at = $5, lease_owner = '',
	attempts = $2, last_at = $6, last_status = $7, last_class = $8
	WHERE id = $1 AND state = 'pending' AND attempts = $2 - 1 AND lease_owner = $3`

// What ends without a request counts no attempt.
const recordUnsent = `UPDATE webhook_deliveries SET state = $3, wake_at = 0, lease_owner = '', last_class = $4
	WHERE id = $1 AND state = 'pending' AND lease_owner = $2`

// Record applies outcomes in one transaction. Each statement carries its own
// guard, so that recording again, after a commit whose answer was lost, changes
// nothing.
func (w *Webhooks) Record(ctx context.Context, outcomes []webhook.Outcome) error {
	return w.db.Write(ctx, func(tx sqldb.Tx) error {
		for i := range outcomes {
			record(tx, &outcomes[i])
		}
		return nil
	})
}

func record(tx sqldb.Tx, o *webhook.Outcome) {
	a := &o.Attempt
	if o.Unsent {
		tx.Exec(recordUnsent, a.Delivery, o.Owner, o.Next, a.Class)
		return
	}
	response := a.Response
	if response == nil {
		response = []byte{}
	}
	tx.Exec(insertAttemptLog, a.Delivery, sqldb.Micros(a.StartedAt), a.Number, a.Status, a.Class, a.Reason, a.URL, a.Address,
		a.Timings.Connected.Microseconds(), a.Timings.Secured.Microseconds(),
		a.Timings.FirstByte.Microseconds(), a.Timings.Total.Microseconds(), response,
		a.Timings.Resolved.Microseconds(), headerJSON(a.Request), headerJSON(a.ResponseHeaders))
	if a.OK() {
		tx.Exec(recordSuccess, a.Delivery, a.Number, sqldb.Micros(a.StartedAt), a.Status)
		return
	}
	tx.Exec(recordFailure, a.Delivery, a.Number, o.Owner, o.Next, sqldb.Micros(o.WakeAt),
		sqldb.Micros(a.StartedAt), a.Status, a.Class)
}

// headerJSON is a list of header lines, "[]" for none.
func headerJSON(lines []webhook.Header) string {
	if len(lines) == 0 {
		return "[]"
	}
	return toJSON(lines)
}
