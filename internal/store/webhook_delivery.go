package store

import (
	"context"
	"encoding/json"
	"time"

	"tillway/internal/fault"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

var errDeliveryNotFound = fault.New(fault.NotFound, "delivery_not_found", "There is no such delivery.")

const deliveryColumns = `id, queue_id, endpoint_id, store_id, env, channel, event_id, event_type, event_key,
	scheme, key_name, schedule, state, attempts, wake_at, lease_owner, created_at, url, headers, body,
	origin, subject, subject_version, ordered, base`

func scanDelivery(row sqldb.Row) (d webhook.Delivery, err error) {
	var wake, created int64
	var headers string
	err = row.Scan(&d.ID, &d.Queue, &d.Endpoint, &d.Store, &d.Env, &d.Channel, &d.EventID, &d.EventType, &d.EventKey,
		&d.Scheme, &d.KeyName, &d.Schedule, &d.State, &d.Attempts, &wake, &d.Owner, &created, &d.URL, &headers, &d.Body,
		&d.Origin, &d.Subject, &d.SubjectVersion, &d.Ordered, &d.Base)
	if err != nil {
		return webhook.Delivery{}, absent(err, errDeliveryNotFound)
	}
	d.WakeAt, d.CreatedAt = sqldb.Moment(wake), sqldb.Moment(created)
	return d, json.Unmarshal([]byte(headers), &d.Headers)
}

const insertDelivery = `INSERT INTO webhook_deliveries (` + deliveryColumns + `, last_at, last_status, last_class, ended_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
		$21, $22, $23, $24, $25, 0, 0, $26, $27)`

// InsertDelivery writes a new delivery; an ordered one may have to sleep.
func (t webhookTx) InsertDelivery(d webhook.Delivery) (webhook.Delivery, error) {
	head := d.Ordered && d.Awake()
	if head {
		blocked, err := t.blocked(d.Endpoint, d.Subject)
		if err != nil {
			return webhook.Delivery{}, err
		}
		if blocked != "" {
			head, d.WakeAt, d.Owner = false, time.Time{}, ""
		}
	}
	if head {
		t.ExecOne(insertHead, deliveryRow(d)...)
	} else {
		t.Exec(insertDelivery, deliveryRow(d)...)
	}
	return d, nil
}

const (
	addDelivery    = insertDelivery + ` ON CONFLICT (id) DO NOTHING`
	existsDelivery = `SELECT EXISTS (SELECT 1 FROM webhook_deliveries WHERE id = $1)`
)

// AddDelivery writes a new delivery unless its id exists.
func (t webhookTx) AddDelivery(d webhook.Delivery) (fresh bool, err error) {
	if !d.Ordered {
		n, err := t.Count(addDelivery, deliveryRow(d)...)
		return n == 1, err
	}
	var exists bool
	if err := t.QueryRow(existsDelivery, d.ID).Scan(&exists); err != nil || exists {
		return false, err
	}
	_, err = t.InsertDelivery(d)
	return err == nil, err
}

// deliveryRow is the arguments of insertDelivery.
func deliveryRow(d webhook.Delivery) []any {
	return []any{
		d.ID, d.Queue, d.Endpoint, d.Store, d.Env, d.Channel, d.EventID, d.EventType, d.EventKey,
		d.Scheme, d.KeyName, d.Schedule, d.State, d.Attempts, sqldb.Micros(d.WakeAt), d.Owner, sqldb.Micros(d.CreatedAt),
		d.URL, toJSON(d.Headers), d.Body, d.Origin, d.Subject, d.SubjectVersion, d.Ordered, d.Base, bornClass(d), sqldb.Micros(bornEnd(d)),
	}
}

// bornClass is why a delivery is over before its first attempt.
func bornClass(d webhook.Delivery) webhook.Class {
	if d.State == webhook.Failed {
		return webhook.Locked
	}
	return ""
}

// bornEnd is when such a delivery was over.
func bornEnd(d webhook.Delivery) time.Time {
	if d.State == webhook.Failed {
		return d.CreatedAt
	}
	return time.Time{}
}

const selectDelivery = `SELECT ` + deliveryColumns + ` FROM webhook_deliveries WHERE id = $1`

// Delivery reads one delivery.
func (t webhookTx) Delivery(id webhook.DeliveryID) (webhook.Delivery, error) {
	return scanDelivery(t.QueryRow(selectDelivery, id))
}

// Delivery reads one delivery.
func (w *Webhooks) Delivery(ctx context.Context, id webhook.DeliveryID) (d webhook.Delivery, err error) {
	err = w.db.Read(ctx, func(q sqldb.Querier) (err error) {
		d, err = scanDelivery(q.QueryRow(selectDelivery, id))
		return err
	})
	return d, err
}
