package pay

import "context"

// TrialQuestion asks whether a buyer of a session would begin with a trial.
type TrialQuestion struct {
	Session SessionID
	Actor   Actor
}

// Trial is the answer. Days is 0 when there is none.
type Trial struct {
	Eligible bool
	Days     int64
}

// PreviewTrial answers for an open session. Trials belong to subscriptions, so
// a one-time product never has one (spec/pancake.md §5.9).
// Errors: ErrSessionNotFound, also for a session of another store or
// environment; ErrSessionExpired.
func (c *Core) PreviewTrial(ctx context.Context, in TrialQuestion) (Trial, error) {
	return Trial{}, c.View(ctx, func(r Records) error {
		session, err := r.Session(in.Session)
		if err != nil {
			return err
		}
		if session.Store != in.Actor.Store || session.Env != in.Actor.Env {
			return ErrSessionNotFound
		}
		if session.Status != SessionOpen || session.Expired(c.Now()) {
			return ErrSessionExpired
		}
		return nil
	})
}
