package store

import (
	"context"
	"errors"
	"time"

	"tillway/internal/auth"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const apiKeyColumns = `id, merchant_id, env, nickname, public_key, created_at, last_used_at, deleted_at`

func scanAPIKey(row sqldb.Row) (k auth.APIKey, err error) {
	var created, used, deleted int64
	err = row.Scan(&k.ID, &k.Merchant, &k.Env, &k.Nickname, &k.PublicKey, &created, &used, &deleted)
	k.CreatedAt, k.LastUsed, k.DeletedAt = sqldb.Moment(created), sqldb.Moment(used), sqldb.Moment(deleted)
	return k, absent(err, auth.ErrKeyNotFound)
}

const selectAPIKeys = `SELECT ` + apiKeyColumns + ` FROM api_keys
	WHERE merchant_id = $1 AND deleted_at = 0 ORDER BY created_at DESC, id DESC LIMIT $2`

// APIKeys lists a merchant's living keys, newest first.
func (a *Auth) APIKeys(ctx context.Context, merchant pay.MerchantID) ([]auth.APIKey, error) {
	var keys []auth.APIKey
	err := a.db.Read(ctx, func(q sqldb.Querier) error {
		rows, err := q.Query(selectAPIKeys, merchant, auth.MaxKeys)
		if err != nil {
			return err
		}
		defer rows.Close()
		keys = keys[:0]
		for rows.Next() {
			key, err := scanAPIKey(rows)
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return rows.Err()
	})
	return keys, err
}

const (
	// lockMerchant makes two inserts of keys for one merchant wait for each
	// other, so that the limit holds on every engine.
	lockMerchant = `UPDATE merchants SET name = name WHERE id = $1`
	countAPIKeys = `SELECT COUNT(*) FROM api_keys WHERE merchant_id = $1 AND deleted_at = 0`
	insertAPIKey = `INSERT INTO api_keys (` + apiKeyColumns + `, fingerprint)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	selectFingerprint = `SELECT id FROM api_keys WHERE merchant_id = $1 AND fingerprint = $2 AND deleted_at = 0`
)

// Keys is auth.KeyTx on a transaction of the core.
func (a *Auth) Keys(r pay.Records) auth.KeyTx { return keyTx{TxOf(r)} }

// InsertAPIKey writes a new key unless a rule of auth.Store forbids it.
func (a *Auth) InsertAPIKey(ctx context.Context, k auth.APIKey) error {
	return a.db.Write(ctx, func(tx sqldb.Tx) error { return keyTx{tx}.InsertAPIKey(k) })
}

// keyTx implements auth.KeyTx.
type keyTx struct{ tx sqldb.Tx }

// InsertAPIKey writes a new key unless a rule of auth.Store forbids it.
func (t keyTx) InsertAPIKey(k auth.APIKey) error {
	if found, err := t.tx.Count(lockMerchant, k.Merchant); err != nil {
		return err
	} else if found == 0 {
		return errMerchantNotFound
	}
	var living int
	if err := t.tx.QueryRow(countAPIKeys, k.Merchant).Scan(&living); err != nil {
		return err
	}
	if living >= auth.MaxKeys {
		return auth.ErrTooManyKeys
	}
	inserted, err := t.tx.Count(insertAPIKey, k.ID, k.Merchant, k.Env, k.Nickname, k.PublicKey,
		sqldb.Micros(k.CreatedAt), sqldb.Micros(k.LastUsed), sqldb.Micros(k.DeletedAt), k.Fingerprint())
	if err != nil || inserted == 1 {
		return err
	}
	var other auth.KeyID
	switch err := t.tx.QueryRow(selectFingerprint, k.Merchant, k.Fingerprint()).Scan(&other); {
	case errors.Is(err, sqldb.ErrNoRows):
		return auth.ErrNicknameTaken
	case err != nil:
		return err
	}
	return auth.ErrKeyInUse
}

const (
	deleteAPIKey = `UPDATE api_keys SET deleted_at = $3 WHERE id = $1 AND merchant_id = $2 AND deleted_at = 0`
	selectAPIKey = `SELECT ` + apiKeyColumns + ` FROM api_keys WHERE id = $1`
)

// DeleteAPIKey marks a key deleted.
func (a *Auth) DeleteAPIKey(ctx context.Context, merchant pay.MerchantID, id auth.KeyID, at time.Time) (key auth.APIKey, err error) {
	err = a.db.Write(ctx, func(tx sqldb.Tx) (err error) {
		key, err = keyTx{tx}.DeleteAPIKey(merchant, id, at)
		return err
	})
	return key, err
}

// DeleteAPIKey marks a key deleted.
func (t keyTx) DeleteAPIKey(merchant pay.MerchantID, id auth.KeyID, at time.Time) (auth.APIKey, error) {
	deleted, err := t.tx.Count(deleteAPIKey, id, merchant, sqldb.Micros(at))
	if err != nil {
		return auth.APIKey{}, err
	}
	if deleted == 0 {
		return auth.APIKey{}, auth.ErrKeyNotFound
	}
	return scanAPIKey(t.tx.QueryRow(selectAPIKey, id))
}
