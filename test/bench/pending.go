package main

import (
	"context"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// pendingQueues is how many endpoints the pending retries belong to.
const pendingQueues = 1000

// measurePending empties the same backlog twice: in a database with nothing
// else in it, and in one in which a million retries wait for their time.
func measurePending(ctx context.Context, b *bench) error {
	empty, _, err := drainBeside(ctx, b, 0)
	if err != nil {
		return err
	}
	crowded, memory, err := drainBeside(ctx, b, b.pending)
	if err != nil {
		return err
	}
	say("HMAC deliveries beside an empty queue:             %8.0f /s", empty)
	say("HMAC deliveries beside %9d pending retries:  %8.0f /s   %3.0f %% of it (bar: 90 %%)", b.pending, crowded, 100*crowded/empty)
	say("  memory of the sender: at most %d MB (bar: 200 MB)", memory)
	return nil
}

// drainBeside empties a backlog of 32,000 over 64 endpoints while so many
// retries of other endpoints are not yet due.
func drainBeside(ctx context.Context, b *bench, pending int) (perSecond float64, memoryMB int, err error) {
	r, err := newRig(ctx, webhook.StandardScheme)
	if err != nil {
		return 0, 0, err
	}
	defer r.stop()
	if pending > 0 {
		waiting, err := r.addEndpoints(ctx, pendingQueues, b.hostileURLs[0])
		if err != nil {
			return 0, 0, err
		}
		if err := r.backlogAt(ctx, waiting, pending/pendingQueues, time.Now().Add(time.Hour)); err != nil {
			return 0, 0, err
		}
	}
	const each = 500
	endpoints, err := r.addEndpoints(ctx, 64, b.sink.url)
	if err != nil {
		return 0, 0, err
	}
	if err := r.backlog(ctx, endpoints, each); err != nil {
		return 0, 0, err
	}
	if err := forgetPeak(); err != nil {
		return 0, 0, err
	}
	perSecond, err = r.drain(ctx, b, 64*each)
	return perSecond, peakMB(), err
}

// drain starts the dispatcher and returns its rate over a backlog of that many
// due deliveries.
func (r *rig) drain(ctx context.Context, b *bench, count int64) (perSecond float64, err error) {
	before, err := b.sink.count()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	r.dispatcher.Start(ctx)
	// The receiver's count is asked for while it lasts, because counting rows
	// would load what is measured; the rows have the last word.
	for received := int64(0); received < count; {
		time.Sleep(20 * time.Millisecond)
		after, err := b.sink.count()
		if err != nil {
			return 0, err
		}
		received = after - before
	}
	for left := int64(1); left > 0; time.Sleep(2 * time.Millisecond) {
		if left, err = r.open(ctx, b.sink.url); err != nil {
			return 0, err
		}
	}
	return float64(count) / time.Since(start).Seconds(), nil
}

// open counts the endpoints at a URL that still have something to get.
func (r *rig) open(ctx context.Context, url string) (n int64, err error) {
	err = r.db.Read(ctx, func(q sqldb.Querier) error {
		return q.QueryRow(`SELECT COUNT(*) FROM webhook_endpoints e WHERE e.url = $1 AND EXISTS
			(SELECT 1 FROM webhook_deliveries d WHERE d.queue_id = e.id AND d.wake_at > 0)`, url).Scan(&n)
	})
	return n, err
}
