package pay

import (
	"context"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay/ledger"
)

func (r Refund) timer(wake time.Time, tries int) Timer {
	return Timer{Kind: TimerRefund, Subject: string(r.ID), Store: r.Store, Env: r.Env, At: wake, WakeAt: wake, Tries: tries}
}

// ExecuteRefund asks the provider to return money, or what became of it, and
// commits the answer. It is what a refund timer runs. The refund's id is the
// provider's idempotency key, so asking twice moves money once.
func (c *Core) ExecuteRefund(ctx context.Context, id RefundID, tries int) error {
	if !c.admit() {
		return nil
	}
	defer c.calls.Done()
	var refund Refund
	var attempt Attempt
	if err := c.View(ctx, func(r Records) (err error) {
		if refund, err = r.Refund(id); err != nil {
			return err
		}
		attempt, err = r.Attempt(refund.Attempt)
		return err
	}); err != nil {
		return err
	}
	if !refund.State.Open() {
		return c.dropTimer(ctx, TimerRefund, string(id))
	}
	provider, err := c.connectorNamed(refund.Connector)
	if err != nil {
		return err
	}
	limit, cancel := context.WithTimeout(c.life, c.callLimit)
	defer cancel()
	result := c.askRefund(limit, provider, refund, attempt)
	now := c.Now()
	return c.settled(func(tx Tx) error { return c.settleRefund(tx, id, result, now, tries) })
}

// askRefund inquires about a refund the provider may have, and asks for one it
// does not.
func (c *Core) askRefund(ctx context.Context, provider connector.Connector, refund Refund, attempt Attempt) connector.Result {
	if refund.State != RefundAsked {
		seen := provider.InquireRefund(ctx, string(refund.ID))
		switch seen.Finding {
		case connector.Found:
			return seen.Result
		case connector.NoAnswer:
			return connector.Result{Outcome: connector.Unknown}
		}
	}
	return provider.Refund(ctx, connector.Refund{
		Reference: string(refund.ID), Charge: attempt.Ref(), Amount: refund.Amount, Reason: string(refund.Origin),
	})
}

var refundStateOf = map[connector.Outcome]RefundState{
	connector.Succeeded: RefundSucceeded,
	connector.Declined:  RefundFailed,
	connector.Rejected:  RefundFailed,
	connector.Pending:   RefundPending,
	connector.Unknown:   RefundUnknown,
}

func (c *Core) settleRefund(tx Tx, id RefundID, result connector.Result, now time.Time, tries int) error {
	refund, err := tx.Refund(id)
	if err != nil {
		return err
	}
	if !refund.State.Open() {
		tx.DropTimer(TimerRefund, string(id))
		return nil
	}
	if result.ProviderID != "" {
		refund.ProviderID = result.ProviderID
	}
	refund.Reason = result.Reason
	// An outcome without a state of its own (not attempted) leaves the refund
	// as it is, to be asked for again.
	if state, ok := refundStateOf[result.Outcome]; ok && state != refund.State {
		if err := refund.move(state, now); err != nil {
			return err
		}
	}
	tx.UpdateRefund(refund)
	switch refund.State {
	case RefundSucceeded:
		tx.DropTimer(TimerRefund, string(id))
		t, err := ledger.FinishRefund(string(id), refund.Connector, refund.Amount)
		return post(tx, refund.Store, refund.Env, now, t, err)
	case RefundFailed:
		tx.DropTimer(TimerRefund, string(id))
		asked, err := ledger.AskLateCaptureRefund(string(id), refund.Amount)
		if err != nil {
			return err
		}
		c.log.Error("a late capture could not be returned; it stays in suspense and needs a person",
			"refund", id, "payment", refund.Payment, "reason", refund.Reason)
		return post(tx, refund.Store, refund.Env, now, ledger.Reverse(ledger.RefundFailed, string(id), asked), nil)
	}
	delay, more := inquiryDelay(tries)
	if !more {
		tx.DropTimer(TimerRefund, string(id))
		c.log.Warn("refund unresolved after the last inquiry; it needs a person", "refund", id)
		return nil
	}
	tx.SetTimer(refund.timer(now.Add(delay), tries+1))
	return nil
}
