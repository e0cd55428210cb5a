package store

import (
	"slices"

	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// Both have an index of their own: a row that waits is in its queue, which an
// endpoint's bears the id of, and one that sleeps is behind another of its
// subject, which is named so that the engines take that index. A row that is
// leased is being sent.
const (
	selectWaiting = `SELECT id FROM webhook_deliveries
	WHERE queue_id = $1 AND wake_at > 0 AND lease_owner = '' ORDER BY wake_at, id LIMIT $2`
	selectSleeping = `SELECT id FROM webhook_deliveries
	WHERE endpoint_id = $1 AND subject > '' AND ordered AND state = 'pending' AND wake_at = 0 LIMIT $2`
	haltDelivery = `UPDATE webhook_deliveries SET state = 'failed', wake_at = 0, last_class = $2, ended_at = $3
	WHERE id = $1 AND state = 'pending' AND lease_owner = ''`
)

// HaltWaiting ends some of what waits for an endpoint, and then of what sleeps
// behind it.
func (t webhookTx) HaltWaiting(halt webhook.Halt) (int, error) {
	halted := 0
	for _, statement := range []string{selectWaiting, selectSleeping} {
		found, err := list(t, scanDeliveryID, statement, halt.Endpoint, halt.Limit+len(halt.Held))
		if err != nil {
			return 0, err
		}
		for _, id := range found {
			if halted == halt.Limit {
				return halted, nil
			}
			if slices.Contains(halt.Held, id) {
				continue
			}
			t.Exec(haltDelivery, id, webhook.Halted, sqldb.Micros(halt.Now))
			halted++
		}
	}
	return halted, nil
}

func scanDeliveryID(row sqldb.Row) (id webhook.DeliveryID, err error) {
	err = row.Scan(&id)
	return id, err
}
