// Package waypay speaks Waypay's wire protocol over the core: payment intents
// with a hosted checkout, their look-up and their refunds, called with a store's
// key and signed with MD5 (spec/waypay.md). The files are those of every
// dialect: routes, wire, convert, errors, events, sign, and openapi.yaml.
//
// It decides nothing about payments, nor about intents: those are commands of
// packages pay and intent. What it may know is how Waypay spells a request, an
// answer, an error and an event.
package waypay

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"strings"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Name is the dialect's name in endpoints, logs and scopes.
const Name = string(intent.Dialect)

// OpenAPI describes every route of this package.
//
//go:embed openapi.yaml
var OpenAPI []byte

// StoreKeys checks the keys of stores; package auth implements it.
type StoreKeys interface {
	StoreKey(ctx context.Context, dialect string, key id.Secret) (auth.Credential, error)
}

// Config is what the dialect needs. Limiter, ClientIP and Log may be nil.
type Config struct {
	Core    *pay.Core
	Auth    StoreKeys
	Intents *intent.Intents
	// Targets is the policy for callback URLs of an environment.
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
	auth      StoreKeys
	intents   *intent.Intents
	targets   func(pay.Env) webhook.URLPolicy
	publicURL string
}

// Root is the subtree under which a server mounts the dialect, in any case of its
// letters, as all of its routes (spec/waypay.md §1).
const Root = "/Gateway/"

// New makes the handler of the dialect. It serves paths from /Gateway/v1/ on.
func New(config Config) *api.Kernel {
	d := &dialect{
		core: config.Core, auth: config.Auth, intents: config.Intents, targets: config.Targets,
		publicURL: strings.TrimRight(config.PublicURL, "/"),
	}
	return api.New(api.Config{
		Dialect:      Name,
		Routes:       d.routes(),
		Unbuilt:      unbuilt(),
		Core:         config.Core,
		Authenticate: d.authenticate,
		Fault:        failure,
		FaultAs:      problemDetails,
		Unknown:      api.IgnoreUnknown, // members of other versions are signed and not read (spec/waypay.md §3 g)
		FoldPath:     true,              // spec/waypay.md §1
		Limiter:      config.Limiter,
		ClientIP:     config.ClientIP,
		Log:          config.Log,
	})
}
