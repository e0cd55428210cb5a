package job

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"tillway/internal/fault"
	"tillway/internal/lease"
)

// Defaults of a Runner.
const (
	DefaultSlots = 8
	// DefaultLease outlives a provider's call (30 s) and the transactions
	// around it.
	DefaultLease = 90 * time.Second
	// leaseSpare is how long before its lease ends a handler's context does.
	leaseSpare = 15 * time.Second
)

// Handler runs what a timer is for. It may be called again for the same timer.
type Handler func(ctx context.Context, timer Timer) error

// Config is what a Runner is made of.
type Config struct {
	Store    Store
	Handlers map[Kind]Handler
	Owner    lease.Owner
	Slots    int           // timers run at once; DefaultSlots when zero
	Lease    time.Duration // how long one run may take; DefaultLease when zero
	Poll     time.Duration // longest sleep; lease.DefaultPoll when zero
	Now      func() time.Time
	Log      *slog.Logger
}

// Runner wakes timers. Memory holds at most Slots of them, whatever the backlog.
type Runner struct {
	config Config
	pool   *lease.Pool[Timer]
}

// New makes a Runner that is not yet running.
func New(config Config) *Runner {
	if config.Slots == 0 {
		config.Slots = DefaultSlots
	}
	if config.Lease == 0 {
		config.Lease = DefaultLease
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	r := &Runner{config: config}
	r.pool = lease.NewPool(lease.PoolConfig[Timer]{
		Name: "timers", Slots: config.Slots, Claim: r.claim, Do: r.do,
		Poll: config.Poll, Now: config.Now, Log: config.Log,
	})
	return r
}

// Start begins waking timers. A second Start, and a Start after Stop, do nothing.
func (r *Runner) Start(ctx context.Context) { r.pool.Start(ctx) }

// Wake makes the runner look for due timers now. It never blocks.
func (r *Runner) Wake() { r.pool.Wake() }

// Stop wakes no more timers and waits for those under way; when ctx ends
// first, their context does too. It may be called several times.
func (r *Runner) Stop(ctx context.Context) error { return r.pool.Stop(ctx) }

func (r *Runner) claim(ctx context.Context, now time.Time, room int) (lease.Batch[Timer], error) {
	return r.config.Store.ClaimTimers(ctx, Claim{
		Lease: lease.Lease{Owner: r.config.Owner, Until: now.Add(r.config.Lease)}, Now: now, Limit: room,
	})
}

func (r *Runner) do(ctx context.Context, timer Timer) {
	limited, cancel := context.WithTimeout(ctx, max(r.config.Lease-leaseSpare, r.config.Lease/2))
	defer cancel()
	err := r.run(limited, timer)
	if err == nil {
		return
	}
	now := r.config.Now()
	pause := backoff(now.Sub(timer.At))
	log := r.config.Log.With("kind", timer.Kind, "subject", timer.Subject, "env", timer.Env)
	log.Warn("timer failed", "pause", pause, "error", err)
	if err := r.config.Store.PostponeTimer(ctx, Postponement{
		Timer: timer, Owner: r.config.Owner, WakeAt: now.Add(pause),
	}); err != nil {
		log.Warn("timer not postponed; its lease will lapse", "error", err)
	}
}

// run calls the timer's handler. A panic is that timer's error: one broken row
// must not take the process down each time it is claimed.
func (r *Runner) run(ctx context.Context, timer Timer) (err error) {
	handle, known := r.config.Handlers[timer.Kind]
	if !known {
		return fault.New(fault.Internal, "unknown_timer", fmt.Sprintf("No handler for timers of kind %q", timer.Kind)).
			WithHint("The data was written by a newer version; start that one")
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("job: handler panicked: %v\n%s", v, debug.Stack())
		}
	}()
	return handle(ctx, timer)
}
