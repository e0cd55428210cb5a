package operator

import (
	"context"
	"log/slog"
	"time"

	"tillway/internal/auth"
	"tillway/internal/pay"
)

// CreateStoreKeyIn asks for a key of one store and one API.
type CreateStoreKeyIn struct {
	Store       pay.StoreID `json:"storeId"`
	Dialect     string      `json:"dialect"`
	Environment pay.Env     `json:"environment"` // "" where one key serves both
	Nickname    string      `json:"nickname"`    // "" is none
	ExpiresAt   time.Time   `json:"expiresAt,omitzero"`
}

// ListStoreKeysIn names a store, and an API or "" for all.
type ListStoreKeysIn struct {
	Store   pay.StoreID `json:"storeId"`
	Dialect string      `json:"dialect"`
}

// RevokeStoreKeyIn names a key.
type RevokeStoreKeyIn struct {
	Key auth.StoreKeyID `json:"key"`
}

// IssueStoreTokenIn asks for a temporary token.
type IssueStoreTokenIn struct {
	Store       pay.StoreID `json:"storeId"`
	Dialect     string      `json:"dialect"`
	Environment pay.Env     `json:"environment"` // "" is either
	Nickname    string      `json:"nickname"`    // of the key that it is exchanged for
}

// RotateStoreSecretIn names a signing secret.
type RotateStoreSecretIn struct {
	Store       pay.StoreID `json:"storeId"`
	Dialect     string      `json:"dialect"`
	Environment pay.Env     `json:"environment"`
}

// StoreKey is what may be shown of a key of a store.
type StoreKey struct {
	ID          auth.StoreKeyID `json:"id"`
	Store       pay.StoreID     `json:"storeId"`
	Dialect     string          `json:"dialect"`
	Environment pay.Env         `json:"environment,omitempty"` // absent where one key serves both
	Nickname    string          `json:"nickname,omitempty"`
	LastFour    string          `json:"lastFour"`
	CreatedAt   time.Time       `json:"createdAt"`
	LastUsedAt  *time.Time      `json:"lastUsedAt,omitempty"`
	ExpiresAt   *time.Time      `json:"expiresAt,omitempty"`
}

// StoreKeys is a list of keys.
type StoreKeys struct {
	Keys []StoreKey `json:"keys"`
}

// StoreKeySecret is a new key with its text, which is seen this once.
type StoreKeySecret struct {
	StoreKey
	APIKey    string `json:"apiKey"`
	SecretKey string `json:"secretKey,omitempty"` // what requests are signed with, where they are
}

// LogValue keeps the secrets out of every log.
func (s StoreKeySecret) LogValue() slog.Value { return slog.StringValue(string(s.ID)) }

// String keeps the secrets out of every formatted message.
func (s StoreKeySecret) String() string { return string(s.ID) }

// StoreToken is a new temporary token, which is seen this once.
type StoreToken struct {
	Store       pay.StoreID `json:"storeId"`
	Dialect     string      `json:"dialect"`
	Environment pay.Env     `json:"environment,omitempty"` // absent for either
	Token       string      `json:"token"`
	ExpiresAt   time.Time   `json:"expiresAt"`
}

// LogValue keeps the token out of every log.
func (t StoreToken) LogValue() slog.Value { return slog.StringValue("token of " + string(t.Store)) }

// String keeps the token out of every formatted message.
func (t StoreToken) String() string { return "token of " + string(t.Store) }

// StoreSecret is a signing secret after its rotation, which is seen this once.
type StoreSecret struct {
	Store       pay.StoreID `json:"storeId"`
	Dialect     string      `json:"dialect"`
	Environment pay.Env     `json:"environment"`
	SecretKey   string      `json:"secretKey"`
}

// LogValue keeps the secret out of every log.
func (s StoreSecret) LogValue() slog.Value { return slog.StringValue("secret of " + string(s.Store)) }

// String keeps the secret out of every formatted message.
func (s StoreSecret) String() string { return "secret of " + string(s.Store) }

// CreateStoreKey makes a key for a store; its other keys stay valid.
func (s *Service) CreateStoreKey(ctx context.Context, in CreateStoreKeyIn) (StoreKeySecret, error) {
	made, err := s.Auth.CreateStoreKey(ctx, auth.NewStoreKey{
		Store: in.Store, Dialect: in.Dialect, Env: in.Environment, Nickname: in.Nickname, ExpiresAt: in.ExpiresAt,
	})
	if err != nil {
		return StoreKeySecret{}, err
	}
	return StoreKeySecret{StoreKey: shownStoreKey(made.StoreKey), APIKey: made.Text.Reveal(), SecretKey: made.Signing.Reveal()}, nil
}

// ListStoreKeys lists a store's keys.
func (s *Service) ListStoreKeys(ctx context.Context, in ListStoreKeysIn) (StoreKeys, error) {
	err := s.Core.View(ctx, func(r pay.Records) error {
		_, err := r.Store(in.Store)
		return err
	})
	if err != nil {
		return StoreKeys{}, err
	}
	keys, err := s.Auth.ListStoreKeys(ctx, in.Store, in.Dialect)
	if err != nil {
		return StoreKeys{}, err
	}
	list := StoreKeys{Keys: make([]StoreKey, 0, len(keys))}
	for _, key := range keys {
		list.Keys = append(list.Keys, shownStoreKey(key))
	}
	return list, nil
}

// RevokeStoreKey ends a key at once.
func (s *Service) RevokeStoreKey(ctx context.Context, in RevokeStoreKeyIn) (StoreKey, error) {
	key, err := s.Auth.RevokeStoreKey(ctx, in.Key)
	return shownStoreKey(key), err
}

// IssueStoreToken makes a temporary token, good for one key within an hour.
func (s *Service) IssueStoreToken(ctx context.Context, in IssueStoreTokenIn) (StoreToken, error) {
	issued, err := s.Auth.IssueStoreToken(ctx, auth.NewStoreToken{
		Store: in.Store, Dialect: in.Dialect, Env: in.Environment, Nickname: in.Nickname,
	})
	if err != nil {
		return StoreToken{}, err
	}
	return StoreToken{
		Store: in.Store, Dialect: in.Dialect, Environment: in.Environment, Token: issued.Text.Reveal(), ExpiresAt: issued.ExpiresAt,
	}, nil
}

// RotateStoreSecret replaces what requests, and webhooks in the same API, are
// signed with; the old one ends at once.
func (s *Service) RotateStoreSecret(ctx context.Context, in RotateStoreSecretIn) (StoreSecret, error) {
	secret, err := s.Auth.RotateSigning(ctx, auth.SigningScope{Store: in.Store, Dialect: in.Dialect, Env: in.Environment})
	if err != nil {
		return StoreSecret{}, err
	}
	if s.StoreSecretChanged != nil {
		s.StoreSecretChanged()
	}
	return StoreSecret{Store: in.Store, Dialect: in.Dialect, Environment: in.Environment, SecretKey: secret.Reveal()}, nil
}

func shownStoreKey(key auth.StoreKey) StoreKey {
	out := StoreKey{
		ID: key.ID, Store: key.Store, Dialect: key.Dialect, Environment: key.Env, Nickname: key.Nickname,
		LastFour: key.LastFour, CreatedAt: key.CreatedAt,
	}
	if !key.LastUsed.IsZero() {
		out.LastUsedAt = &key.LastUsed
	}
	if !key.ExpiresAt.IsZero() {
		out.ExpiresAt = &key.ExpiresAt
	}
	return out
}
