package pay

import "context"

// Identification is the input of Identify: a session token shown by the page
// of a checkout.
type Identification struct {
	Session SessionID
	Actor   Actor // ByBuyer
}

// Identify binds the buyer's identity to an open session that has no order
// yet, while the token is fresh: the buyer may then take their time.
// Errors: ErrSessionNotFound (also for a token of another store or
// environment), ErrSessionExpired.
func Identify(_ context.Context, tx Tx, in Identification) (Session, error) {
	session, err := tx.Session(in.Session)
	if err != nil {
		return Session{}, err
	}
	if in.Actor.Kind != ByBuyer || session.Store != in.Actor.Store || session.Env != in.Actor.Env {
		return Session{}, ErrSessionNotFound
	}
	if session.Status != SessionOpen {
		return Session{}, ErrSessionExpired
	}
	if session.Identity == in.Actor.Buyer || session.Order != "" {
		return session, nil
	}
	session.Identity = in.Actor.Buyer
	tx.UpdateSession(session)
	return session, nil
}
