package pancake

import (
	"context"
	"time"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// errKeyEnvironment keeps a key of the test environment from making one that
// moves real money.
var errKeyEnvironment = fault.New(fault.Forbidden, "key_environment", "Access denied: an API key manages keys of its own environment only").
	WithField("environment").WithHint("Sign with a key of that environment, or ask the operator: tillway key create")

func (d *dialect) toNewKey(_ context.Context, call *api.Call, wire createKeyWire) (auth.APIKey, error) {
	err := require(text("nickname", wire.Nickname), text("environment", wire.Environment), text("publicKey", wire.PublicKey))
	if err != nil {
		return auth.APIKey{}, err
	}
	env, err := pay.ParseEnv(fault.Echo(wire.Environment))
	if err != nil {
		return auth.APIKey{}, err
	}
	if env != call.Actor().Env {
		return auth.APIKey{}, errKeyEnvironment
	}
	return d.auth.MintAPIKey(auth.NewAPIKey{
		Merchant: call.Actor().Merchant, Env: env, Nickname: wire.Nickname, PublicKey: wire.PublicKey,
	})
}

// createKey registers a public key; the merchant's other keys stay good.
func (d *dialect) createKey(_ context.Context, tx pay.Tx, key auth.APIKey) (auth.APIKey, error) {
	return key, d.keys(tx.Records).InsertAPIKey(key)
}

// keyDeletion is the input of deleteKey.
type keyDeletion struct {
	actor pay.Actor
	id    auth.KeyID
	at    time.Time
}

func (d *dialect) toKeyDeletion(_ context.Context, call *api.Call, wire deleteKeyWire) (keyDeletion, error) {
	if err := require(text("id", wire.ID)); err != nil {
		return keyDeletion{}, err
	}
	if err := checkID("id", auth.KeyPrefix, wire.ID); err != nil {
		return keyDeletion{}, err
	}
	return keyDeletion{actor: call.Actor(), id: auth.KeyID(wire.ID), at: call.At}, nil
}

// deleteKey ends a key at once, also the one that signed the request. A key of
// another merchant or environment does not exist for the caller.
func (d *dialect) deleteKey(_ context.Context, tx pay.Tx, in keyDeletion) (auth.APIKey, error) {
	key, err := d.keys(tx.Records).DeleteAPIKey(in.actor.Merchant, in.id, in.at)
	if err != nil {
		return auth.APIKey{}, err
	}
	if key.Env != in.actor.Env {
		return auth.APIKey{}, auth.ErrKeyNotFound // and the deletion is rolled back
	}
	return key, nil
}

func fromKey(_ *api.Call, key auth.APIKey) any {
	return success(keyAnswerWire{APIKey: keyWire{
		ID: string(key.ID), Nickname: key.Nickname, Environment: string(key.Env),
		RecentlyUsed: timeOrNull(key.LastUsed), CreatedAt: timeOf(key.CreatedAt),
	}})
}
