package auth

import (
	"time"

	"tillway/internal/pay"
)

// KeyTx is the rows of API keys inside a transaction that is about more than
// them, such as the claim of an idempotency key.
type KeyTx interface {
	// InsertAPIKey is Store.InsertAPIKey.
	InsertAPIKey(key APIKey) error
	// DeleteAPIKey is Store.DeleteAPIKey.
	DeleteAPIKey(merchant pay.MerchantID, key KeyID, at time.Time) (APIKey, error)
}
