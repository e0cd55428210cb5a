package pay

import (
	"cmp"
	"context"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay/ledger"
)

func (r Refund) timer(wake time.Time, tries int) Timer {
	return Timer{Kind: TimerRefund, Subject: string(r.ID), Store: r.Store, Env: r.Env, At: wake, WakeAt: wake, Tries: tries}
}

// ExecuteRefund asks the provider to return money, or what became of it, and
// commits the answer. It is what a refund timer runs, and what may be called
// with tries 0 as soon as an approval is durable. The refund's id is the
// provider's idempotency key, so asking twice moves money once.
// Errors: ErrRefundNotFound; those of the database; Internal for a connector
// that is not there.
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
	minted := mintedRefund{Event: EventID(c.ids.New("EVT")), At: c.Now(), Tries: tries}
	return c.settled(func(tx Tx) error { return c.settleRefund(tx, id, result, minted) })
}

// askRefund inquires about a refund the provider may have, and asks for one it
// does not.
func (c *Core) askRefund(ctx context.Context, provider connector.Connector, refund Refund, attempt Attempt) connector.Result {
	if refund.State != RefundApproved {
		seen := provider.InquireRefund(ctx, string(refund.ID))
		switch seen.Finding {
		case connector.Found:
			return seen.Result
		case connector.NoAnswer:
			return connector.Result{Outcome: connector.Unknown}
		}
	}
	return provider.Refund(ctx, connector.Refund{
		Reference: string(refund.ID), Charge: attempt.Ref(), Amount: refund.Amount, Reason: cmp.Or(refund.Reason, string(refund.Origin)),
	})
}

// asking is the posting of a refund that is asked of the provider. There is no
// holding period, so that a sale's money is still pending.
func (r Refund) asking() (ledger.Transaction, error) {
	if r.Origin == OriginLateCapture {
		return ledger.AskLateCaptureRefund(string(r.ID), r.Amount)
	}
	return ledger.AskRefund(string(r.ID), ledger.StorePending, r.Amount, r.Tax)
}

var refundStateOf = map[connector.Outcome]RefundState{
	connector.Succeeded: RefundSucceeded,
	connector.Declined:  RefundFailed,
	connector.Rejected:  RefundFailed,
	connector.Pending:   RefundPending,
	connector.Unknown:   RefundUnknown,
}

// mintedRefund is what the settlement of a refund may need, made before the
// transaction.
type mintedRefund struct {
	Event EventID
	At    time.Time
	Tries int // wakes of the timer so far
}

func (c *Core) settleRefund(tx Tx, id RefundID, result connector.Result, minted mintedRefund) error {
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
	// An outcome without a state of its own (not attempted) leaves the refund
	// as it is, to be asked for again.
	if state, ok := refundStateOf[result.Outcome]; ok && state != refund.State {
		if err := refund.move(state, minted.At); err != nil {
			return err
		}
	}
	if refund.State == RefundFailed {
		refund.Failure = result.Reason
	}
	tx.UpdateRefund(refund)
	if refund.State.Resolved() {
		tx.DropTimer(TimerRefund, string(id))
		return c.concludeRefund(tx, refund, minted)
	}
	delay, more := inquiryDelay(minted.Tries)
	if !more {
		tx.DropTimer(TimerRefund, string(id))
		c.log.Warn("refund unresolved after the last inquiry; it needs a person", "refund", id)
		return nil
	}
	tx.SetTimer(refund.timer(minted.At.Add(delay), minted.Tries+1))
	return nil
}

// concludeRefund books what the provider made of a refund: money that went
// back leaves what is in transit, and a refusal takes the asking back.
func (c *Core) concludeRefund(tx Tx, refund Refund, minted mintedRefund) error {
	t, err := ledger.FinishRefund(string(refund.ID), refund.Connector, refund.Amount)
	if refund.State == RefundFailed {
		var asked ledger.Transaction
		if asked, err = refund.asking(); err == nil {
			t = ledger.Reverse(ledger.RefundFailed, string(refund.ID), asked)
		}
	}
	if err := post(tx, refund.Store, refund.Env, minted.At, t, err); err != nil {
		return err
	}
	if refund.Origin == OriginSale {
		return announceRefund(tx, refund, minted)
	}
	if refund.State == RefundFailed {
		c.log.Error("a late capture could not be returned; it stays in suspense and needs a person",
			"refund", refund.ID, "payment", refund.Payment, "reason", refund.Failure)
	}
	return nil
}

// announceRefund gives the payment its reservation back, as refunded or as
// refundable again, and tells of it. The order's row is written although nothing
// else of it changes: its version puts this event behind the sale and behind
// every other refund of the order.
func announceRefund(tx Tx, refund Refund, minted mintedRefund) error {
	payment, err := tx.Payment(refund.Payment)
	if err != nil {
		return err
	}
	order, err := tx.Order(payment.Order)
	if err != nil {
		return err
	}
	store, err := tx.StoreEver(refund.Store)
	if err != nil {
		return err
	}
	if err := payment.release(refund); err != nil {
		return err
	}
	payment.UpdatedAt, order.UpdatedAt = minted.At, minted.At
	tx.UpdatePayment(payment)
	tx.UpdateOrder(order)
	session, err := tx.Session(order.Session)
	if err != nil {
		return err
	}
	sale, err := saleOf(tx, store, session, order, payment)
	if err != nil {
		return err
	}
	what, step := RefundDone, StepRefundDone
	if refund.State == RefundFailed {
		what, step = RefundNotDone, StepRefundFailed
	}
	noun, err := tx.follow(Step{Kind: step, Session: session, Order: order, Payment: payment, Refund: refund, At: minted.At})
	if err != nil {
		return err
	}
	return tx.Emit(Event{
		ID: minted.Event, Store: refund.Store, Env: refund.Env, Type: what, Key: string(refund.ID), At: minted.At,
		Sale: &sale, Refund: &refund, Dialect: order.Dialect, Noun: noun,
	})
}

// release ends the reservation of a refund that the provider has done or
// refused. Errors: those of money.
func (p *Payment) release(refund Refund) (err error) {
	if p.Refunding, err = p.Refunding.Sub(refund.Amount); err != nil {
		return err
	}
	if refund.State == RefundSucceeded {
		p.Refunded, err = p.Refunded.Add(refund.Amount)
		return err
	}
	p.RefundTax, err = p.RefundTax.Sub(refund.Tax)
	return err
}
