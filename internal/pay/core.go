package pay

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/id"
)

// Config is what a Core is made of.
type Config struct {
	DB         DB
	Fanout     Fanout
	Connectors []connector.Connector // asked in order; the first that serves a charge gets it
	Followers  []Follower            // of the dialects that have nouns of their own
	Settings   []Setting             // of the dialects
	Now        func() time.Time
	IDs        *id.Source
	Log        *slog.Logger
	// CallLimit is how long one call to a provider may take; default 30 s. It
	// is the provider's deadline, never the shopper's.
	CallLimit time.Duration
}

// Core runs commands and carries payments through providers.
type Core struct {
	db         DB
	fanout     Fanout
	connectors []connector.Connector
	followers  map[Dialect]Follower
	settings   []Setting
	now        func() time.Time
	ids        *id.Source
	log        *slog.Logger
	callLimit  time.Duration
	inFlight   keyTable

	calls   sync.WaitGroup
	life    context.Context // ends when Stop gives up waiting for calls
	endLife context.CancelFunc
	closing sync.RWMutex
	closed  bool
}

// New makes a Core. It starts nothing; Stop waits for calls under way.
func New(cfg Config) *Core {
	if cfg.CallLimit == 0 {
		cfg.CallLimit = 30 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	life, end := context.WithCancel(context.Background())
	c := &Core{
		db: cfg.DB, fanout: cfg.Fanout, now: cfg.Now, ids: cfg.IDs,
		log: cfg.Log, callLimit: cfg.CallLimit, life: life, endLife: end, followers: map[Dialect]Follower{}, settings: cfg.Settings,
	}
	for _, follower := range cfg.Followers {
		c.followers[follower.Dialect()] = follower
	}
	for _, made := range cfg.Connectors {
		c.connectors = append(c.connectors, provider{Connector: made, log: cfg.Log})
	}
	return c
}

// Now is the wall clock every command's time comes from.
func (c *Core) Now() time.Time { return c.now().UTC().Truncate(time.Microsecond) }

// IDs is the source of every identifier.
func (c *Core) IDs() *id.Source { return c.ids }

// Stop refuses new provider calls and waits for those under way until ctx
// ends; then it cuts them off, commits what is known of them, and inquiry
// resolves the rest after the next start. A second Stop is legal.
func (c *Core) Stop(ctx context.Context) {
	c.closing.Lock()
	c.closed = true
	c.closing.Unlock()
	done := make(chan struct{})
	go func() { c.calls.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	c.endLife()
	<-done
}

// admit reserves a place for one provider call; false while stopping.
func (c *Core) admit() bool {
	c.closing.RLock()
	defer c.closing.RUnlock()
	if c.closed {
		return false
	}
	c.calls.Add(1)
	return true
}

func (c *Core) write(ctx context.Context, fn func(Tx) error) error {
	return c.db.Write(ctx, func(r Records) error {
		return fn(Tx{Records: r, fanout: c.fanout, serves: c.serves, followers: c.followers, settings: c.settings})
	})
}

// View runs fn on one read-only snapshot.
func (c *Core) View(ctx context.Context, fn func(Records) error) error { return c.db.Read(ctx, fn) }

// detached runs a provider call that the shopper may leave: when ctx ends
// first, the call goes on without its caller. While stopping it refuses with
// Unavailable "stopping" and the given words.
func (c *Core) detached(ctx context.Context, stopping string, call func() error) error {
	if !c.admit() {
		return fault.New(fault.Unavailable, "stopping", stopping).WithHint("Try again in a few seconds")
	}
	done := make(chan error, 1)
	go func() {
		defer c.calls.Done()
		done <- call()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
