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
		timer := Timer{Kind: TimerExpiry, Subject: string(id), Store: session.Store, Env: session.Env, At: session.ExpiresAt}
		if now.Before(session.ExpiresAt) {
			timer.WakeAt = session.ExpiresAt
			tx.SetTimer(timer)
			return nil
		}
		if session.Order != "" {
			order, err := tx.Order(session.Order)
			if err != nil {
				return err
			}
			busy, err := isOpen(tx, order)
			if err != nil {
				return err
			}
			if busy {
				timer.WakeAt, timer.Tries = now.Add(expiryPatience(tries)), tries+1
				tx.SetTimer(timer)
				return nil
			}
			if err := abandonUnsent(tx, &order, now); err != nil {
				return err
			}
			if err := order.move(OrderCanceled, now); err != nil {
				return err
			}
			tx.UpdateOrder(order)
		}
		session.Status = SessionEnded
		tx.UpdateSession(session)
		tx.DropTimer(TimerExpiry, string(id))
		return nil
	})
}
