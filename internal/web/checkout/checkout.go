package checkout

import (
	"context"
	"embed"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"tillway/internal/auth"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

//go:embed page/*.html part/*.html
var pages embed.FS

// Tokens reads the buyers' session tokens; *auth.Auth implements it.
type Tokens interface {
	// VerifySessionToken returns the credential of a bearer token, whose actor
	// is ByBuyer. Errors: fault.Unauthenticated for a token that is unknown,
	// has run out, or belongs to the other environment.
	VerifySessionToken(ctx context.Context, bearer id.Secret, env pay.Env) (auth.Credential, error)
}

// TestCard is a card number that the test environment's provider knows.
type TestCard struct {
	Number  string // digits only
	Summary string // what happens with it
}

// Limiter decides how often somebody may open a checkout; *api.Buckets
// implements it.
type Limiter interface {
	// Allow takes one opening of a subject; when it refuses it says how long to wait.
	Allow(subject string, at time.Time) (wait time.Duration, ok bool)
}

// Config is what a Handler needs.
type Config struct {
	Core      *pay.Core
	Tokens    Tokens
	UI        *ui.UI
	PublicURL string     // scheme and host that browsers see, without a trailing slash
	TestCards []TestCard // shown in the test environment, the first as the suggestion
	Log       *slog.Logger
	Secure    bool // the public address is https: cookies are sent over it only
	// Openings limits, by network address, the checkouts that are opened from
	// product links; nil is no limit.
	Openings Limiter
	// Sandbox is what the buttons of test pages charge; none are shown without.
	Sandbox Sandbox
	// Doors lead to the checkouts of other dialects.
	Doors []Door
	// Patience is how long the pay button may wait for a provider before the
	// browser is sent to the waiting page; default 8 s.
	Patience time.Duration
}

// Handler serves the hosted checkout. It is safe for concurrent use.
type Handler struct {
	core      *pay.Core
	tokens    Tokens
	ui        *ui.UI
	pages     *ui.Pages
	countries map[string][]i18n.Country // by language tag
	publicURL string
	testCards []TestCard
	log       *slog.Logger
	secure    bool
	patience  time.Duration
	openings  Limiter
	sandbox   Sandbox
	doors     []*Handler // behind each other door
	door      door       // through which the request came
	guard     *http.CrossOriginProtection
}

// New parses the pages. An error is a defect of a page, or a PublicURL that is
// no origin.
func New(cfg Config) (*Handler, error) {
	if cfg.Core == nil || cfg.Tokens == nil || cfg.UI == nil {
		return nil, errors.New("checkout: Core, Tokens and UI are required")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if cfg.Patience == 0 {
		cfg.Patience = 8 * time.Second
	}
	h := &Handler{
		core: cfg.Core, tokens: cfg.Tokens, ui: cfg.UI, publicURL: strings.TrimRight(cfg.PublicURL, "/"),
		testCards: cfg.TestCards, log: cfg.Log, secure: cfg.Secure, patience: cfg.Patience, openings: cfg.Openings, sandbox: cfg.Sandbox,
		countries: map[string][]i18n.Country{},
	}
	var err error
	if h.pages, err = cfg.UI.Pages(pages); err != nil {
		return nil, err
	}
	for _, l := range cfg.UI.Catalog().Languages() {
		h.countries[l.Tag()] = l.Countries(pay.Countries())
	}
	if err := h.watch(); err != nil {
		return nil, err
	}
	for _, d := range byPrefix(cfg.Doors) {
		behind, err := h.through(d)
		if err != nil {
			return nil, err
		}
		h.doors = append(h.doors, behind)
	}
	return h, nil
}

// watch sets a guard against the forms of other sites.
func (h *Handler) watch() error {
	h.guard = http.NewCrossOriginProtection()
	h.guard.SetDenyHandler(http.HandlerFunc(h.refuseForeign))
	if h.publicURL == "" {
		return nil
	}
	return h.guard.AddTrustedOrigin(h.publicURL)
}

// Routes mounts the checkout.
func (h *Handler) Routes(mux *http.ServeMux) {
	const product = "/store/{slug}/product/{id}"
	h.checkoutRoutes(mux)
	for pattern, handle := range map[string]http.HandlerFunc{
		"POST " + h.door.pattern() + "/tax":      h.previewTax,
		"POST " + h.door.pattern() + "/identify": h.identifyBuyer,
		"GET " + product:                         h.showProduct,
		"POST " + product:                        h.buyProduct,
		"GET /store/{slug}/theme/{file}":         h.showTheme,
	} {
		mux.Handle(pattern, h.guard.Handler(handle))
	}
	for _, behind := range h.doors {
		behind.checkoutRoutes(mux)
		for _, former := range behind.door.former() {
			mux.HandleFunc("GET "+former.Path, behind.leadFormer(former))
		}
	}
}

// checkoutRoutes mounts the steps of a purchase behind the handler's door.
func (h *Handler) checkoutRoutes(mux *http.ServeMux) {
	page := h.door.pattern()
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET " + page:                 h.showCheckout,
		"POST " + page + "/details":   h.submitDetails,
		"POST " + page + "/pay":       h.startPayment,
		"POST " + page + "/challenge": h.answerChallenge,
		"POST " + page + "/cancel":    h.cancelCheckout,
	} {
		mux.Handle(pattern, h.guard.Handler(handle))
	}
}
