package store

import (
	"context"

	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const insertAttemptLog = `INSERT INTO webhook_attempts (` + attemptLogColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
	ON CONFLICT (delivery_id, started_at) DO NOTHING`

// A success holds whoever has the lease, unless the delivery is over already or
// was resent since.
const recordSuccess = `UPDATE webhook_deliveries SET state = 'succeeded', wake_at = 0, lease_owner = '',
	attempts = CASE WHEN attempts < $2 THEN $2 ELSE attempts END, last_at = $3, last_status = $4, last_class = ''
	WHERE id = $1 AND state = 'pending' AND base < $2`

// A failure holds only under the lease it was sent under, and only once.
const recordFailure = `UPDATE webhook_deliveries SET state = $4, wake_at = $5, lease_owner = '',
	attempts = $2, last_at = $6, last_status = $7, last_class = $8, ended_at = $9
	WHERE id = $1 AND state = 'pending' AND attempts = $2 - 1 AND lease_owner = $3`

// What ends without a request counts no attempt.
const recordUnsent = `UPDATE webhook_deliveries SET state = $3, wake_at = 0, lease_owner = '', last_class = $4, ended_at = $5
	WHERE id = $1 AND state = 'pending' AND lease_owner = $2`

// Record applies outcomes in one transaction, and what they mean for their
// endpoints. Each statement carries its own guard, so that recording again,
// after a commit whose answer was lost, changes nothing.
func (w *Webhooks) Record(ctx context.Context, outcomes []webhook.Outcome) (notices []webhook.Notice, err error) {
	err = w.db.Write(ctx, func(tx sqldb.Tx) error {
		notices = nil
		for i := range outcomes {
			notice, err := record(tx, &outcomes[i])
			if err != nil {
				return err
			}
			notices = append(notices, notice...)
		}
		told, err := recordHealth(tx, outcomes)
		notices = append(notices, told...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return notices, nil
}

func record(tx sqldb.Tx, o *webhook.Outcome) (notices []webhook.Notice, err error) {
	if o.Unsent {
		tx.Exec(recordUnsent, o.Attempt.Delivery, o.Owner, o.Next, o.Attempt.Class, endOf(o))
	} else if notices, err = recordAttempt(tx, o); err != nil {
		return nil, err
	}
	if o.Place.Subject != "" && o.Next.Terminal() {
		wakeNext(tx, o)
	}
	return notices, nil
}

func recordAttempt(tx sqldb.Tx, o *webhook.Outcome) (notices []webhook.Notice, err error) {
	a := &o.Attempt
	response := a.Response
	if response == nil {
		response = []byte{}
	}
	logged := []any{
		a.Delivery, sqldb.Micros(a.StartedAt), a.Number, a.Status, a.Class, a.Reason, a.URL, a.Address,
		a.Timings.Connected.Microseconds(), a.Timings.Secured.Microseconds(),
		a.Timings.FirstByte.Microseconds(), a.Timings.Total.Microseconds(), response,
		a.Timings.Resolved.Microseconds(), headerJSON(a.Request), headerJSON(a.ResponseHeaders),
	}
	if o.Disable == "" {
		tx.Exec(insertAttemptLog, logged...)
	} else if notices, err = recordDisable(tx, o, logged); err != nil {
		return nil, err
	}
	if a.OK() {
		tx.Exec(recordSuccess, a.Delivery, a.Number, sqldb.Micros(a.StartedAt), a.Status)
		return notices, nil
	}
	tx.Exec(recordFailure, a.Delivery, a.Number, o.Owner, o.Next, sqldb.Micros(o.WakeAt),
		sqldb.Micros(a.StartedAt), a.Status, a.Class, endOf(o))
	return notices, nil
}

// endOf is when the outcome ended its delivery failing; 0 of any other.
func endOf(o *webhook.Outcome) int64 {
	if o.Next != webhook.Failed {
		return 0
	}
	return sqldb.Micros(o.Attempt.StartedAt.Add(o.Attempt.Timings.Total))
}

// headerJSON is a list of header lines, "[]" for none.
func headerJSON(lines []webhook.Header) string {
	if len(lines) == 0 {
		return "[]"
	}
	return toJSON(lines)
}
