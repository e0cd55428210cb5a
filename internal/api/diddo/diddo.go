// Package diddo speaks the Diddo wire protocol over the core: webhook
// subscriptions, carts and checkouts with a bearer key (spec/diddo.md). The files
// are those of every dialect: routes, wire, convert, errors, events, sign, and
// openapi.yaml.
//
// It decides nothing about payments. What it may know is how Diddo spells a
// request, an answer, an error and an event; everything else is a command of
// package cart or pay, or of webhook for endpoints.
package diddo

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"strings"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/cart"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/webhook"
)

// Name is the dialect's name in endpoints, logs and scopes.
const Name = string(cart.Dialect)

// Root is where the routes of this package begin. The original has them at the
// root of a host of its own; Rooted has them elsewhere too.
const Root = "/diddo"

// OpenAPI describes every route of this package.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Keys checks API keys and makes them for temporary tokens; *auth.Auth
// implements it.
type Keys interface {
	// StoreKey errors: fault.Unauthenticated.
	StoreKey(ctx context.Context, dialect string, key id.Secret) (auth.Credential, error)
	// ExchangeStoreToken makes a key of an environment for a token, once.
	// Errors: fault.Unauthenticated, and fault.Invalid for a good token and an
	// environment that is none, which leaves the token good.
	ExchangeStoreToken(ctx context.Context, dialect string, token id.Secret, env pay.Env) (auth.MintedStoreKey, error)
}

// Config is what the dialect needs. Limiter, ClientIP and Log may be nil.
type Config struct {
	Core  *pay.Core
	Carts *cart.Carts
	Keys  Keys
	// Endpoints is the webhook side of the transaction below pay's records.
	Endpoints func(pay.Records) webhook.Tx
	// Trigger inserts a sample of an event for an endpoint.
	Trigger func(pay.Records, webhook.TriggerIn) ([]webhook.Delivery, error)
	// Deliveries is the log of deliveries.
	Deliveries report.WebhookLog
	// Targets is the policy for webhook URLs of an environment.
	Targets func(pay.Env) webhook.URLPolicy
	// PublicURL is where buyers reach the pages, without a trailing slash.
	PublicURL string
	Limiter   api.Meter
	ClientIP  func(*http.Request) string
	Log       *slog.Logger
}

// dialect holds what the handlers share.
type dialect struct {
	Config
	publicURL string
}

// PerMinute is how many calls a key may make in a minute, and at once
// (spec/diddo.md §6).
const PerMinute = 100

// NewLimiter makes the limiter of the dialect.
func NewLimiter() *api.Buckets {
	const seconds = 60
	return api.NewBuckets(api.BucketsConfig{PerSecond: float64(PerMinute) / seconds, Burst: PerMinute})
}

// New makes the handler of the dialect. It serves paths from Root on.
func New(config Config) *api.Kernel {
	d := &dialect{Config: config, publicURL: strings.TrimRight(config.PublicURL, "/")}
	kernel := api.Config{
		Dialect:        Name,
		Routes:         d.routes(),
		Core:           config.Core,
		Authenticate:   d.authenticate,
		Fault:          failure,
		Browsers:       browserRoute,
		BrowserHeaders: []string{"Authorization", "Content-Type"},
		Unknown:        api.IgnoreUnknown,
		TellLimits:     true,
		ClientIP:       config.ClientIP,
		Log:            config.Log,
	}
	if config.Limiter != nil {
		kernel.Limiter = config.Limiter
	}
	return api.New(kernel)
}

// Versioned serves the routes under Root/v1 as well: clients that expect a
// version find one.
func Versioned(next http.Handler) http.Handler { return Rooted(Root+"/v1", next) }

// Rooted serves what is under Root under another root. What of a path is escaped
// stays so.
func Rooted(root string, next http.Handler) http.Handler {
	segments := strings.Count(root, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		plain := r.Clone(r.Context())
		plain.URL.Path = Root + behind(r.URL.Path, segments)
		plain.URL.RawPath = Root + behind(r.URL.EscapedPath(), segments)
		next.ServeHTTP(w, plain)
	})
}

// behind is what follows so many segments of a path, from its slash on.
func behind(path string, segments int) string {
	for range segments {
		_, path, _ = strings.Cut(path[1:], "/")
		path = "/" + path
	}
	return path
}
