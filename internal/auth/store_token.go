package auth

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// StoreTokenID is "STKN_" and 22 base62 characters.
type StoreTokenID string

const (
	storeTokenIDPrefix = "STKN"
	storeTokenPrefix   = "dt_"
	storeTokenLife     = time.Hour
)

// StoreToken is a temporary token: it is exchanged for a key once, so that the
// key itself never travels by mail or chat (spec/diddo.md §1).
type StoreToken struct {
	ID        StoreTokenID
	Store     pay.StoreID
	Dialect   string
	Env       pay.Env // of the key it may be exchanged for; "" is either
	Nickname  string  // of the key
	Hash      string  // of the text
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero while it is good
}

// Faults of temporary tokens.
var (
	ErrTokenSpent   = fault.New(fault.Unauthenticated, "token_spent", "The temporary token was used already")
	errTokenUnknown = fault.New(fault.Unauthenticated, "token_unknown", "The temporary token is unknown")
	errTokenExpired = fault.New(fault.Unauthenticated, "token_expired", "The temporary token has run out")
)

// NewStoreToken is the input of IssueStoreToken.
type NewStoreToken struct {
	Store    pay.StoreID
	Dialect  string
	Env      pay.Env // "" lets whoever exchanges it choose
	Nickname string  // of the key, "" is none
}

// IssueStoreToken makes a token that is good for one key within an hour.
// Errors: Invalid "dialect", "environment", "nickname"; pay.ErrStoreNotFound.
func (a *Auth) IssueStoreToken(ctx context.Context, in NewStoreToken) (IssuedToken, error) {
	format, err := storeKeyFormatOf(in.Dialect)
	if err != nil {
		return IssuedToken{}, err
	}
	if !format.temporary {
		return IssuedToken{}, fault.Invalidf("dialect", "no_temporary_tokens", "The API %s has no temporary tokens", in.Dialect)
	}
	if in.Env != "" {
		if err := format.check(in.Env); err != nil {
			return IssuedToken{}, err
		}
	}
	nickname, err := pay.CleanText("nickname", in.Nickname, 0, maxNickname)
	if err != nil {
		return IssuedToken{}, err
	}
	now, ids := a.core.Now(), a.core.IDs()
	text := storeTokenPrefix + drawText(ids, base62, storeTokenSize)
	token := StoreToken{
		ID: StoreTokenID(ids.New(storeTokenIDPrefix)), Store: in.Store, Dialect: in.Dialect, Env: in.Env, Nickname: nickname,
		Hash: id.Hash(text), CreatedAt: now, ExpiresAt: now.Add(storeTokenLife),
	}
	if err := a.store.InsertStoreToken(ctx, token); err != nil {
		return IssuedToken{}, err
	}
	return IssuedToken{Text: id.Secret(text), ExpiresAt: token.ExpiresAt}, nil
}

// ExchangeStoreToken makes the key that a temporary token stands for, in an
// environment. The token is spent in the same transaction: of two requests at
// once, one gets a key.
// Errors: ErrTokenSpent and other Unauthenticated for a token that is unknown, has
// run out, or is of the other environment; Invalid "environment",
// pay.ErrStoreNotFound, ErrTooManyStoreKeys, which leave the token good and are
// told to nobody without one.
func (a *Auth) ExchangeStoreToken(ctx context.Context, dialect string, token id.Secret, env pay.Env) (MintedStoreKey, error) {
	format, err := storeKeyFormatOf(dialect)
	if err != nil {
		return MintedStoreKey{}, err
	}
	if token.IsZero() {
		return MintedStoreKey{}, ErrMissing
	}
	if len(token.Reveal()) > maxStoreKeyText {
		return MintedStoreKey{}, errTokenUnknown
	}
	found, err := a.store.StoreToken(ctx, id.Hash(token.Reveal()))
	switch {
	case fault.Is(err, fault.NotFound):
		return MintedStoreKey{}, errTokenUnknown
	case err != nil:
		return MintedStoreKey{}, err
	case found.Dialect != dialect:
		return MintedStoreKey{}, errTokenUnknown
	case !found.UsedAt.IsZero():
		return MintedStoreKey{}, ErrTokenSpent
	case !a.core.Now().Before(found.ExpiresAt):
		return MintedStoreKey{}, errTokenExpired.WithHint("A temporary token is good for one hour; have another issued")
	}
	if err := format.check(env); err != nil {
		return MintedStoreKey{}, err
	}
	if found.Env != "" && found.Env != env {
		return MintedStoreKey{}, errTokenUnknown.WithHint("The temporary token was issued for the other environment")
	}
	minted, err := a.mintStoreKey(NewStoreKey{Store: found.Store, Dialect: dialect, Env: env, Nickname: found.Nickname})
	if err != nil {
		return MintedStoreKey{}, err
	}
	minted.StoreKey, err = a.store.RedeemStoreToken(ctx, found.ID, minted.StoreKey)
	if err != nil {
		return MintedStoreKey{}, err
	}
	return minted, nil
}
