package auth

import (
	"context"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// StoreKey checks a key of one store and dialect. Its actor is ByStore, in the
// key's environment or, where one key serves both, in none: the dialect sets it
// from the request.
// Errors: ErrMissing for an empty text; ErrBadKey for an unknown, revoked or
// expired one, with a hint unless it is spelled as a live key.
func (a *Auth) StoreKey(ctx context.Context, dialect string, key id.Secret) (Credential, error) {
	if key.IsZero() {
		return Credential{}, ErrMissing
	}
	format, err := storeKeyFormatOf(dialect)
	if err != nil {
		return Credential{}, err
	}
	refuse := func(env pay.Env, why string) (Credential, error) {
		if env == pay.Prod || format.live(key) {
			why = ""
		}
		return Credential{}, ErrBadKey.WithHint(why)
	}
	if len(key.Reveal()) > maxStoreKeyText {
		return refuse("", "key: it is longer than any key of this server")
	}
	found, err := a.store.StoreKeyByHash(ctx, id.Hash(key.Reveal()))
	if fault.Is(err, fault.NotFound) {
		return refuse("", "key: this server knows no such key; make one with tillway key create --dialect "+dialect)
	}
	if err != nil {
		return Credential{}, err
	}
	now := a.core.Now()
	switch {
	case found.Dialect != dialect:
		return refuse(found.Env, "key: it is a key of the API "+found.Dialect+", not of "+dialect)
	case !found.RevokedAt.IsZero():
		return refuse(found.Env, "key: it was revoked; make another with tillway key create --dialect "+dialect)
	case found.Expired(now):
		return refuse(found.Env, "key: it has run out; make another with tillway key create --dialect "+dialect)
	}
	if now.Sub(found.LastUsed) >= TouchStep {
		a.touches.add(Touch{StoreKey: found.ID, At: now})
	}
	return Credential{Class: StoreKeyClass, Actor: found.Actor(), StoreKey: found.ID, Signing: found.Signing}, nil
}
