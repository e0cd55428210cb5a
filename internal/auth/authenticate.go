package auth

import (
	"context"
	"net/http"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// Faults of credentials. The texts are those of spec/pancake.md §3.1.
var (
	ErrMissing = fault.New(fault.Unauthenticated, "missing_authentication", "Missing authentication")
	ErrRefused = fault.New(fault.Unauthenticated, "authentication_failed", "Authentication failed")
	ErrBadKey  = fault.New(fault.Unauthenticated, "invalid_api_key", "Invalid API key")
)

// Presented is a request as far as credentials are concerned.
type Presented struct {
	Method string
	Path   string // without host, query and mount prefix
	Header http.Header
	Body   []byte // exactly as received
}

// The headers that carry credentials.
const (
	headerMerchant    = "X-Merchant-Id"
	headerTimestamp   = "X-Timestamp"
	headerSignature   = "X-Signature"
	headerBearer      = "Authorization"
	headerSlug        = "X-Store-Slug"
	headerEnvironment = "X-Environment"
)

// Authenticate finds the one credential that a request presents and checks it.
// Errors: Unauthenticated, with a hint where the environment allows it; Invalid
// for a token or a slug without a legal X-Environment; pay.ErrStoreNotFound for
// an unknown slug; Internal and Unavailable when rows cannot be read.
func (a *Auth) Authenticate(ctx context.Context, in Presented) (Credential, error) {
	classes := in.classes()
	switch {
	case len(classes) == 0:
		return Credential{}, ErrMissing.WithHint("Sign the request with an API key (X-Merchant-Id, X-Timestamp, X-Signature), " +
			"or send a session token (Authorization: Bearer, X-Environment), or a store slug (X-Store-Slug, X-Environment)")
	case len(in.Header.Values(headerBearer)) > 1 || len(in.Header.Values(headerSlug)) > 1:
		return Credential{}, ErrRefused.WithHint("headers: Authorization and X-Store-Slug must be sent at most once")
	case len(classes) > 1:
		return Credential{}, ErrRefused.WithHint("The request carries several credentials (" + strings.Join(classes, ", ") + "); send exactly one")
	}
	switch Class(classes[0]) {
	case KeyClass:
		return a.signedRequest(ctx, in)
	case SessionClass:
		env, err := in.environment()
		if err != nil {
			return Credential{}, err
		}
		return a.VerifySessionToken(ctx, in.bearer(), env)
	}
	env, err := in.environment()
	if err != nil {
		return Credential{}, err
	}
	return a.visitor(ctx, in.Header.Get(headerSlug), env)
}

// classes lists the classes of which the request carries any header.
func (in Presented) classes() []string {
	var found []string
	has := func(name string) bool { return len(in.Header.Values(name)) > 0 }
	if has(headerMerchant) || has(headerTimestamp) || has(headerSignature) {
		found = append(found, string(KeyClass))
	}
	if _, ok := bearerOf(in.Header.Get(headerBearer)); ok {
		found = append(found, string(SessionClass))
	}
	if has(headerSlug) {
		found = append(found, string(VisitorClass))
	}
	return found
}

func (in Presented) bearer() id.Secret {
	token, _ := bearerOf(in.Header.Get(headerBearer))
	return token
}

// bearerOf reads "Bearer <token>". Other schemes are no credential of ours: a
// proxy in front may use them.
func bearerOf(header string) (id.Secret, bool) {
	scheme, token, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return id.Secret(strings.TrimSpace(token)), true
}

// environment reads X-Environment, without which a token or a slug is an
// incomplete set of headers and not a wrong credential (spec/pancake.md §3.2).
func (in Presented) environment() (pay.Env, error) {
	env, err := pay.ParseEnv(in.Header.Get(headerEnvironment))
	if err != nil || len(in.Header.Values(headerEnvironment)) != 1 {
		return "", fault.Invalidf("X-Environment", "missing_environment", "Missing or invalid header: x-environment").
			WithHint("Send X-Environment: test or X-Environment: prod")
	}
	return env, nil
}

// visitor admits anyone to the public side of a store.
func (a *Auth) visitor(ctx context.Context, slug string, env pay.Env) (Credential, error) {
	var store pay.Store
	err := a.core.View(ctx, func(r pay.Records) (err error) {
		store, err = r.StoreBySlug(slug)
		return err
	})
	if err != nil {
		return Credential{}, err
	}
	return Credential{Class: VisitorClass, Actor: pay.Actor{Kind: pay.ByVisitor, Env: env, Store: store.ID}}, nil
}
