package auth

import (
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// StoreKeyID is "SKEY_" and 22 base62 characters.
type StoreKeyID string

// StoreKeyPrefix begins every StoreKeyID.
const StoreKeyPrefix = "SKEY"

// MaxStoreKeys is how many keys a store may have at once for one dialect, over
// both environments.
const MaxStoreKeys = 20

// StoreKey is an opaque key with which a store's server speaks one dialect. Its
// text is kept as a hash alone; it has the entropy of a token, so the hash finds
// the row and nothing else is compared.
type StoreKey struct {
	ID       StoreKeyID
	Store    pay.StoreID
	Dialect  string
	Env      pay.Env // "" is both (spec/wayl.md §1)
	Nickname string
	Hash     string // of the text
	LastFour string // of the text, for people to tell keys apart
	// Signing is the secret that requests are signed with where the dialect asks
	// for it (spec/waypay.md §2), "" elsewhere. All keys of a store, dialect and
	// environment share it.
	Signing   id.Secret
	CreatedAt time.Time
	LastUsed  time.Time // zero while never used; exact to TouchStep
	ExpiresAt time.Time // zero is never
	RevokedAt time.Time // zero while it is good
}

// Expired reports whether the key has run out.
func (k StoreKey) Expired(at time.Time) bool { return !k.ExpiresAt.IsZero() && !at.Before(k.ExpiresAt) }

// Actor is who bears the key.
func (k StoreKey) Actor() pay.Actor {
	return pay.Actor{Kind: pay.ByStore, Env: k.Env, Store: k.Store}
}

// SigningScope is what shares one signing secret.
type SigningScope struct {
	Store   pay.StoreID
	Dialect string
	Env     pay.Env
}

// Scope is the key's own.
func (k StoreKey) Scope() SigningScope {
	return SigningScope{Store: k.Store, Dialect: k.Dialect, Env: k.Env}
}

// Faults of store keys.
var (
	ErrStoreKeyNotFound = fault.New(fault.NotFound, "store_key_not_found", "Key not found")
	ErrTooManyStoreKeys = fault.New(fault.State, "store_key_limit", "A store can have at most 20 keys for one API").
				WithHint("Revoke a key that is no longer used")
	// ErrNoSigningSecret is the answer to rotating what no key has made yet.
	ErrNoSigningSecret = fault.New(fault.NotFound, "signing_secret_not_found", "The store has no secret key in this environment").
				WithHint("It is made with the first key: tillway key create")
)
