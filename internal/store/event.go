package store

import (
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const insertEvent = `INSERT INTO events (id, store_id, env, type, event_key, snapshot, deliveries, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (store_id, env, type, event_key) DO NOTHING`

// InsertEvent stores an event unless its key exists.
func (r records) InsertEvent(e pay.Event) (fresh bool, err error) {
	n, err := r.tx.Count(insertEvent, e.ID, e.Store, e.Env, e.Type, e.Key, toJSON(e.Sale), sqldb.Micros(e.At))
	return n == 1, err
}

const setEventDeliveries = `UPDATE events SET deliveries = $2 WHERE id = $1`

// SetDeliveries notes how many deliveries an event was born with.
func (r records) SetDeliveries(id pay.EventID, n int) { r.tx.ExecOne(setEventDeliveries, id, n) }

const withholdEvent = `UPDATE events SET withheld = TRUE WHERE id = $1`

// WithholdEvent notes that an event is kept without being sent.
func (r records) WithholdEvent(id pay.EventID) { r.tx.Exec(withholdEvent, id) }
