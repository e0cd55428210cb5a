package app

import (
	"context"
	"time"

	"tillway/internal/store"
)

const (
	// retentionEvery is the pause between two runs over the log of deliveries,
	// and retentionSoon the one before a run that goes on where another ended.
	retentionEvery = 10 * time.Minute
	retentionSoon  = time.Second
	// retentionSpan is how long a run may take: less than its timer's lease.
	retentionSpan = 45 * time.Second
)

func (a *App) retention() store.Retention {
	return store.NewRetention(store.RetentionConfig{DB: a.data.main, Now: a.core.Now})
}

// planRetention sets the timer of the first run. Of several nodes, whichever
// claims it works for all.
func (a *App) planRetention(ctx context.Context) error {
	return a.retention().Plan(ctx, a.core.Now().Add(retentionEvery))
}

// logHorizon is the time before which deliveries are too old for the log, zero
// when none ever is. What goes because the log is too big is told by its count.
func (a *App) logHorizon() time.Time {
	if a.config.WebhookLogAge <= 0 {
		return time.Time{}
	}
	return a.core.Now().Add(-a.config.WebhookLogAge)
}

// trimLog deletes what is too old or too much of the log of deliveries, and
// sets the timer anew.
func (a *App) trimLog(ctx context.Context) error {
	keep := store.Keep{Age: a.config.WebhookLogAge, Bytes: int64(a.config.WebhookLogSize)}
	done, err := a.retention().Trim(ctx, keep, a.core.Now().Add(retentionSpan))
	if err != nil {
		return err
	}
	next := retentionEvery
	if !done {
		next = retentionSoon
	}
	return a.retention().Move(ctx, a.core.Now().Add(next))
}
