package store

import (
	"time"

	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// maxSettings is more than there are settings.
const maxSettings = 500

const selectSettings = `SELECT name, value FROM store_settings WHERE store_id = $1 LIMIT $2`

// Settings reads what a store has set.
func (r records) Settings(store pay.StoreID) (pay.Settings, error) {
	rows, err := r.Query(selectSettings, store, maxSettings)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	settings := pay.Settings{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		settings[name] = value
	}
	return settings, rows.Err()
}

const putSetting = `INSERT INTO store_settings (store_id, name, value, updated_at) VALUES ($1, $2, $3, $4)
	ON CONFLICT (store_id, name) DO UPDATE SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at`

// PutSetting writes one setting of a store.
func (r records) PutSetting(store pay.StoreID, name, value string, at time.Time) {
	r.tx.Exec(putSetting, store, name, value, sqldb.Micros(at))
}

const dropSetting = `DELETE FROM store_settings WHERE store_id = $1 AND name = $2`

// DropSetting forgets one setting of a store.
func (r records) DropSetting(store pay.StoreID, name string) { r.tx.Exec(dropSetting, store, name) }
