package lease

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Batch is a set of rows claimed for this node.
type Batch[T any] struct {
	Rows []T
	Next time.Time // wall time at which the next unclaimed row is due; zero when unknown
}

// PoolConfig describes a Pool of T, the user's claimed row.
type PoolConfig[T any] struct {
	// Name appears in log lines.
	Name string
	// Slots is how many rows are worked on at once; at least 1.
	Slots int
	// Claim leases at most room rows that are due at now, oldest first.
	Claim func(ctx context.Context, now time.Time, room int) (Batch[T], error)
	// Do works on one row. It is called on its own goroutine, records its own
	// outcome, and returns soon after ctx ends. A panic is the caller's defect
	// and is not recovered.
	Do   func(ctx context.Context, row T)
	Poll time.Duration    // longest sleep; DefaultPoll when zero
	Now  func() time.Time // wall clock; time.Now when nil
	Log  *slog.Logger     // slog.Default when nil
}

// Pool claims rows as its slots become free and works on them. Memory holds at
// most Slots rows, whatever the backlog.
type Pool[T any] struct {
	config PoolConfig[T]
	loop   *Loop

	mu      sync.Mutex
	running int
	ended   bool // no new row may start
	work    sync.WaitGroup
	ctx     context.Context // of the rows under way; outlives the loop's
	abandon context.CancelFunc
}

// NewPool makes a Pool that is not yet running.
func NewPool[T any](config PoolConfig[T]) *Pool[T] {
	config.Slots = max(config.Slots, 1)
	p := &Pool[T]{config: config}
	p.loop = NewLoop(LoopConfig{
		Name: config.Name, Claim: p.claim, Poll: config.Poll, Now: config.Now, Log: config.Log,
	})
	return p
}

// Start begins claiming. A second Start, and a Start after Stop, do nothing.
// Rows under way keep running when ctx ends, until Stop.
func (p *Pool[T]) Start(ctx context.Context) {
	p.mu.Lock()
	if p.ctx == nil {
		p.ctx, p.abandon = context.WithCancel(context.WithoutCancel(ctx))
	}
	p.mu.Unlock()
	p.loop.Start(ctx)
}

// Wake makes the pool look for due rows now. It never blocks.
func (p *Pool[T]) Wake() { p.loop.Wake() }

// Stop claims no more and lets rows under way end while ctx lasts; then their
// context is cancelled, and Stop waits for them still: whoever starts a
// goroutine waits for it. It may be called several times and without Start.
func (p *Pool[T]) Stop(ctx context.Context) error {
	err := p.loop.Stop(ctx)
	p.mu.Lock()
	p.ended = true
	abandon := p.abandon
	p.mu.Unlock()
	if abandon == nil {
		return err
	}
	stop := context.AfterFunc(ctx, abandon)
	p.work.Wait()
	stop()
	abandon()
	return err
}

func (p *Pool[T]) claim(ctx context.Context, now time.Time) (Report, error) {
	room := p.room()
	if room == 0 {
		return Report{}, nil // a row that ends wakes the loop
	}
	batch, err := p.config.Claim(ctx, now, room)
	if err != nil {
		return Report{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return Report{}, nil // what was just claimed lapses and is claimed again
	}
	for _, row := range batch.Rows {
		p.running++
		p.work.Go(func() {
			defer p.leave()
			p.config.Do(p.ctx, row)
		})
	}
	return Report{More: len(batch.Rows) == room && p.running < p.config.Slots, Due: batch.Next}, nil
}

func (p *Pool[T]) room() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.config.Slots - p.running
}

func (p *Pool[T]) leave() {
	p.mu.Lock()
	p.running--
	p.mu.Unlock()
	p.loop.Wake()
}
