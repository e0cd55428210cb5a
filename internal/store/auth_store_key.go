package store

import (
	"context"
	"time"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
)

const storeKeyColumns = `k.id, k.store_id, k.dialect, k.env, k.nickname, k.hash, k.last_four, k.created_at, k.last_used_at,
	k.expires_at, k.revoked_at`

func scanStoreKey(row sqldb.Row, more ...any) (k auth.StoreKey, err error) {
	var created, used, expires, revoked int64
	err = row.Scan(append([]any{
		&k.ID, &k.Store, &k.Dialect, &k.Env, &k.Nickname, &k.Hash, &k.LastFour, &created, &used, &expires, &revoked,
	}, more...)...)
	k.CreatedAt, k.LastUsed = sqldb.Moment(created), sqldb.Moment(used)
	k.ExpiresAt, k.RevokedAt = sqldb.Moment(expires), sqldb.Moment(revoked)
	return k, absent(err, auth.ErrStoreKeyNotFound)
}

// A deleted store's keys are not found: nothing of it is anybody's any more.
const selectStoreKeyByHash = `SELECT ` + storeKeyColumns + `, COALESCE(s.secret, $2)
	FROM store_keys k JOIN stores o ON o.id = k.store_id AND o.deleted_at = 0
	LEFT JOIN store_signing_secrets s ON s.store_id = k.store_id AND s.dialect = k.dialect AND s.env = k.env
	WHERE k.hash = $1`

// StoreKeyByHash reads the key of a hash and opens its signing secret.
func (a *Auth) StoreKeyByHash(ctx context.Context, hash string) (key auth.StoreKey, err error) {
	err = a.db.Read(ctx, func(q sqldb.Querier) (err error) {
		var sealed []byte
		if key, err = scanStoreKey(q.QueryRow(selectStoreKeyByHash, hash, []byte{}), &sealed); err != nil || len(sealed) == 0 {
			return err
		}
		key.Signing, err = openSigning(a.keys, key.Scope(), sealed)
		return err
	})
	return key, err
}

const selectStoreKeys = `SELECT ` + storeKeyColumns + ` FROM store_keys k
	WHERE k.store_id = $1 AND k.revoked_at = 0 AND ($2 = '' OR k.dialect = $2) ORDER BY k.created_at DESC, k.id DESC LIMIT $3`

// StoreKeys lists a store's keys that are not revoked, newest first.
func (a *Auth) StoreKeys(ctx context.Context, store pay.StoreID, dialect string) (keys []auth.StoreKey, err error) {
	most := auth.MaxStoreKeys * len(auth.StoreKeyDialects())
	err = a.db.Read(ctx, func(q sqldb.Querier) (err error) {
		keys, err = list(q, func(row sqldb.Row) (auth.StoreKey, error) { return scanStoreKey(row) }, selectStoreKeys, store, dialect, most)
		return err
	})
	return keys, err
}

const (
	// lockLivingStore makes two inserts of keys for one store wait for each
	// other, so that the limit holds on every engine.
	lockLivingStore = `UPDATE stores SET name = name WHERE id = $1 AND deleted_at = 0`
	countStoreKeys  = `SELECT COUNT(*) FROM store_keys WHERE store_id = $1 AND dialect = $2 AND revoked_at = 0`
	insertStoreKey  = `INSERT INTO store_keys (id, store_id, dialect, env, nickname, hash, last_four, created_at, last_used_at,
	expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	keepSigning = `INSERT INTO store_signing_secrets (store_id, dialect, env, secret, created_at)
	VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	selectSigning = `SELECT secret FROM store_signing_secrets WHERE store_id = $1 AND dialect = $2 AND env = $3`
)

// InsertStoreKey writes a new key unless a rule of auth.Store forbids it.
func (a *Auth) InsertStoreKey(ctx context.Context, key auth.StoreKey) (kept auth.StoreKey, err error) {
	err = a.db.Write(ctx, func(tx sqldb.Tx) (err error) {
		kept, err = a.insertStoreKey(tx, key)
		return err
	})
	return kept, err
}

func (a *Auth) insertStoreKey(tx sqldb.Tx, k auth.StoreKey) (auth.StoreKey, error) {
	if err := lockedStore(tx, k.Store); err != nil {
		return auth.StoreKey{}, err
	}
	var living int
	if err := tx.QueryRow(countStoreKeys, k.Store, k.Dialect).Scan(&living); err != nil {
		return auth.StoreKey{}, err
	}
	if living >= auth.MaxStoreKeys {
		return auth.StoreKey{}, auth.ErrTooManyStoreKeys
	}
	tx.Exec(insertStoreKey, k.ID, k.Store, k.Dialect, k.Env, k.Nickname, k.Hash, k.LastFour, sqldb.Micros(k.CreatedAt),
		sqldb.Micros(k.LastUsed), sqldb.Micros(k.ExpiresAt), sqldb.Micros(k.RevokedAt))
	if k.Signing.IsZero() {
		return k, nil
	}
	scope := k.Scope()
	sealed, err := a.keys.Seal([]byte(k.Signing.Reveal()), signingBinding(scope))
	if err != nil {
		return auth.StoreKey{}, err
	}
	tx.Exec(keepSigning, scope.Store, scope.Dialect, scope.Env, sealed, sqldb.Micros(k.CreatedAt))
	k.Signing, err = readSigning(tx, a.keys, scope) // of the first key, if it has one
	return k, err
}

// lockedStore holds the row of a store that is not deleted.
func lockedStore(tx sqldb.Tx, store pay.StoreID) error {
	found, err := tx.Count(lockLivingStore, store)
	if err == nil && found == 0 {
		return pay.ErrStoreNotFound
	}
	return err
}

const (
	revokeStoreKey = `UPDATE store_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at = 0`
	selectStoreKey = `SELECT ` + storeKeyColumns + ` FROM store_keys k WHERE k.id = $1`
)

// RevokeStoreKey marks a key revoked.
func (a *Auth) RevokeStoreKey(ctx context.Context, key auth.StoreKeyID, at time.Time) (revoked auth.StoreKey, err error) {
	err = a.db.Write(ctx, func(tx sqldb.Tx) error {
		changed, err := tx.Count(revokeStoreKey, key, sqldb.Micros(at))
		if err != nil {
			return err
		}
		if changed == 0 {
			return auth.ErrStoreKeyNotFound
		}
		revoked, err = scanStoreKey(tx.QueryRow(selectStoreKey, key))
		return err
	})
	return revoked, err
}

const rotateSigning = `UPDATE store_signing_secrets SET secret = $4, created_at = $5 WHERE store_id = $1 AND dialect = $2 AND env = $3`

// RotateSigning replaces a signing secret.
func (a *Auth) RotateSigning(ctx context.Context, scope auth.SigningScope, secret id.Secret, at time.Time) error {
	sealed, err := a.keys.Seal([]byte(secret.Reveal()), signingBinding(scope))
	if err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx sqldb.Tx) error {
		changed, err := tx.Count(rotateSigning, scope.Store, scope.Dialect, scope.Env, sealed, sqldb.Micros(at))
		if err == nil && changed == 0 {
			return auth.ErrNoSigningSecret
		}
		return err
	})
}

// SigningSecret reads what a store's requests are signed with.
// Errors: NotFound auth.ErrNoSigningSecret.
func (a *Auth) SigningSecret(ctx context.Context, scope auth.SigningScope) (secret id.Secret, err error) {
	err = a.db.Read(ctx, func(q sqldb.Querier) (err error) {
		secret, err = readSigning(q, a.keys, scope)
		return err
	})
	return secret, err
}

func readSigning(q sqldb.Querier, keys *seal.Keyring, scope auth.SigningScope) (id.Secret, error) {
	var sealed []byte
	if err := q.QueryRow(selectSigning, scope.Store, scope.Dialect, scope.Env).Scan(&sealed); err != nil {
		return "", absent(err, auth.ErrNoSigningSecret)
	}
	return openSigning(keys, scope, sealed)
}

func openSigning(keys *seal.Keyring, scope auth.SigningScope, sealed []byte) (id.Secret, error) {
	plain, err := keys.Open(sealed, signingBinding(scope))
	return id.Secret(plain), err
}

func signingBinding(scope auth.SigningScope) seal.Binding {
	return seal.Binding{
		Table: "store_signing_secrets", Column: "secret", Row: scope.Dialect, Store: string(scope.Store), Env: string(scope.Env),
	}
}

const (
	insertStoreToken = `INSERT INTO store_tokens (id, store_id, dialect, env, nickname, hash, created_at, expires_at, used_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	selectStoreToken = `SELECT id, store_id, dialect, env, nickname, hash, created_at, expires_at, used_at
	FROM store_tokens WHERE hash = $1`
	spendStoreToken = `UPDATE store_tokens SET used_at = $2 WHERE id = $1 AND used_at = 0`
)

var errStoreTokenNotFound = fault.New(fault.NotFound, "store_token_not_found", "Temporary token not found")

// InsertStoreToken writes a new temporary token.
func (a *Auth) InsertStoreToken(ctx context.Context, t auth.StoreToken) error {
	return a.db.Write(ctx, func(tx sqldb.Tx) error {
		if err := lockedStore(tx, t.Store); err != nil {
			return err
		}
		tx.Exec(insertStoreToken, t.ID, t.Store, t.Dialect, t.Env, t.Nickname, t.Hash, sqldb.Micros(t.CreatedAt),
			sqldb.Micros(t.ExpiresAt), sqldb.Micros(t.UsedAt))
		return nil
	})
}

// StoreToken reads one temporary token, whether or not it is good.
func (a *Auth) StoreToken(ctx context.Context, hash string) (t auth.StoreToken, err error) {
	err = a.db.Read(ctx, func(q sqldb.Querier) error {
		var created, expires, used int64
		err := q.QueryRow(selectStoreToken, hash).Scan(&t.ID, &t.Store, &t.Dialect, &t.Env, &t.Nickname, &t.Hash, &created, &expires, &used)
		t.CreatedAt, t.ExpiresAt, t.UsedAt = sqldb.Moment(created), sqldb.Moment(expires), sqldb.Moment(used)
		return absent(err, errStoreTokenNotFound)
	})
	return t, err
}

// RedeemStoreToken spends a token and writes its key. The token's own row
// decides which of two requests at once gets one.
func (a *Auth) RedeemStoreToken(ctx context.Context, token auth.StoreTokenID, key auth.StoreKey) (kept auth.StoreKey, err error) {
	err = a.db.Write(ctx, func(tx sqldb.Tx) error {
		spent, err := tx.Count(spendStoreToken, token, sqldb.Micros(key.CreatedAt))
		if err != nil {
			return err
		}
		if spent == 0 {
			return auth.ErrTokenSpent
		}
		kept, err = a.insertStoreKey(tx, key)
		return err
	})
	return kept, err
}
