package lease

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// DefaultPoll is how long a Loop sleeps at most: it bounds the delay of a row
// that became due without this process knowing, such as one that another node
// committed or whose lease lapsed.
const DefaultPoll = time.Second

// leastPause keeps a claimer that reports a due row which it cannot take (its
// slots are full, another node holds it) from spinning.
const leastPause = 5 * time.Millisecond

// backoffMax bounds the pause after failing claims (a database that is away).
const backoffMax = 5 * time.Second

// Report is what one claim found out about the future.
type Report struct {
	More bool      // something is probably still due: claim again at once
	Due  time.Time // wall time at which the next row is due; zero when unknown
}

// LoopConfig describes a Loop.
type LoopConfig struct {
	// Name appears in log lines.
	Name string
	// Claim claims what is due at now and hands it on without waiting for its
	// completion. An error is logged and answered with a growing pause.
	Claim func(ctx context.Context, now time.Time) (Report, error)
	Poll  time.Duration    // longest sleep; DefaultPoll when zero
	Now   func() time.Time // wall clock; time.Now when nil
	Log   *slog.Logger     // slog.Default when nil
}

// Loop calls Claim whenever something may be due. It owns one goroutine.
type Loop struct {
	config LoopConfig
	wake   chan struct{}

	mu      sync.Mutex
	stop    context.CancelFunc
	stopped bool
	done    chan struct{}
}

// NewLoop makes a Loop that is not yet running.
func NewLoop(config LoopConfig) *Loop {
	if config.Poll <= 0 {
		config.Poll = DefaultPoll
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	return &Loop{config: config, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// Start begins claiming at once. Ending ctx ends the loop as Stop does. A
// second Start, and a Start after Stop, do nothing.
func (l *Loop) Start(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != nil || l.stopped {
		return
	}
	ctx, l.stop = context.WithCancel(ctx)
	go l.run(ctx)
}

// Stop ends the loop and waits for a claim under way, whose context is
// cancelled. It may be called several times and without Start. It returns
// ctx's error when the claim outlasts ctx.
func (l *Loop) Stop(ctx context.Context) error {
	l.mu.Lock()
	started := l.stop != nil
	if started {
		l.stop()
	}
	l.stopped = true
	l.mu.Unlock()
	if !started {
		return nil
	}
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Wake makes the loop claim again as soon as the claim under way, if any, has
// ended. It never blocks.
func (l *Loop) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *Loop) run(ctx context.Context) {
	defer close(l.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	failures := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		case <-timer.C:
		}
		pause := l.turn(ctx, &failures)
		timer.Reset(pause)
	}
}

// turn claims until nothing more is due and returns how long to sleep.
func (l *Loop) turn(ctx context.Context, failures *int) time.Duration {
	for ctx.Err() == nil {
		now := l.config.Now()
		report, err := l.config.Claim(ctx, now)
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, context.Canceled) {
				return l.config.Poll
			}
			*failures++
			pause := min(l.config.Poll<<min(*failures-1, 8), backoffMax)
			l.config.Log.LogAttrs(ctx, slog.LevelError, "claim failed",
				slog.String("loop", l.config.Name), slog.Int("failures", *failures),
				slog.Duration("pause", pause), slog.Any("error", err))
			return pause
		}
		*failures = 0
		if report.More {
			continue
		}
		if report.Due.IsZero() {
			return l.config.Poll
		}
		return min(max(report.Due.Sub(l.config.Now()), leastPause), l.config.Poll)
	}
	return l.config.Poll
}
