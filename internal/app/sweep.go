package app

import (
	"context"
	"time"

	"tillway/internal/store"
	"tillway/internal/webhook"
)

const (
	// sweepEvery is the pause between two sweeps.
	sweepEvery = 10 * time.Minute
	// sweepAge is how long an expired row stays, so that a caller who is a
	// little late is told that its token ran out and not that it is unknown.
	sweepAge = time.Hour
)

// planSweep sets the timer of the first sweep. Of several nodes, whichever
// claims it sweeps.
func (a *App) planSweep(ctx context.Context) error {
	return store.NewSweeper(a.data.main).Plan(ctx, a.core.Now().Add(sweepEvery))
}

// sweep deletes what expired and sets the timer anew.
func (a *App) sweep(ctx context.Context) error { return a.sweepAt(ctx, a.core.Now()) }

func (a *App) sweepAt(ctx context.Context, now time.Time) error {
	return store.NewSweeper(a.data.main).Sweep(ctx, store.SweepTimes{
		Expired: now.Add(-sweepAge), Unused: now.Add(-webhook.ListenerLife), Next: now.Add(sweepEvery),
	})
}
