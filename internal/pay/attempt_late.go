package pay

import (
	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay/ledger"
)

// late books a capture that no order is waiting for to suspense and asks the
// provider to return it. It never completes an order: the buyer was told that
// the purchase did not happen.
func (s *settlement) late() error {
	if err := s.attempt.move(AttemptLate, s.At); err != nil {
		return err
	}
	s.tx.UpdateAttempt(s.attempt)
	captured := s.attempt.Captured
	// The payment keeps its state: it did not pay the order. What moved is on
	// the attempt and in suspense.
	if s.payment.Status == PaymentPending {
		if err := s.payment.move(PaymentFailed, s.At); err != nil {
			return err
		}
		s.tx.UpdatePayment(s.payment)
	}
	if s.order.Payment == s.payment.ID && s.order.Status == OrderPending {
		s.order.Payment, s.order.UpdatedAt = "", s.At
		s.tx.UpdateOrder(s.order)
		if err := s.missed(); err != nil {
			return err
		}
	}
	if captured.IsZero() { // a free order moves no money, so none has to go back
		return nil
	}
	t, err := ledger.CaptureLate(string(s.attempt.ID), s.attempt.Connector, captured)
	if err := post(s.tx, s.attempt.Store, s.attempt.Env, s.At, t, err); err != nil {
		return err
	}
	refund := Refund{
		ID: s.Refund, Store: s.attempt.Store, Env: s.attempt.Env, Payment: s.payment.ID, Attempt: s.attempt.ID,
		Origin: OriginLateCapture, State: RefundApproved, Connector: s.attempt.Connector, Amount: captured,
		Tax: money.Zero(captured.Currency()), AskedBy: AskedBySystem, Row: 1, CreatedAt: s.At, UpdatedAt: s.At,
	}
	s.tx.InsertRefund(refund)
	t, err = refund.asking()
	if err := post(s.tx, refund.Store, refund.Env, s.At, t, err); err != nil {
		return err
	}
	s.tx.SetTimer(refund.timer(s.At, 0))
	return nil
}

// missed tells of an attempt that the order waited for and that did not pay it:
// the provider took another amount. For whoever waits that is a decline.
func (s *settlement) missed() error {
	if err := s.wakeExpiry(); err != nil {
		return err
	}
	s.attempt.Reason = connector.ReasonProviderError // in the step alone
	return s.follow(StepDeclined)
}

// honoured completes a canceled order after all, for a store that wishes it:
// the money goes through suspense, so that the book shows what happened.
func (s *settlement) honoured() error {
	if !s.attempt.Captured.IsZero() {
		t, err := ledger.CaptureLate(string(s.attempt.ID), s.attempt.Connector, s.attempt.Captured)
		if err := post(s.tx, s.attempt.Store, s.attempt.Env, s.At, t, err); err != nil {
			return err
		}
	}
	return s.sold(AttemptLate, func(fact, _ string, total, tax money.Amount) (ledger.Transaction, error) {
		return ledger.HonourLateCapture(fact, total, tax)
	})
}
