package pay

import (
	"context"
	"time"

	"tillway/internal/connector"
)

// Inquire asks the provider about one attempt and commits what it says, or
// when to ask next. It is what an inquiry timer runs; running it twice, or
// beside the buyer's own call, does no harm.
func (c *Core) Inquire(ctx context.Context, id AttemptID, tries int) error {
	if !c.admit() {
		return nil // the timer's lease lapses and the next start asks
	}
	defer c.calls.Done()
	var attempt Attempt
	if err := c.View(ctx, func(r Records) (err error) {
		attempt, err = r.Attempt(id)
		return err
	}); err != nil {
		return err
	}
	if !attempt.State.Open() && attempt.WatchUntil.IsZero() {
		return c.dropTimer(ctx, TimerInquiry, string(id))
	}
	provider, err := c.connectorNamed(attempt.Connector)
	if err != nil {
		return err
	}
	limit, cancel := context.WithTimeout(c.life, c.callLimit)
	defer cancel()
	asked := c.Now() // what is seen is as old as the question at most
	seen := provider.Inquire(limit, attempt.Ref())
	caps := provider.Describe()
	minted := c.mintSettlement()
	minted.Inquired = true
	return c.settled(func(tx Tx) error {
		// Nothing is decided on what was read before the call.
		before, err := tx.Attempt(id)
		if err != nil {
			return err
		}
		if verdict, certain := judge(seen, caps, !asked.Before(c.believable(before, caps))); certain {
			if err := c.settle(tx, before, verdict, minted); err != nil {
				return err
			}
		}
		after, err := tx.Attempt(id)
		if err != nil {
			return err
		}
		switch {
		case after.State.Open():
			c.askAgain(tx, after, caps, seen.Result.ExpiresAt, minted.At, tries)
		case before.State.Open() || after.State.Captured():
			// The settlement has dropped the timer, or set it for the watch.
		case asked.Before(after.WatchUntil), seen.Finding == connector.NoAnswer:
			// The last look must be one that was answered.
			c.askAgain(tx, after, caps, seen.Result.ExpiresAt, minted.At, tries)
		default:
			tx.DropTimer(TimerInquiry, string(id))
		}
		return nil
	})
}

// judge reads an observation. certain is false while it decides nothing: the
// provider gave no answer, or does not know an attempt that it may still book
// (see believable).
func judge(seen connector.Observation, caps connector.Capabilities, believable bool) (connector.Result, bool) {
	switch seen.Finding {
	case connector.Found:
		return seen.Result, true
	case connector.NotFound:
		if caps.InquiryByReference && believable {
			return connector.Result{
				Outcome: connector.Declined, Decline: connector.Soft, Reason: connector.ReasonProviderError,
				Message: "The provider never booked this attempt",
			}, true
		}
	}
	return connector.Result{}, false
}

// askAgain sets the timer for the next inquiry: by the schedule, and no later
// than the moment at which the answer can change: when "not found" becomes an
// answer, when the provider gives up (expires), or when the watch ends. Asking
// before such a moment takes no place in the schedule, so that restarts, each
// of which asks at once, do not use it up. After the schedule only a person
// can resolve the attempt; it stays visible.
func (c *Core) askAgain(tx Tx, attempt Attempt, caps connector.Capabilities, expires, now time.Time, tries int) {
	next := tries + 1
	delay, more := inquiryDelay(next)
	if !more && now.Before(attempt.CalledAt.Add(inquirySpan)) {
		// Asked more often than the schedule says, and not for as long.
		next, delay, more = tries, inquiryDelays[len(inquiryDelays)-1], true
	}
	if !more {
		tx.DropTimer(TimerInquiry, string(attempt.ID))
		c.log.Warn("outcome unknown after the last inquiry; it needs a person",
			"attempt", attempt.ID, "payment", attempt.Payment, "connector", attempt.Connector)
		return
	}
	wake := now.Add(delay)
	for _, sooner := range []time.Time{c.believable(attempt, caps), expires, attempt.WatchUntil} {
		if sooner.After(now) && sooner.Before(wake) {
			wake, next = sooner, tries
		}
	}
	tx.SetTimer(c.inquiryTimer(attempt, wake, next))
}

// believable is when "not found" becomes an answer for the attempt. One whose
// call has not come back may have been sent as late as the call's limit allows.
func (c *Core) believable(attempt Attempt, caps connector.Capabilities) time.Time {
	sent := attempt.CalledAt
	if attempt.State == AttemptCalling {
		sent = sent.Add(c.callLimit)
	}
	return sent.Add(caps.MaxBlock + skew)
}

func (c *Core) dropTimer(ctx context.Context, kind TimerKind, subject string) error {
	return c.write(ctx, func(tx Tx) error {
		tx.DropTimer(kind, subject)
		return nil
	})
}
