package store

import (
	"context"

	"tillway/internal/auth"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
)

// Auth implements auth.Store.
type Auth struct {
	db   sqldb.DB
	keys *seal.Keyring
}

// NewAuth makes an Auth over a migrated database; keys seals signing secrets.
func NewAuth(db sqldb.DB, keys *seal.Keyring) *Auth { return &Auth{db: answering{db}, keys: keys} }

// A use that moves a row by less than a step is dropped by the write itself,
// so that two requests which read the same row still write it once.
const (
	touchKey      = `UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND last_used_at <= $3`
	touchToken    = `UPDATE session_tokens SET expires_at = $2 WHERE id = $1 AND expires_at <= $3`
	touchStoreKey = `UPDATE store_keys SET last_used_at = $2 WHERE id = $1 AND last_used_at <= $3`
)

// Touch records uses in one transaction.
func (a *Auth) Touch(ctx context.Context, touches []auth.Touch) error {
	return a.db.Write(ctx, func(tx sqldb.Tx) error {
		for _, t := range touches {
			at, before := sqldb.Micros(t.At), sqldb.Micros(t.At.Add(-auth.TouchStep))
			switch {
			case t.Key != "":
				tx.Exec(touchKey, t.Key, at, before)
			case t.StoreKey != "":
				tx.Exec(touchStoreKey, t.StoreKey, at, before)
			default:
				tx.Exec(touchToken, t.Token, at, before)
			}
		}
		return nil
	})
}
