package store

import (
	"encoding/json"

	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// eventSnapshot is how an event is stored: a sale, and beside its members the
// refund of it if the event tells of one, and the dialect's noun if there is one.
type eventSnapshot struct {
	*pay.Sale
	Refund  *pay.Refund `json:"refund,omitempty"`
	Dialect pay.Dialect `json:"dialect,omitempty"`
	Noun    *pay.Noun   `json:"noun,omitempty"`
}

func snapshotOf(e pay.Event) eventSnapshot {
	told := eventSnapshot{Sale: e.Sale, Refund: e.Refund, Dialect: e.Dialect}
	if e.Noun.ID != "" {
		told.Noun = &e.Noun
	}
	return told
}

const insertEvent = `INSERT INTO events (id, store_id, env, type, event_key, snapshot, deliveries, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (store_id, env, type, event_key) DO NOTHING`

// InsertEvent stores an event unless its key exists.
func (r records) InsertEvent(e pay.Event) (fresh bool, err error) {
	n, err := r.tx.Count(insertEvent, e.ID, e.Store, e.Env, e.Type, e.Key, toJSON(snapshotOf(e)), sqldb.Micros(e.At))
	return n == 1, err
}

const addEventDeliveries = `UPDATE events SET deliveries = deliveries + $2 WHERE id = $1`

// AddDeliveries notes that an event was given deliveries.
func (r records) AddDeliveries(id pay.EventID, n int) { r.tx.ExecOne(addEventDeliveries, id, n) }

const addEventReplayed = `UPDATE events SET deliveries = deliveries + $2, replayed = replayed + $2 WHERE id = $1`

// AddReplayed notes that a replay gave an event deliveries.
func (r records) AddReplayed(id pay.EventID, n int) { r.tx.ExecOne(addEventReplayed, id, n) }

const withholdEvent = `UPDATE events SET withheld = TRUE WHERE id = $1`

// WithholdEvent notes that an event is kept without being sent.
func (r records) WithholdEvent(id pay.EventID) { r.tx.Exec(withholdEvent, id) }

const selectEvents = `SELECT id, store_id, env, type, event_key, snapshot, created_at, deliveries,
		(SELECT COUNT(*) FROM webhook_deliveries d WHERE d.event_id = events.id)
	FROM events
	WHERE store_id = $1 AND env = $2 AND created_at >= $3 AND created_at < $4 AND (created_at, id) > ($5, $6)
	ORDER BY created_at, id LIMIT $7`

// Events lists the next events of a store and environment.
func (r records) Events(query pay.EventQuery) (events []pay.StoredEvent, err error) {
	// The later of both bounds is where the engines enter the index.
	since := max(sqldb.Micros(query.Since), sqldb.Micros(query.AfterAt))
	rows, err := r.Query(selectEvents, query.Store, query.Env, since, sqldb.Micros(query.Until),
		sqldb.Micros(query.AfterAt), query.AfterID, query.Limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		event, err := scanEvent(rows)
		if err != nil {
			return nil, err
		}
		events = append(events, event)
	}
	return events, rows.Err()
}

func scanEvent(row sqldb.Row) (e pay.StoredEvent, err error) {
	var created int64
	var snapshot string
	err = row.Scan(&e.ID, &e.Store, &e.Env, &e.Type, &e.Key, &snapshot, &created, &e.Deliveries, &e.Kept)
	if err != nil {
		return pay.StoredEvent{}, err
	}
	e.At = sqldb.Moment(created)
	var told eventSnapshot
	err = json.Unmarshal([]byte(snapshot), &told)
	e.Sale, e.Refund, e.Dialect = told.Sale, told.Refund, told.Dialect
	if told.Noun != nil {
		e.Noun = *told.Noun
	}
	return e, err
}
