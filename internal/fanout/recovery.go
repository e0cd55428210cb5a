package fanout

import (
	"context"
	"log/slog"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// RecoveryConfig is what a Recoverer is made of.
type RecoveryConfig struct {
	DB     pay.DB
	Fanout *Fanout
	Wake   func() // tells the dispatcher that rows are due
	Now    func() time.Time
	Log    *slog.Logger // slog.Default when nil
}

// Recoverer carries recoveries on. It has no state of its own: everything that
// it knows is in the recovery's row and its timer.
type Recoverer struct{ config RecoveryConfig }

// NewRecoverer makes a Recoverer.
func NewRecoverer(config RecoveryConfig) *Recoverer {
	if config.Log == nil {
		config.Log = slog.Default()
	}
	return &Recoverer{config}
}

// Run does one page of a recovery, as its timer asks, and sets the timer for
// the next one or drops it, all in one transaction: what a crash cuts off has
// not happened. One page each time lets other timers have their turns, and a
// recovery be canceled or the server be stopped between two pages. A recovery
// that is over, or gone, needs no timer.
func (r *Recoverer) Run(ctx context.Context, id webhook.RecoveryID) error {
	now := r.config.Now()
	var next webhook.Recovery
	err := r.config.DB.Write(ctx, func(records pay.Records) (err error) {
		next, err = r.page(records, id, now)
		return err
	})
	if err != nil {
		return err
	}
	if next.State == webhook.RecoveryDone {
		r.config.Log.Info("recovery done", "recovery", next.ID, "kind", next.Kind, "store", next.Store, "env", next.Env,
			"found", next.Found, "done", next.Done, "skipped", next.Skipped)
	}
	return nil
}

func (r *Recoverer) page(records pay.Records, id webhook.RecoveryID, now time.Time) (webhook.Recovery, error) {
	tx := r.config.Fanout.config.Tx(records)
	read, err := tx.Recovery(id)
	if fault.Is(err, fault.NotFound) {
		records.DropTimer(webhook.RecoveryTimer, string(id))
		return webhook.Recovery{}, nil
	}
	if err != nil {
		return webhook.Recovery{}, err
	}
	if read.State != webhook.RecoveryRunning {
		records.DropTimer(webhook.RecoveryTimer, string(id))
		return webhook.Recovery{}, nil
	}
	var page webhook.Page
	if read.Kind == webhook.ReplayMissed {
		page, err = r.config.Fanout.replayPage(records, read, now)
	} else {
		page, err = webhook.RecoverPage(tx, read, now)
	}
	if err != nil {
		return webhook.Recovery{}, err
	}
	next, err := read.Advance(tx, page, now)
	if err != nil {
		return webhook.Recovery{}, err
	}
	if page.Over {
		records.DropTimer(webhook.RecoveryTimer, string(id))
	} else {
		wake := now.Add(webhook.RecoveryPause)
		records.SetTimer(pay.Timer{
			Kind: webhook.RecoveryTimer, Subject: string(id), Store: pay.StoreID(read.Store), Env: pay.Env(read.Env), At: wake, WakeAt: wake,
		})
	}
	if page.Done > 0 {
		records.OnCommit(r.config.Wake)
	}
	return next, nil
}
