package store

import (
	"time"

	"tillway/internal/fault"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

var errRecoveryNotFound = fault.New(fault.NotFound, "recovery_not_found", "There is no such recovery.")

const restartDelivery = `UPDATE webhook_deliveries SET state = 'pending', base = attempts, wake_at = $4, lease_owner = '', ended_at = 0
	WHERE id = $1 AND state = $2 AND attempts = $3`

// RestartDelivery starts the schedule of a delivery that is over anew. An
// ordered one sleeps while another of its subject is awake.
func (t webhookTx) RestartDelivery(read webhook.EndedDelivery, now time.Time) (behind webhook.DeliveryID, err error) {
	wake := sqldb.Micros(now)
	if read.Subject != "" {
		if behind, err = t.blocked(read.Endpoint, read.Subject); err != nil {
			return "", err
		}
		if behind != "" {
			wake = 0
		}
	}
	t.ExecOne(restartDelivery, read.ID, read.State, read.Attempts, wake)
	return behind, nil
}

const hastenDelivery = `UPDATE webhook_deliveries SET wake_at = $4, lease_owner = ''
	WHERE id = $1 AND state = 'pending' AND lease_owner = $2 AND wake_at = $3`

// HastenDelivery makes a pending delivery due now, if nobody has leased it since.
func (t webhookTx) HastenDelivery(read webhook.Delivery, now time.Time) error {
	t.ExecOne(hastenDelivery, read.ID, read.Owner, sqldb.Micros(read.WakeAt), sqldb.Micros(now))
	return nil
}

// What ended failing has an end, which is written out, so that the engines find
// its index; the state is hidden from them, so that they take no other.
const selectFailed = `SELECT id, endpoint_id, event_type, origin, state, attempts, ended_at,
	CASE WHEN ordered THEN subject ELSE '' END FROM webhook_deliveries
	WHERE ended_at > 0 AND state || '' = 'failed' AND store_id = $1 AND env = $2 AND ended_at >= $3 AND ended_at < $4
	AND (ended_at, id) > ($5, $6)
	ORDER BY ended_at, id LIMIT $7`

// FailedDeliveries lists the next failed deliveries of a store and environment.
func (t webhookTx) FailedDeliveries(query webhook.FailedQuery) (failed []webhook.EndedDelivery, err error) {
	// The later of both bounds is where the engines enter the index.
	since := max(sqldb.Micros(query.Since), sqldb.Micros(query.After.At))
	rows, err := t.Query(selectFailed, query.Store, query.Env, since, sqldb.Micros(query.Until),
		sqldb.Micros(query.After.At), query.After.ID, query.Limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d webhook.EndedDelivery
		var ended int64
		if err := rows.Scan(&d.ID, &d.Endpoint, &d.EventType, &d.Origin, &d.State, &d.Attempts, &ended, &d.Subject); err != nil {
			return nil, err
		}
		d.EndedAt = sqldb.Moment(ended)
		failed = append(failed, d)
	}
	return failed, rows.Err()
}

const recoveryColumns = `id, kind, store_id, env, endpoint_id, event_type, since, until, state, after_at, after_id,
	found, done, skipped, created_at, updated_at, ended_at`

func scanRecovery(row sqldb.Row) (r webhook.Recovery, err error) {
	var since, until, after, created, updated, ended int64
	err = row.Scan(&r.ID, &r.Kind, &r.Store, &r.Env, &r.Endpoint, &r.Event, &since, &until, &r.State, &after, &r.After.ID,
		&r.Found, &r.Done, &r.Skipped, &created, &updated, &ended)
	if err != nil {
		return webhook.Recovery{}, absent(err, errRecoveryNotFound)
	}
	r.Since, r.Until, r.After.At = sqldb.Moment(since), sqldb.Moment(until), sqldb.Moment(after)
	r.CreatedAt, r.UpdatedAt, r.EndedAt = sqldb.Moment(created), sqldb.Moment(updated), sqldb.Moment(ended)
	return r, nil
}

const insertRecovery = `INSERT INTO webhook_recoveries (` + recoveryColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

// InsertRecovery writes a new recovery.
func (t webhookTx) InsertRecovery(r webhook.Recovery) error {
	t.Exec(insertRecovery, r.ID, r.Kind, r.Store, r.Env, r.Endpoint, r.Event, sqldb.Micros(r.Since), sqldb.Micros(r.Until),
		r.State, sqldb.Micros(r.After.At), r.After.ID, r.Found, r.Done, r.Skipped,
		sqldb.Micros(r.CreatedAt), sqldb.Micros(r.UpdatedAt), sqldb.Micros(r.EndedAt))
	return nil
}

const selectRecovery = `SELECT ` + recoveryColumns + ` FROM webhook_recoveries WHERE id = $1`

// Recovery reads one recovery.
func (t webhookTx) Recovery(id webhook.RecoveryID) (webhook.Recovery, error) {
	return scanRecovery(t.QueryRow(selectRecovery, id))
}

const selectRecoveries = `SELECT ` + recoveryColumns + ` FROM webhook_recoveries
	WHERE store_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`

// Recoveries lists a store's recoveries, newest first.
func (t webhookTx) Recoveries(store webhook.StoreID, limit int) (recoveries []webhook.Recovery, err error) {
	rows, err := t.Query(selectRecoveries, store, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		recovery, err := scanRecovery(rows)
		if err != nil {
			return nil, err
		}
		recoveries = append(recoveries, recovery)
	}
	return recoveries, rows.Err()
}

const updateRecovery = `UPDATE webhook_recoveries SET state = $3, after_at = $4, after_id = $5,
	found = $6, done = $7, skipped = $8, updated_at = $9, ended_at = $10
	WHERE id = $1 AND updated_at = $2`

// UpdateRecovery rewrites what may change, if nobody has since it was read.
func (t webhookTx) UpdateRecovery(next, read webhook.Recovery) error {
	t.ExecOne(updateRecovery, next.ID, sqldb.Micros(read.UpdatedAt), next.State, sqldb.Micros(next.After.At), next.After.ID,
		next.Found, next.Done, next.Skipped, sqldb.Micros(next.UpdatedAt), sqldb.Micros(next.EndedAt))
	return nil
}
