package store

import (
	"context"
	"crypto/subtle"
	"errors"

	"tillway/internal/fault"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
)

// masterWord is what the check value says when it is opened.
const masterWord = "tillway master key"

const (
	masterRow         = "1"
	selectMasterCheck = `SELECT sealed FROM master_check WHERE id = $1`
	insertMasterCheck = `INSERT INTO master_check (id, sealed) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`
)

// CheckMaster proves that the keyring is the one this database was made with.
// A database without a check value gets one.
// Errors: State "wrong_master_key".
func CheckMaster(ctx context.Context, db sqldb.DB, keys *seal.Keyring) error {
	binding := seal.Binding{Table: "master_check", Column: "sealed", Row: masterRow}
	fresh, err := keys.Seal([]byte(masterWord), binding)
	if err != nil {
		return err
	}
	var sealed []byte
	err = db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(insertMasterCheck, masterRow, fresh)
		return tx.QueryRow(selectMasterCheck, masterRow).Scan(&sealed)
	})
	if err != nil {
		return err
	}
	word, err := keys.Open(sealed, binding)
	if err == nil && subtle.ConstantTimeCompare(word, []byte(masterWord)) != 1 {
		err = errors.New("the check value says something else")
	}
	if err != nil {
		return fault.New(fault.State, "wrong_master_key", "This data was sealed with another master key").
			WithHint("Give the right key in TILLWAY_MASTER_KEY, or put its master.key back into the data directory").WithCause(err)
	}
	return nil
}
