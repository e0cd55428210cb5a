package diddo

import (
	"context"
	"net/http"
	"strings"

	"tillway/internal/auth"
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// pathKeyExchange is the one route that takes a temporary token.
const pathKeyExchange = Root + "/auth/api-key"

// errNoBearer is the answer to a request without a credential
// (spec/diddo.md §1: missing or invalid is 401).
var errNoBearer = fault.New(fault.Unauthenticated, "missing_authentication", "Missing authentication").
	WithHint("Send the API key as Authorization: Bearer")

// authenticate reads the bearer: an API key, a customer session token, or, where
// a key is made, a temporary token, which the route itself spends.
func (d *dialect) authenticate(ctx context.Context, in auth.Presented) (auth.Credential, error) {
	bearer, err := bearerOf(in.Header)
	if err != nil {
		return auth.Credential{}, err
	}
	if in.Path == pathKeyExchange && !strings.HasPrefix(bearer.Reveal(), "dk_") && !cart.IsToken(bearer) {
		return auth.Credential{Class: auth.VisitorClass, Actor: pay.Actor{Kind: pay.ByVisitor}}, nil
	}
	if !cart.IsToken(bearer) {
		return d.Keys.StoreKey(ctx, Name, bearer)
	}
	var claims cart.Claims
	err = d.Core.View(ctx, func(r pay.Records) (err error) {
		claims, err = d.Carts.Verify(r, bearer, d.Core.Now())
		return err
	})
	return auth.Credential{
		Class: auth.SessionClass, Token: auth.TokenID(claims.Customer),
		Actor: pay.Actor{Kind: pay.ByBuyer, Env: claims.Env, Store: claims.Store, Buyer: claims.Subject},
	}, err
}

func bearerOf(header http.Header) (id.Secret, error) {
	sent := header.Values("Authorization")
	if len(sent) != 1 {
		return "", errNoBearer
	}
	scheme, token, ok := strings.Cut(sent[0], " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || strings.TrimSpace(token) == "" {
		return "", errNoBearer
	}
	return id.Secret(strings.TrimSpace(token)), nil
}
