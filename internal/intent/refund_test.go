package intent_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestAWholeRefund(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustPaid(t, "ORD1")
		asked := s.mustAsk(t, made, 0)
		if asked.State != pay.RefundRequested || asked.Amount != made.Amount || asked.Intent != made.ID {
			t.Errorf("asked for %+v", asked)
		}
		wantStatus(t, s, made, intent.RefundRequested)
		paytest.MustRun(t, s.Core, pay.ApproveRefund, s.decision(asked))
		wantStatus(t, s, made, intent.RefundRequested)
		s.PlayTimers(t)
		wantStatus(t, s, made, intent.Refunded)
		wantTold(t, s, "order.completed: Pending → Completed ()",
			"intent.status_changed: Completed → RefundRequested (Customer requested refund)",
			"refund.succeeded: RefundRequested → Refunded (Customer requested refund)")
		_, err := s.ask(t, made, 0)
		wantCode(t, err, fault.State, "invalid_state")
	})
}

// Parts of the money leave the status alone until they are the whole.
func TestRefundsInParts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustPaid(t, "ORD1")
		first := s.mustAsk(t, made, 40_000)
		wantStatus(t, s, made, intent.Completed)
		paytest.MustRun(t, s.Core, pay.ApproveRefund, s.decision(first))
		s.PlayTimers(t)
		wantStatus(t, s, made, intent.Completed)
		_, err := s.ask(t, made, 60_001)
		wantCode(t, err, fault.State, "refund_exceeds_charge")
		rest := s.mustAsk(t, made, 0)
		if rest.Amount.Minor() != 60_000 {
			t.Errorf("what is left is %s", rest.Amount)
		}
		wantStatus(t, s, made, intent.RefundRequested)
		_, err = s.ask(t, made, 1_000)
		wantCode(t, err, fault.State, "invalid_state")
		paytest.MustRun(t, s.Core, pay.ApproveRefund, s.decision(rest))
		s.PlayTimers(t)
		wantStatus(t, s, made, intent.Refunded)
		if told := s.told(t); len(told) != 3 {
			t.Errorf("told %q", told)
		}
	})
}

func TestARefundThatIsTakenBackOrRejectedLeavesTheTransactionCompleted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustPaid(t, "ORD1")
		withdraw := func(refund intent.Refund) bool {
			return paytest.MustRun(t, s.Core, s.intents.WithdrawRefund, intent.RefundWithdrawal{ID: refund.ID, Actor: s.actor(), At: s.Core.Now()})
		}
		asked := s.mustAsk(t, made, 0)
		if !withdraw(asked) {
			t.Error("a refund that nobody decided was not taken back")
		}
		wantStatus(t, s, made, intent.Completed)
		if withdraw(asked) {
			t.Error("a refund was taken back twice")
		}
		asked = s.mustAsk(t, made, 0)
		paytest.MustRun(t, s.Core, pay.RejectRefund, s.decision(asked))
		wantStatus(t, s, made, intent.Completed)
		asked = s.mustAsk(t, made, 0)
		paytest.MustRun(t, s.Core, pay.ApproveRefund, s.decision(asked))
		if withdraw(asked) {
			t.Error("an approved refund was taken back")
		}
		want := []string{
			"order.completed: Pending → Completed ()",
			"intent.status_changed: Completed → RefundRequested (Customer requested refund)",
			"intent.status_changed: RefundRequested → Completed ()",
			"intent.status_changed: Completed → RefundRequested (Customer requested refund)",
			"intent.status_changed: RefundRequested → Completed (Worn)",
			"intent.status_changed: Completed → RefundRequested (Customer requested refund)",
		}
		if got := s.told(t); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

// What an operator asks for is not the store's to take back, and is told all the
// same.
func TestARefundOfTheOperator(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustPaid(t, "ORD1")
		asked := paytest.MustRun(t, s.Core, pay.RequestRefund, pay.RefundRequest{
			ID: pay.RefundID(s.IDs.New("REF")), Actor: pay.System(pay.Test), By: "Ann", Payment: made.Payment, Wait: true, At: s.Core.Now(),
		})
		wantStatus(t, s, made, intent.RefundRequested)
		if paytest.MustRun(t, s.Core, s.intents.WithdrawRefund, intent.RefundWithdrawal{ID: asked.ID, Actor: s.actor(), At: s.Core.Now()}) {
			t.Error("the operator's refund was taken back by the store")
		}
	})
}

func TestARefundThatTheProviderRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		s.mustTellStory(t, made, "refund_fails")
		asked := s.mustAsk(t, s.mustRead(t, made), 0)
		paytest.MustRun(t, s.Core, pay.ApproveRefund, s.decision(asked))
		s.PlayTimers(t)
		wantStatus(t, s, made, intent.RefundRequested)
		s.Clock.Advance(time.Hour)
		s.PlayTimers(t)
		found := s.mustRead(t, made)
		if found.Status != intent.RefundFailed || found.Reason == "" {
			t.Errorf("the transaction is %s (%s)", found.Status, found.Reason)
		}
		told := []string{
			"order.completed: Pending → Completed ()",
			"intent.status_changed: Completed → RefundRequested (Customer requested refund)",
			"refund.failed: RefundRequested → RefundFailed (" + found.Reason + ")",
		}
		wantTold(t, s, told...)
		// The store asks for nothing more (spec/waypay.md §4.7, §5).
		for _, minor := range []int64{0, 1_000} {
			_, err := s.ask(t, found, minor)
			wantCode(t, err, fault.State, "invalid_state")
		}
	})
}

// What the store has asked for reserves nothing, so that the operator may have
// returned everything before it is decided.
func TestARequestThatIsDecidedAfterEverythingHasGoneBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustPaid(t, "ORD1")
		first, second := s.mustAsk(t, made, 40_000), s.mustAsk(t, made, 30_000)
		paytest.MustRun(t, s.Core, pay.RequestRefund, pay.RefundRequest{
			ID: pay.RefundID(s.IDs.New("REF")), Actor: pay.System(pay.Test), By: "Ann", Payment: made.Payment, Reason: "Returned by hand", At: s.Core.Now(),
		})
		s.PlayTimers(t)
		wantStatus(t, s, made, intent.Refunded)
		paytest.MustRun(t, s.Core, pay.RejectRefund, s.decision(first))
		if !paytest.MustRun(t, s.Core, s.intents.WithdrawRefund, intent.RefundWithdrawal{ID: second.ID, Actor: s.actor(), At: s.Core.Now()}) {
			t.Error("a refund that nobody decided was not taken back")
		}
		wantStatus(t, s, made, intent.Refunded)
		if n := s.Int(t, `SELECT COUNT(*) FROM refunds WHERE state IN ('rejected', 'withdrawn')`); n != 2 {
			t.Errorf("%d refunds are rejected or withdrawn", n)
		}
	})
}

// reluctant is a provider that refuses the first refund that it is asked for.
type reluctant struct {
	connector.Connector
	refused atomic.Bool
}

func (r *reluctant) Refund(ctx context.Context, refund connector.Refund) connector.Result {
	if !r.refused.Swap(true) {
		return connector.Result{Outcome: connector.Declined, Decline: connector.Soft, Reason: connector.ReasonProviderError}
	}
	return r.Connector.Refund(ctx, refund)
}

// After a refund that failed the operator may still return the money; the status
// is left alone until all of it has gone back.
func TestTheOperatorMayReturnWhatTheProviderRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustPaid(t, "ORD1")
		paytest.MustRun(t, s.Core, pay.ApproveRefund, s.decision(s.mustAsk(t, made, 0)))
		s.PlayTimers(t)
		wantStatus(t, s, made, intent.RefundFailed)
		for i, want := range []intent.Status{intent.RefundFailed, intent.Refunded} {
			paytest.MustRun(t, s.Core, pay.RequestRefund, pay.RefundRequest{
				ID: pay.RefundID(s.IDs.New("REF")), Actor: pay.System(pay.Test), By: "Ann", Payment: made.Payment,
				Amount: money.New([]int64{40_000, 60_000}[i], "PKR"), Reason: "Returned by hand", At: s.Core.Now(),
			})
			wantStatus(t, s, made, intent.RefundFailed)
			s.PlayTimers(t)
			wantStatus(t, s, made, want)
		}
		if told := s.told(t); told[len(told)-1] != "refund.succeeded: RefundFailed → Refunded (Returned by hand)" || len(told) != 4 {
			t.Errorf("told %q", told)
		}
	}, func(cfg *pay.Config) {
		cfg.Connectors = []connector.Connector{&reluctant{Connector: cfg.Connectors[0]}}
	})
}

func TestWhatCannotBeRefunded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		pending := s.mustCreate(t, s.input("ORD1"))
		_, err := s.ask(t, pending, 0)
		wantCode(t, err, fault.State, "invalid_state")
		s.mustPress(t, pending, declinedCard)
		_, err = s.ask(t, pending, 0)
		wantCode(t, err, fault.State, "invalid_state")
		_, err = s.ask(t, intent.Intent{TxnRef: "WPAYAAAAAAAAAAAAAAAA"}, 0)
		wantCode(t, err, fault.NotFound, "transaction_not_found")
		paid := s.mustPaid(t, "ORD2")
		_, err = s.ask(t, paid, 999)
		wantCode(t, err, fault.State, "amount_too_low")
		s.mustAsk(t, paid, 1_000)
	})
}

func TestARefundBelongsToItsStoreAndDialect(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		asked := s.mustAsk(t, s.mustPaid(t, "ORD1"), 0)
		stranger, live := s.actor(), s.actor()
		stranger.Store, live.Env = "STO_other", pay.Prod
		for _, actor := range []pay.Actor{stranger, live} {
			_, err := pay.Run(t.Context(), s.Core, s.intents.WithdrawRefund, intent.RefundWithdrawal{ID: asked.ID, Actor: actor, At: s.Core.Now()})
			wantCode(t, err, fault.NotFound, "refund_not_found")
		}
		session := s.MustOpen(t)
		s.MustPlace(t, session)
		look := s.MustLook(t, session, "me")
		if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", look.Turn, goodCard)); err != nil {
			t.Fatal(err)
		}
		other := paytest.MustRun(t, s.Core, pay.RequestRefund, pay.RefundRequest{
			ID: pay.RefundID(s.IDs.New("REF")), Actor: s.Actor(), Payment: s.MustLook(t, session, "me").Payment.ID, Wait: true, At: s.Core.Now(),
		})
		err := s.Core.View(t.Context(), func(r pay.Records) error {
			_, err := s.intents.LookAtRefund(r, s.actor(), other.ID)
			return err
		})
		wantCode(t, err, fault.NotFound, "refund_not_found")
	})
}
