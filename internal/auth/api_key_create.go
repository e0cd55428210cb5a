package auth

import (
	"context"

	"tillway/internal/pay"
)

// NewAPIKey is the input of CreateAPIKey.
type NewAPIKey struct {
	Merchant  pay.MerchantID
	Env       pay.Env
	Nickname  string
	PublicKey string // PEM, see ParsePublicKey
}

// CreateAPIKey registers a public key. The merchant's other keys stay valid.
// Errors: Invalid "environment", "nickname", "publicKey"; NotFound for an
// unknown merchant; ErrNicknameTaken, ErrKeyInUse, ErrTooManyKeys.
func (a *Auth) CreateAPIKey(ctx context.Context, in NewAPIKey) (APIKey, error) {
	key, err := a.MintAPIKey(in)
	if err != nil {
		return APIKey{}, err
	}
	if err := a.store.InsertAPIKey(ctx, key); err != nil {
		return APIKey{}, err
	}
	return key, nil
}

// MintAPIKey makes a key without saving it, for KeyTx.InsertAPIKey.
// Errors: Invalid "environment", "nickname", "publicKey".
func (a *Auth) MintAPIKey(in NewAPIKey) (APIKey, error) {
	if _, err := pay.ParseEnv(string(in.Env)); err != nil {
		return APIKey{}, err
	}
	nickname, err := pay.CleanText("nickname", in.Nickname, 1, maxNickname)
	if err != nil {
		return APIKey{}, err
	}
	der, err := ParsePublicKey(in.PublicKey)
	if err != nil {
		return APIKey{}, err
	}
	return APIKey{
		ID: KeyID(a.core.IDs().New(KeyPrefix)), Merchant: in.Merchant, Env: in.Env,
		Nickname: nickname, PublicKey: der, CreatedAt: a.core.Now(),
	}, nil
}

// ListAPIKeys lists a merchant's keys that are not revoked, newest first.
func (a *Auth) ListAPIKeys(ctx context.Context, merchant pay.MerchantID) ([]APIKey, error) {
	return a.store.APIKeys(ctx, merchant)
}

// RevokeAPIKey ends a key at once: every check reads the merchant's keys anew.
// Errors: ErrKeyNotFound, also for a key of another merchant.
func (a *Auth) RevokeAPIKey(ctx context.Context, merchant pay.MerchantID, key KeyID) (APIKey, error) {
	return a.store.DeleteAPIKey(ctx, merchant, key, a.core.Now())
}
