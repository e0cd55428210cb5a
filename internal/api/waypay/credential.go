package waypay

import (
	"context"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
)

// headerKey carries the store's key (spec/waypay.md §2). Names of headers have
// no case, so that the older Swich-API-Key is the same.
const headerKey = "SWICH-API-Key"

// errBadKey is the answer to every key that proves nothing, and to none.
var errBadKey = fault.New(fault.Unauthenticated, "unauthorized", "Invalid API key").
	WithHint("Send one header " + headerKey + " with a pk_test_… or pk_live_… key that has not been revoked")

// authenticate finds the store and the environment behind a key.
// Errors: errBadKey; those of a database that is away.
func (d *dialect) authenticate(ctx context.Context, in auth.Presented) (auth.Credential, error) {
	keys := in.Header.Values(headerKey)
	if len(keys) != 1 || keys[0] == "" {
		return auth.Credential{}, errBadKey
	}
	credential, err := d.auth.StoreKey(ctx, Name, id.Secret(keys[0]))
	if !fault.Is(err, fault.Unauthenticated) {
		return credential, err
	}
	refused := errBadKey.WithCause(err)
	if why := fault.From(err).Hint; why != "" {
		refused = refused.WithHint(why)
	}
	return auth.Credential{}, refused
}
