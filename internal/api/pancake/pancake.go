// Package pancake speaks the Pancake wire protocol over the core: REST actions
// signed by an API key, borne by a session token or made by a visitor
// (spec/pancake.md). The files are those of every dialect: routes, wire,
// convert, errors, events, sign, and openapi.yaml.
//
// It decides nothing about payments. What it may know is how Pancake spells a
// request, an answer, an error and an event; everything else is a command of
// package pay, or of webhook for endpoints.
package pancake

import (
	_ "embed"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Name is the dialect's name in endpoints, logs and scopes.
const Name = "pancake"

// OpenAPI describes every route of this package.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Config is what the dialect needs. Limiter, ClientIP and Log may be nil.
type Config struct {
	Core *pay.Core
	Auth *auth.Auth
	// Endpoints is the webhook side of the transaction below pay's records.
	Endpoints func(pay.Records) webhook.Tx
	// Keys is the API keys' side of the same transaction.
	Keys func(pay.Records) auth.KeyTx
	// Targets is the policy for webhook URLs of an environment.
	Targets func(pay.Env) webhook.URLPolicy
	// PublicURL is where buyers reach the pages, without a trailing slash.
	PublicURL string
	Limiter   api.Limiter
	ClientIP  func(*http.Request) string
	Log       *slog.Logger
}

// dialect holds what the handlers share.
type dialect struct {
	core      *pay.Core
	auth      *auth.Auth
	endpoints func(pay.Records) webhook.Tx
	keys      func(pay.Records) auth.KeyTx
	targets   func(pay.Env) webhook.URLPolicy
	publicURL string
}

// New makes the handler of the dialect. It serves paths from /v1/ on; a server
// that mounts it under a prefix strips the prefix, because merchants sign the
// path without it (spec/pancake.md §1).
func New(config Config) *api.Kernel {
	d := &dialect{
		core: config.Core, auth: config.Auth, endpoints: config.Endpoints, keys: config.Keys, targets: config.Targets,
		publicURL: strings.TrimRight(config.PublicURL, "/"),
	}
	return api.New(api.Config{
		Dialect:        Name,
		Routes:         d.routes(),
		Unbuilt:        unbuilt(),
		Core:           config.Core,
		Authenticate:   config.Auth.Authenticate,
		Fault:          failure,
		Idempotency:    &api.Idempotency{Header: "X-Idempotency-Key", Keep: 24 * time.Hour, Check: checkIdempotencyKey},
		Browsers:       browserRoute,
		BrowserHeaders: []string{"Authorization", "Content-Type", "X-Environment", "X-Idempotency-Key", "X-Store-Slug"},
		Unknown:        api.IgnoreUnknown, // old clients send storeId, productType and taxIncluded (spec/pancake.md §2.2, §5.9)
		Limiter:        config.Limiter,
		ClientIP:       config.ClientIP,
		Log:            config.Log,
	})
}
