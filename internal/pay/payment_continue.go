package pay

import (
	"context"

	"tillway/internal/connector"
)

// Continuation is the input of Core.Continue: what the buyer did at a challenge.
type Continuation struct {
	Session SessionID
	Visitor string
	Input   connector.CustomerInput
}

// Continue hands the buyer's answer to the provider and commits the result. An
// attempt that no longer waits for the buyer is left alone.
// Errors: ErrSessionNotFound, ErrOtherVisitor, Unavailable while stopping.
func (c *Core) Continue(ctx context.Context, in Continuation) error {
	return c.detached(ctx, "The server is restarting", func() error { return c.resume(ctx, in) })
}

func (c *Core) resume(ctx context.Context, in Continuation) error {
	var attempt Attempt
	err := c.View(ctx, func(r Records) error {
		session, err := r.Session(in.Session)
		if err != nil || session.Order == "" {
			return err
		}
		order, err := r.Order(session.Order)
		if err != nil || order.Payment == "" {
			return err
		}
		attempt, err = r.LastAttempt(order.Payment)
		return err
	})
	if err != nil || attempt.State != AttemptRequiresAction {
		return err
	}
	if attempt.Visitor != in.Visitor {
		return ErrOtherVisitor
	}
	provider, err := c.connectorNamed(attempt.Connector)
	if err != nil {
		return err
	}
	limit, cancel := context.WithTimeout(c.life, c.callLimit)
	defer cancel()
	result := provider.Continue(limit, attempt.Ref(), in.Input)
	minted := c.mintSettlement()
	minted.Answered = true
	return c.settleAttempt(attempt.ID, result, minted)
}
