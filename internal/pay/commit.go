package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// ErrUnknownCommit is what a DB answers when it was lost after COMMIT had been
// sent: the work was done, or it was not. Whoever repeats it looks for the
// work's own row first (DESIGN §2a).
var ErrUnknownCommit = fault.New(fault.Unavailable, "outcome_unknown",
	"The database was lost while it committed; whether this was done is not known").
	WithHint("Repeat the call with the same idempotency key, or look what became of it first")

func isUnknownCommit(err error) bool { return err != nil && fault.CodeOf(err) == ErrUnknownCommit.Code }

const (
	// commitTries is how often a write is tried again while the database is
	// away. The pauses double, so that all of them together take six seconds:
	// longer than a server needs to fail over or to start again.
	commitTries = 8
	commitPause = 25 * time.Millisecond
)

// Recoverer is an input that finds what its command has committed, by an id
// that was minted for it. A command whose input is none must do no harm when
// it is run twice.
type Recoverer[Out any] interface {
	// Recover gives what the command answered, or false if it was never done.
	Recover(Records) (Out, bool, error)
}

// Found tells a row from an absent one.
func Found[Row any](row Row, err error) (Row, bool, error) {
	if fault.Is(err, fault.NotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

// once runs fn in one transaction. When the database is lost while it commits,
// done looks the work's own row up, and fn runs again only if it is absent; a
// nil done is work that finds its own row itself. Done and fn share a
// transaction, and fn inserts under a unique key, so a commit that was only
// late cannot be done twice either: then fn fails, and done finds the row.
// Errors: fn's own; ErrUnknownCommit when the database stays away.
func (c *Core) once(ctx context.Context, done func(Tx) (bool, error), fn func(Tx) error) error {
	lost := c.write(ctx, fn)
	if !isUnknownCommit(lost) {
		return lost
	}
	for try := range commitTries {
		if !rest(ctx, try) {
			break
		}
		err := c.write(ctx, func(tx Tx) error {
			if done != nil {
				if found, err := done(tx); err != nil || found {
					return err
				}
			}
			return fn(tx)
		})
		// Unavailable is a database that is still away; Internal may be the row
		// of the late commit, which stands in the way of ours.
		if kind := fault.KindOf(err); kind != fault.Unavailable && kind != fault.Internal {
			return err
		}
	}
	return lost
}

// settled runs fn, which must change nothing when it is run again after it was
// done, until it is durable or the database stays away: what a provider has
// said is too dear to be dropped. Neither the shopper's context nor the end of
// the core's life, which cuts calls off, cuts the write.
func (c *Core) settled(fn func(Tx) error) error {
	ctx := context.WithoutCancel(c.life)
	err := c.write(ctx, fn)
	for try := 0; try < commitTries && fault.Is(err, fault.Unavailable) && rest(c.life, try); try++ {
		err = c.write(ctx, fn)
	}
	return err
}

// rest pauses before a try; false when ctx ended first.
func rest(ctx context.Context, try int) bool {
	pause := time.NewTimer(commitPause << try)
	defer pause.Stop()
	select {
	case <-pause.C:
		return true
	case <-ctx.Done():
		return false
	}
}
