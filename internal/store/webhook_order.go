package store

import (
	"errors"

	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// Of the pending deliveries of one endpoint and subject that are ordered, one
// is awake, the head; the others sleep with wake_at 0, where no claim sees them.
// The unique index webhook_deliveries_head makes a second head impossible.
const (
	selectHead = `SELECT id FROM webhook_deliveries
	WHERE endpoint_id = $1 AND subject = $2 AND ordered AND wake_at > 0`

	// holdHead changes nothing. It keeps the head from being over before the
	// delivery that is to sleep behind it is committed: whoever records the
	// head's end then waits, and afterwards sees the sleeper. A head that is over
	// already is a conflict, and the transaction looks again.
	holdHead = `UPDATE webhook_deliveries SET ordered = TRUE WHERE id = $1 AND ordered AND wake_at > 0`

	// Of two transactions that both found no head, the second waits here for the
	// first, inserts nothing, and as a conflict looks again.
	insertHead = insertDelivery + ` ON CONFLICT (endpoint_id, subject) WHERE ordered AND wake_at > 0 DO NOTHING`
)

// Head finds who is awake of an endpoint and subject.
func (t webhookTx) Head(endpoint webhook.EndpointID, subject string) (webhook.DeliveryID, error) {
	return headOf(t, endpoint, subject)
}

func headOf(q sqldb.Querier, endpoint webhook.EndpointID, subject string) (head webhook.DeliveryID, err error) {
	err = q.QueryRow(selectHead, endpoint, subject).Scan(&head)
	if errors.Is(err, sqldb.ErrNoRows) {
		return "", nil
	}
	return head, err
}

// blocked finds behind whom an ordered delivery that is to be made pending has
// to sleep; nobody when it need not.
func (t webhookTx) blocked(endpoint webhook.EndpointID, subject string) (webhook.DeliveryID, error) {
	head, err := t.Head(endpoint, subject)
	if head != "" && err == nil {
		t.ExecOne(holdHead, head)
	}
	return head, err
}

// The earliest version comes next. The look for a head is what makes waking
// twice harmless.
const wakeSleeper = `UPDATE webhook_deliveries SET wake_at = $3
	WHERE wake_at = 0 AND state = 'pending' AND id = (
		SELECT d.id FROM webhook_deliveries d
		WHERE d.endpoint_id = $1 AND d.subject = $2 AND d.ordered AND d.state = 'pending' AND d.wake_at = 0
		ORDER BY d.subject_version, d.created_at, d.id LIMIT 1)
	AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d
		WHERE d.endpoint_id = $1 AND d.subject = $2 AND d.ordered AND d.wake_at > 0)`

// wakeNext wakes who sleeps behind a delivery that is over.
func wakeNext(tx sqldb.Tx, o *webhook.Outcome) {
	at := max(sqldb.Micros(o.Attempt.StartedAt), 1) // 0 would be asleep
	tx.Exec(wakeSleeper, o.Place.Endpoint, o.Place.Subject, at)
}
