package auth

import (
	"context"
	"time"

	"tillway/internal/id"
	"tillway/internal/pay"
)

// Store is the port to the rows of credentials; package store implements it.
// Every method is one transaction.
type Store interface {
	// APIKeys lists a merchant's keys that are not deleted, newest first, at
	// most MaxKeys.
	APIKeys(ctx context.Context, merchant pay.MerchantID) ([]APIKey, error)
	// InsertAPIKey stores a key. Errors: NotFound "merchant_not_found";
	// Conflict ErrNicknameTaken and ErrKeyInUse; State ErrTooManyKeys.
	InsertAPIKey(ctx context.Context, key APIKey) error
	// DeleteAPIKey marks a merchant's key deleted and returns it as it is then.
	// Errors: NotFound ErrKeyNotFound, also for a key that was deleted before.
	DeleteAPIKey(ctx context.Context, merchant pay.MerchantID, key KeyID, at time.Time) (APIKey, error)

	// InsertSessionToken stores a token and forgets some that ran out before
	// its creation.
	InsertSessionToken(ctx context.Context, token SessionToken) error
	// SessionToken returns a token, also one that ran out. Errors: NotFound.
	SessionToken(ctx context.Context, token TokenID) (SessionToken, error)

	// StoreKeyByHash returns the key of a hash with its signing secret, also one
	// that was revoked or has run out, but none of a deleted store.
	// Errors: NotFound ErrStoreKeyNotFound.
	StoreKeyByHash(ctx context.Context, hash string) (StoreKey, error)
	// StoreKeys lists a store's keys that are not revoked, newest first, without
	// their signing secrets. dialect "" is every dialect.
	StoreKeys(ctx context.Context, store pay.StoreID, dialect string) ([]StoreKey, error)
	// InsertStoreKey stores a key. Its signing secret is kept unless its scope has
	// one already; the key comes back with the one that counts.
	// Errors: pay.ErrStoreNotFound; State ErrTooManyStoreKeys.
	InsertStoreKey(ctx context.Context, key StoreKey) (StoreKey, error)
	// RevokeStoreKey marks a key revoked and returns it as it is then.
	// Errors: NotFound ErrStoreKeyNotFound, also for a key that was revoked before.
	RevokeStoreKey(ctx context.Context, key StoreKeyID, at time.Time) (StoreKey, error)
	// RotateSigning replaces a signing secret. Errors: NotFound ErrNoSigningSecret.
	RotateSigning(ctx context.Context, scope SigningScope, secret id.Secret, at time.Time) error

	// InsertStoreToken stores a temporary token. Errors: pay.ErrStoreNotFound.
	InsertStoreToken(ctx context.Context, token StoreToken) error
	// StoreToken returns the temporary token of a hash, also one that was used or
	// has run out. Errors: NotFound.
	StoreToken(ctx context.Context, hash string) (StoreToken, error)
	// RedeemStoreToken spends a token and stores the key that it stands for.
	// Errors: ErrTokenSpent; those of InsertStoreKey, which leave the token good.
	RedeemStoreToken(ctx context.Context, token StoreTokenID, key StoreKey) (StoreKey, error)

	// Touch records uses. One that moves its row by less than TouchStep is
	// dropped, so that a row is written at most once in that time.
	Touch(ctx context.Context, touches []Touch) error
}
