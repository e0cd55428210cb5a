package app

import (
	"context"
	"time"
)

// SweepAt sweeps as if it were another time.
func (a *App) SweepAt(ctx context.Context, at time.Time) error { return a.sweepAt(ctx, at) }

// DrainUntil ends the drain delay when done is closed, so that a test need not
// measure it. It is called before Stop.
func (a *App) DrainUntil(done <-chan struct{}) { a.drained = done }
