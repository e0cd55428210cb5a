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

// masterBinding is where the check value is.
var masterBinding = seal.Binding{Table: "master_check", Column: "sealed", Row: masterRow}

// CheckMaster proves that the keyring is the one this database was made with.
// A database without a check value gets one.
// Errors: State "wrong_master_key".
func CheckMaster(ctx context.Context, db sqldb.DB, keys *seal.Keyring) error {
	fresh, err := keys.Seal([]byte(masterWord), masterBinding)
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
	return tryMaster(keys, sealed)
}

// TryMaster is CheckMaster without writing: beside a server that works on the
// data. A database without a check value is content with every key.
// Errors: State "wrong_master_key".
func TryMaster(ctx context.Context, db sqldb.DB, keys *seal.Keyring) error {
	var sealed []byte
	err := db.Read(ctx, func(q sqldb.Querier) error {
		return q.QueryRow(selectMasterCheck, masterRow).Scan(&sealed)
	})
	switch {
	case errors.Is(err, sqldb.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return tryMaster(keys, sealed)
}

func tryMaster(keys *seal.Keyring, sealed []byte) error {
	word, err := keys.Open(sealed, masterBinding)
	if err == nil && subtle.ConstantTimeCompare(word, []byte(masterWord)) != 1 {
		err = errors.New("the check value says something else")
	}
	if err != nil {
		return fault.New(fault.State, "wrong_master_key", "This data was sealed with another master key").
			WithHint("Give the right key in TILLWAY_MASTER_KEY, or put its master.key back into the data directory").WithCause(err)
	}
	return nil
}
