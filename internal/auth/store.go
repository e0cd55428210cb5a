package auth

import (
	"context"
	"time"

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

	// Touch records uses. One that moves its row by less than TouchStep is
	// dropped, so that a row is written at most once in that time.
	Touch(ctx context.Context, touches []Touch) error
}
