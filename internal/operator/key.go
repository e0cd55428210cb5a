package operator

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"tillway/internal/auth"
	"tillway/internal/pay"
)

// CreateKeyIn asks for a key pair.
type CreateKeyIn struct {
	Email       string `json:"email"` // the merchant's
	Environment string `json:"environment"`
	Nickname    string `json:"nickname"` // "" is made from the time
}

// ListKeysIn names a merchant.
type ListKeysIn struct {
	Email string `json:"email"`
}

// RevokeKeyIn names a key of a merchant.
type RevokeKeyIn struct {
	Email string     `json:"email"`
	Key   auth.KeyID `json:"key"`
}

// Key is what may be shown of an API key.
type Key struct {
	ID          auth.KeyID     `json:"id"`
	MerchantID  pay.MerchantID `json:"merchantId"`
	Environment pay.Env        `json:"environment"`
	Nickname    string         `json:"nickname"`
	Fingerprint string         `json:"fingerprint"` // SHA-256 of the public key
	CreatedAt   time.Time      `json:"createdAt"`
	LastUsedAt  *time.Time     `json:"lastUsedAt,omitempty"`
}

// Keys is a list of keys.
type Keys struct {
	Keys []Key `json:"keys"`
}

// KeyPair is a new key with its private half, which is seen this once.
type KeyPair struct {
	Key
	PrivateKey       string `json:"privateKey"`
	WebhookPublicKey string `json:"webhookPublicKey"`
}

// LogValue keeps the private key out of every log.
func (p KeyPair) LogValue() slog.Value { return slog.StringValue(string(p.ID)) }

// String keeps the private key out of every formatted message.
func (p KeyPair) String() string { return string(p.ID) }

// CreateKey makes a key pair for a merchant; its other keys stay valid.
func (s *Service) CreateKey(ctx context.Context, in CreateKeyIn) (KeyPair, error) {
	merchant, err := s.merchant(ctx, in.Email)
	if err != nil {
		return KeyPair{}, err
	}
	env, err := pay.ParseEnv(in.Environment)
	if err != nil {
		return KeyPair{}, err
	}
	if in.Nickname == "" {
		in.Nickname = "key of " + s.Core.Now().Format("2006-01-02 15:04:05.000")
	}
	pair, err := auth.NewKeyPair()
	if err != nil {
		return KeyPair{}, err
	}
	key, err := s.Auth.CreateAPIKey(ctx, auth.NewAPIKey{
		Merchant: merchant.ID, Env: env, Nickname: in.Nickname, PublicKey: pair.Public,
	})
	if err != nil {
		return KeyPair{}, err
	}
	return KeyPair{Key: shown(key), PrivateKey: pair.Private.Reveal(), WebhookPublicKey: s.PublicKey(env)}, nil
}

// ListKeys lists a merchant's keys.
func (s *Service) ListKeys(ctx context.Context, in ListKeysIn) (Keys, error) {
	merchant, err := s.merchant(ctx, in.Email)
	if err != nil {
		return Keys{}, err
	}
	keys, err := s.Auth.ListAPIKeys(ctx, merchant.ID)
	if err != nil {
		return Keys{}, err
	}
	list := Keys{Keys: make([]Key, 0, len(keys))}
	for _, key := range keys {
		list.Keys = append(list.Keys, shown(key))
	}
	return list, nil
}

// RevokeKey ends a key at once.
func (s *Service) RevokeKey(ctx context.Context, in RevokeKeyIn) (Key, error) {
	merchant, err := s.merchant(ctx, in.Email)
	if err != nil {
		return Key{}, err
	}
	key, err := s.Auth.RevokeAPIKey(ctx, merchant.ID, in.Key)
	return shown(key), err
}

func shown(key auth.APIKey) Key {
	out := Key{
		ID: key.ID, MerchantID: key.Merchant, Environment: key.Env, Nickname: key.Nickname,
		Fingerprint: key.Fingerprint(), CreatedAt: key.CreatedAt,
	}
	if !key.LastUsed.IsZero() {
		out.LastUsedAt = &key.LastUsed
	}
	return out
}

// nameOf is the part of an e-mail before the @.
func nameOf(email string) string {
	name, _, _ := strings.Cut(strings.TrimSpace(email), "@")
	return name
}
