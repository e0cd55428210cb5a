package pay

import (
	"context"
	"time"
)

// mostExpiryPatience bounds expiryPatience.
const mostExpiryPatience = time.Hour

// expiryPatience is how long to wait before looking again at a session whose
// attempt is still open when its time is up: as long as the inquiries about it
// wait, and ever longer, because the end of the attempt wakes the timer anyway
// (see settlement.wakeExpiry). Looking is for an end that was missed.
func expiryPatience(tries int) time.Duration {
	delay, more := inquiryDelay(tries + 1)
	if !more {
		return mostExpiryPatience
	}
	return min(delay, mostExpiryPatience)
}

// Expire ends a session whose time is up and cancels its pending order. It is
// what an expiry timer runs. While an attempt is open, or its outcome unknown,
// nothing expires (DESIGN §3 rule 5); the timer is set again.
func (c *Core) Expire(ctx context.Context, id SessionID, tries int) error {
	now := c.Now()
	return c.write(ctx, func(tx Tx) error {
		session, err := tx.Session(id)
		if err != nil {
			return err
		}
		if session.Status != SessionOpen {
			tx.DropTimer(TimerExpiry, string(id))
			return nil
		}
		if now.Before(session.ExpiresAt) {
			tx.setExpiry(session)
			return nil
		}
		order, err := session.openOrder(tx)
		if err != nil {
			return err
		}
		busy, err := isOpen(tx, order)
		if err != nil {
			return err
		}
		if busy {
			tx.SetTimer(Timer{
				Kind: TimerExpiry, Subject: string(id), Store: session.Store, Env: session.Env, At: session.ExpiresAt,
				WakeAt: now.Add(expiryPatience(tries)), Tries: tries + 1,
			})
			return nil
		}
		if err := endSale(tx, id, now); err != nil {
			return err
		}
		_, err = endedSale(tx, StepExpired, id, now)
		return err
	})
}

// setExpiry has the session end when its time is up.
func (tx Tx) setExpiry(s Session) {
	tx.SetTimer(Timer{Kind: TimerExpiry, Subject: string(s.ID), Store: s.Store, Env: s.Env, At: s.ExpiresAt, WakeAt: s.ExpiresAt})
}
