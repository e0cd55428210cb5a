package auth

import (
	"context"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// VerifySessionToken checks a token for use in an environment and renews it.
// The checkout page calls it with the environment of its session; requests come
// to it through Authenticate. Errors: ErrRefused, with a hint in the test
// environment.
func (a *Auth) VerifySessionToken(ctx context.Context, text id.Secret, env pay.Env) (Credential, error) {
	refuse := func(why string) (Credential, error) {
		if env != pay.Test {
			why = ""
		}
		return Credential{}, ErrRefused.WithHint(why)
	}
	named, ok := tokenIDOf(text)
	if !ok {
		return refuse("session token: the bearer token does not have the form of a session token")
	}
	token, err := a.store.SessionToken(ctx, named)
	if fault.Is(err, fault.NotFound) {
		return refuse("session token: unknown, or it ran out long ago; issue a new one with auth/issue-session-token")
	}
	if err != nil {
		return Credential{}, err
	}
	now := a.core.Now()
	switch {
	case !token.matches(text):
		return refuse("session token: unknown; issue one with auth/issue-session-token")
	case token.Env != env:
		return refuse("session token: it was issued for the other environment than X-Environment names")
	case !now.Before(token.ExpiresAt):
		return refuse("session token: it ran out; each call renews it for five minutes, then a new one has to be issued")
	}
	if until, due := token.renewal(now); due {
		a.touches.add(Touch{Token: token.ID, At: until})
	}
	return Credential{Class: SessionClass, Actor: token.Actor(), Token: token.ID}, nil
}
