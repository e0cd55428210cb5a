package auth

import (
	"io"
	"log/slog"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Freshness of signed requests (spec/pancake.md §3.1 step 3).
const (
	DefaultWindow = 5 * time.Minute
	MaxWindow     = 45 * time.Minute
	futureSkew    = time.Minute
)

// Config is what an Auth is made of.
type Config struct {
	Store Store
	Core  *pay.Core // clock, identifiers, and the rows that decide ownership
	// Window is how old a signed request may be; DefaultWindow when zero.
	Window time.Duration
	Log    *slog.Logger
}

// Auth checks credentials and issues them.
type Auth struct {
	store   Store
	core    *pay.Core
	window  time.Duration
	keys    keyCache
	touches *touches
	log     *slog.Logger
}

// New makes an Auth. It starts nothing by itself; Stop waits for bookkeeping
// under way. Errors: Invalid "bad_window" beyond MaxWindow.
func New(cfg Config) (*Auth, error) {
	if cfg.Window == 0 {
		cfg.Window = DefaultWindow
	}
	if cfg.Window < 0 || cfg.Window > MaxWindow {
		return nil, fault.Invalidf("window", "bad_window", "The request window must be at most %s, got %s", MaxWindow, cfg.Window)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	return &Auth{
		store: cfg.Store, core: cfg.Core, window: cfg.Window, log: cfg.Log,
		touches: newTouches(cfg.Store, cfg.Log),
	}, nil
}

// Stop waits until the bookkeeping of what was authenticated so far is
// written. Later uses are not recorded. A second Stop is legal.
func (a *Auth) Stop() { a.touches.stop() }
