package wayl

import (
	"context"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// headerToken carries the store's token (spec/wayl.md §1).
const headerToken = "X-Wayl-Authentication"

// errBadToken is the answer to every token that proves nothing, and to none.
var errBadToken = fault.New(fault.Unauthenticated, "invalid_token", "Invalid authentication key")

// authenticate finds the store behind a token. The token is opaque; it serves
// both environments. Errors: errBadToken; those of a database that is away.
func (d *dialect) authenticate(ctx context.Context, in auth.Presented) (auth.Credential, error) {
	tokens := in.Header.Values(headerToken)
	if len(tokens) != 1 || tokens[0] == "" {
		return auth.Credential{}, errBadToken
	}
	credential, err := d.auth.StoreKey(ctx, Name, id.Secret(tokens[0]))
	if fault.Is(err, fault.Unauthenticated) {
		return auth.Credential{}, errBadToken.WithCause(err)
	}
	return credential, err
}

// actor is who calls, in an environment of a link.
func actor(call *api.Call, env pay.Env) pay.Actor {
	made := call.Actor()
	made.Env = env
	return made
}
