package app

import (
	"context"
	"math"
	"sync"
	"time"

	"tillway/internal/connector"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// observe counts what the dispatcher reports.
func (a *App) observe(outcome webhook.Outcome) {
	result := string(webhook.Succeeded)
	if !outcome.Attempt.OK() {
		result = string(outcome.Attempt.Class)
	}
	if !outcome.Unsent {
		a.metrics.Attempt(result, outcome.Attempt.Timings.Total)
	}
	if outcome.Next.Terminal() {
		a.metrics.Delivery(string(outcome.Next))
	}
}

// gauges adds what is read when somebody looks.
func (a *App) gauges(connections *boundedListener) {
	waiting := &backlog{read: func(ctx context.Context) (store.Backlog, error) {
		return store.ReadBacklog(ctx, a.data.main, time.Now())
	}, now: time.Now}
	for name, gauge := range map[string]struct {
		help string
		read func() float64
	}{
		"tillway_connections_open": {
			"Connections of clients.", func() float64 { return float64(connections.count()) },
		},
		"tillway_webhook_requests_in_flight": {
			"Webhook requests under way.", func() float64 { return float64(a.dispatcher.Load().Sending) },
		},
		"tillway_webhook_queue_memory": {
			"Webhook deliveries in memory whose turn has not come.", func() float64 { return float64(a.dispatcher.Load().Waiting) },
		},
		"tillway_webhook_deliveries_pending": {
			"Webhook deliveries in the database that are not over, counted to 100,000; of all nodes.",
			func() float64 { return waiting.number(func(b store.Backlog) int { return b.Deliveries }) },
		},
		"tillway_timers_due": {
			"Timers that are due and that nobody is working on, counted to 100,000; of all nodes.",
			func() float64 { return waiting.number(func(b store.Backlog) int { return b.Timers }) },
		},
	} {
		a.metrics.Gauge(name, gauge.help, gauge.read)
	}
}

const (
	// backlogAge is how old a count may be: one scrape asks several times, and
	// many may scrape.
	backlogAge = 5 * time.Second
	// backlogPatience is how long a scrape waits for the database.
	backlogPatience = time.Second
)

// backlog remembers the last count for a moment.
type backlog struct {
	read func(context.Context) (store.Backlog, error)
	now  func() time.Time

	mu    sync.Mutex
	found store.Backlog
	err   error
	at    time.Time
}

// number is one of the counts; no number when the database does not tell.
func (b *backlog) number(of func(store.Backlog) int) float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := b.now(); b.at.IsZero() || now.Sub(b.at) > backlogAge {
		ctx, cancel := context.WithTimeout(context.Background(), backlogPatience)
		defer cancel()
		b.found, b.err = b.read(ctx)
		b.at = now
	}
	if b.err != nil {
		return math.NaN()
	}
	return float64(of(b.found))
}

// counted is a connector whose answers are counted.
type counted struct {
	connector.Connector
	count func(name, call, outcome string)
}

// counted wraps a connector.
func (a *App) counted(made connector.Connector) connector.Connector {
	return counted{Connector: made, count: a.metrics.Charge}
}

func (c counted) told(call string, result connector.Result) connector.Result {
	c.count(c.Describe().Name, call, string(result.Outcome))
	return result
}

// Begin implements connector.Connector.
func (c counted) Begin(ctx context.Context, charge connector.Charge) connector.Result {
	return c.told("begin", c.Connector.Begin(ctx, charge))
}

// Continue implements connector.Connector.
func (c counted) Continue(ctx context.Context, ref connector.Ref, input connector.CustomerInput) connector.Result {
	return c.told("continue", c.Connector.Continue(ctx, ref, input))
}

// Refund implements connector.Connector.
func (c counted) Refund(ctx context.Context, refund connector.Refund) connector.Result {
	return c.told("refund", c.Connector.Refund(ctx, refund))
}

// Inquire implements connector.Connector.
func (c counted) Inquire(ctx context.Context, ref connector.Ref) connector.Observation {
	seen := c.Connector.Inquire(ctx, ref)
	what := string(seen.Finding)
	if seen.Finding == connector.Found {
		what = string(seen.Result.Outcome)
	}
	c.count(c.Describe().Name, "inquire", what)
	return seen
}
