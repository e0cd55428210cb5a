// Package wayl speaks Wayl's wire protocol over the core: payment links and
// refunds in whole Iraqi dinars, called with one opaque token of a store
// (spec/wayl.md). The files are those of every dialect: routes, wire, convert,
// errors, events, sign, and openapi.yaml.
//
// It decides nothing about payments, nor about links: those are commands of
// packages pay and link. What it may know is how Wayl spells a request, an
// answer, an error and an event.
package wayl

import (
	_ "embed"
	"log/slog"
	"net/http"
	"strings"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Name is the dialect's name in endpoints, logs and scopes.
const Name = string(link.Dialect)

// OpenAPI describes every route of this package.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Config is what the dialect needs. Limiter, ClientIP and Log may be nil.
type Config struct {
	Core  *pay.Core
	Auth  *auth.Auth
	Links *link.Links
	// DefaultEnv is the environment of a link that does not say; pay.Prod when
	// empty (spec/wayl.md §2.1).
	DefaultEnv pay.Env
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
	core       *pay.Core
	auth       *auth.Auth
	links      *link.Links
	defaultEnv pay.Env
	targets    func(pay.Env) webhook.URLPolicy
	publicURL  string
}

// New makes the handler of the dialect. It serves paths from /api/v1/ on.
func New(config Config) *api.Kernel {
	d := &dialect{
		core: config.Core, auth: config.Auth, links: config.Links, defaultEnv: config.DefaultEnv, targets: config.Targets,
		publicURL: strings.TrimRight(config.PublicURL, "/"),
	}
	if d.defaultEnv == "" {
		d.defaultEnv = pay.Prod
	}
	return api.New(api.Config{
		Dialect:           Name,
		Routes:            d.routes(),
		Core:              config.Core,
		Authenticate:      d.authenticate,
		AuthenticateFirst: true, // an unknown path with a bad token is 401 (spec/wayl.md §1)
		Fault:             failure,
		Unknown:           api.IgnoreUnknown, // clients send members of older versions, such as an image of a line
		Limiter:           config.Limiter,
		ClientIP:          config.ClientIP,
		Log:               config.Log,
	})
}
