package store

import (
	"errors"
	"time"

	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const selectInstructions = `SELECT instructions FROM manual_instructions WHERE store_id = $1`

// ManualInstructions is what a store tells buyers who pay by hand.
func (r records) ManualInstructions(store pay.StoreID) (text string, err error) {
	err = r.QueryRow(selectInstructions, store).Scan(&text)
	if errors.Is(err, sqldb.ErrNoRows) {
		return "", nil
	}
	return text, err
}

const setInstructions = `INSERT INTO manual_instructions (store_id, instructions, updated_at) VALUES ($1, $2, $3)
	ON CONFLICT (store_id) DO UPDATE SET instructions = EXCLUDED.instructions, updated_at = EXCLUDED.updated_at`

// SetManualInstructions writes them; "" takes them away.
func (r records) SetManualInstructions(store pay.StoreID, text string, at time.Time) {
	r.tx.Exec(setInstructions, store, text, sqldb.Micros(at))
}
