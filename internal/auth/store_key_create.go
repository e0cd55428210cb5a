package auth

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// NewStoreKey is the input of CreateStoreKey.
type NewStoreKey struct {
	Store     pay.StoreID
	Dialect   string
	Env       pay.Env   // "" for a dialect whose keys serve both environments
	Nickname  string    // "" is none; not unique
	ExpiresAt time.Time // zero is never
}

// MintedStoreKey is a new key with its text, which exists only here.
type MintedStoreKey struct {
	StoreKey
	Text id.Secret
}

// CreateStoreKey makes a key; the store's other keys stay valid. Where the
// dialect signs its requests, the first key of an environment makes the secret
// for it, and every further one gives the same.
// Errors: Invalid "dialect", "environment", "nickname", "expiresAt";
// pay.ErrStoreNotFound, ErrTooManyStoreKeys.
func (a *Auth) CreateStoreKey(ctx context.Context, in NewStoreKey) (MintedStoreKey, error) {
	minted, err := a.mintStoreKey(in)
	if err != nil {
		return MintedStoreKey{}, err
	}
	minted.StoreKey, err = a.store.InsertStoreKey(ctx, minted.StoreKey)
	if err != nil {
		return MintedStoreKey{}, err
	}
	return minted, nil
}

func (a *Auth) mintStoreKey(in NewStoreKey) (MintedStoreKey, error) {
	format, err := storeKeyFormatOf(in.Dialect)
	if err != nil {
		return MintedStoreKey{}, err
	}
	if err := format.check(in.Env); err != nil {
		return MintedStoreKey{}, err
	}
	nickname, err := pay.CleanText("nickname", in.Nickname, 0, maxNickname)
	if err != nil {
		return MintedStoreKey{}, err
	}
	now := a.core.Now()
	if !in.ExpiresAt.IsZero() && !in.ExpiresAt.After(now) {
		return MintedStoreKey{}, fault.Invalidf("expiresAt", "already_expired", "The key would have run out before it is made")
	}
	ids := a.core.IDs()
	text := format.draw(ids, in.Env)
	key := StoreKey{
		ID: StoreKeyID(ids.New(StoreKeyPrefix)), Store: in.Store, Dialect: in.Dialect, Env: in.Env, Nickname: nickname,
		Hash: id.Hash(text.Reveal()), LastFour: lastFour(text), CreatedAt: now, ExpiresAt: in.ExpiresAt,
	}
	if format.signs {
		key.Signing = drawSigning(ids)
	}
	return MintedStoreKey{StoreKey: key, Text: text}, nil
}

// ListStoreKeys lists a store's keys that are not revoked, newest first; "" is
// every dialect.
func (a *Auth) ListStoreKeys(ctx context.Context, store pay.StoreID, dialect string) ([]StoreKey, error) {
	return a.store.StoreKeys(ctx, store, dialect)
}

// RevokeStoreKey ends a key at once: every check reads the row anew.
// Errors: ErrStoreKeyNotFound, also for a key that was revoked before.
func (a *Auth) RevokeStoreKey(ctx context.Context, key StoreKeyID) (StoreKey, error) {
	return a.store.RevokeStoreKey(ctx, key, a.core.Now())
}

// RotateSigning gives the keys of a store, dialect and environment another
// signing secret. Requests signed with the old one are refused from then on.
// Errors: Invalid "dialect", "environment"; ErrNoSigningSecret.
func (a *Auth) RotateSigning(ctx context.Context, scope SigningScope) (id.Secret, error) {
	format, err := storeKeyFormatOf(scope.Dialect)
	if err != nil {
		return "", err
	}
	if !format.signs {
		return "", fault.Invalidf("dialect", "no_signing_secret", "Requests of the API %s are not signed", scope.Dialect)
	}
	if err := format.check(scope.Env); err != nil {
		return "", err
	}
	secret := drawSigning(a.core.IDs())
	if err := a.store.RotateSigning(ctx, scope, secret, a.core.Now()); err != nil {
		return "", err
	}
	return secret, nil
}
