package link_test

import (
	"strings"
	"testing"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

var reason = strings.Repeat("because ", 20)

func (s *shop) newRefund(reference string, amount int64) link.RefundRequest {
	return link.RefundRequest{
		ID: pay.RefundID(s.IDs.New(id.Refund)), Actor: s.actor(), Reference: reference, Amount: dinars(amount), Reason: reason,
		Method: "QiCard", Account: "4242", At: s.Core.Now(),
	}
}

func (s *shop) mustAskRefund(t testing.TB, reference string, amount int64) link.Refund {
	t.Helper()
	return paytest.MustRun(t, s.Core, link.RequestRefund, s.links.RefundCreation(s.newRefund(reference, amount)))
}

// mustApprove decides for a refund, and lets the provider return the money.
func (s *shop) mustApprove(t testing.TB, refund link.Refund) {
	t.Helper()
	paytest.MustRun(t, s.Core, pay.ApproveRefund, pay.RefundDecision{ID: refund.ID, Actor: pay.System(pay.Test), By: "Ann", At: s.Core.Now()})
	s.PlayTimers(t)
}

func (s *shop) mustSeeRefund(t testing.TB, id pay.RefundID) (seen link.Refund) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		seen, err = s.links.Rows(r).Refund(id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func TestRefundsOfALink(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		paid := s.mustPay(t, "order-1")
		asked := s.mustAskRefund(t, "order-1", 4_000)
		if asked.Status() != link.RefundRequested || asked.Method != "QiCard" || asked.Account != "4242" || asked.Link != paid.ID ||
			asked.Reference != "order-1" || asked.AskedBy != pay.AskedByMerchant || asked.Reason != reason {
			t.Errorf("asked %+v", asked)
		}
		second := s.mustAskRefund(t, "order-1", 6_000) // both open: together they fit
		for name, c := range map[string]struct {
			in   link.RefundRequest
			code string
		}{
			"more than is left beside them": {s.newRefund("order-1", 1_000), "refund_exceeds_charge"},
			"of a link that is not paid":    {s.newRefund(s.mustCreate(t, "unpaid").Reference, 1_000), "link_not_paid"},
			"of a link that there is not":   {s.newRefund("unknown", 1_000), "link_not_found"},
		} {
			if _, err := pay.Run(t.Context(), s.Core, link.RequestRefund, s.links.RefundCreation(c.in)); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		withdraw := func(id pay.RefundID, actor pay.Actor) (link.Refund, error) {
			return pay.Run(t.Context(), s.Core, s.links.WithdrawRefund, link.RefundWithdrawal{ID: id, Actor: actor, At: s.Core.Now()})
		}
		stranger := pay.Actor{Kind: pay.ByStore, Store: "STO_other"}
		if _, err := withdraw(second.ID, stranger); fault.CodeOf(err) != "refund_not_found" {
			t.Errorf("a stranger's withdrawal: %v", err)
		}
		if taken, err := withdraw(second.ID, s.actor()); err != nil || taken.Status() != link.RefundCancelled {
			t.Errorf("withdrawn: %s, %v", taken.Status(), err)
		}
		if _, err := withdraw(second.ID, s.actor()); !fault.Is(err, fault.State) {
			t.Errorf("withdrawn again: %v", err)
		}
		paytest.MustRun(t, s.Core, pay.RejectRefund, pay.RefundDecision{ID: asked.ID, Actor: pay.System(pay.Test), By: "Ann", Note: "No", At: s.Core.Now()})
		if seen := s.mustSeeRefund(t, asked.ID); seen.Status() != link.RefundRejected {
			t.Errorf("rejected: %s", seen.Status())
		}
		if _, err := withdraw(asked.ID, s.actor()); !fault.Is(err, fault.State) {
			t.Errorf("withdrawn after a decision: %v", err)
		}
		s.mustBe(t, "order-1", link.Complete)
	})
}

func TestARefundOfTheOperatorIsTheLinksToo(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		paid := s.mustPay(t, "order-1")
		made := paytest.MustRun(t, s.Core, pay.RequestRefund, pay.RefundRequest{
			ID: pay.RefundID(s.IDs.New(id.Refund)), Actor: pay.System(pay.Test), By: "Ann", Payment: paid.Payment, Reason: "Kindness", At: s.Core.Now(),
		})
		if seen := s.mustSeeRefund(t, made.ID); seen.Status() != link.RefundRequested || seen.AskedBy != pay.AskedByOperator || seen.Method != "" {
			t.Errorf("approved: %+v", seen)
		}
		if _, err := pay.Run(t.Context(), s.Core, s.links.WithdrawRefund, link.RefundWithdrawal{ID: made.ID, Actor: s.actor(), At: s.Core.Now()}); fault.CodeOf(err) != "refund_under_way" {
			t.Errorf("taken back by the merchant: %v", err)
		}
		s.PlayTimers(t)
		if seen := s.mustSeeRefund(t, made.ID); seen.Status() != link.RefundRefunded {
			t.Errorf("done: %s", seen.Status())
		}
		s.mustBe(t, "order-1", link.Returned)
		if _, err := pay.Run(t.Context(), s.Core, link.RequestRefund, s.links.RefundCreation(s.newRefund("order-1", 1_000))); fault.CodeOf(err) != "refund_exceeds_charge" {
			t.Errorf("asked again: %v", err)
		}
	})
}

func TestARefundThatTheProviderRefusesIsRejected(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, "order-1")
		s.mustPlace(t, made)
		s.mustPress(t, made, "4000000000005126")
		refund := s.mustAskRefund(t, "order-1", 10_000)
		s.mustApprove(t, refund)
		if seen := s.mustSeeRefund(t, refund.ID); seen.Status() != link.RefundRequested {
			t.Errorf("while the provider thinks: %s", seen.Status())
		}
		if _, err := pay.Run(t.Context(), s.Core, s.links.WithdrawRefund, link.RefundWithdrawal{ID: refund.ID, Actor: s.actor(), At: s.Core.Now()}); fault.CodeOf(err) != "refund_under_way" {
			t.Errorf("taken back while the provider thinks: %v", err)
		}
		for range 4 {
			s.Clock.Advance(10 * 60 * 1e9)
			s.PlayTimers(t)
		}
		if seen := s.mustSeeRefund(t, refund.ID); seen.Status() != link.RefundRejected {
			t.Errorf("refused: %s", seen.Status())
		}
		s.mustBe(t, "order-1", link.Complete)
	})
}

func TestARefundsIdIsTheCoresInAnotherSpelling(t *testing.T) {
	t.Parallel()
	core := pay.RefundID(id.NewSource(nil, nil).New(id.Refund))
	shown, err := link.RefundIDOf(core)
	if err != nil || len(shown) != 25 {
		t.Fatalf("%s, %v", shown, err)
	}
	if back, err := shown.Core(); err != nil || back != core {
		t.Errorf("%s came back as %s, %v", core, back, err)
	}
	if _, err := link.RefundID("REF_x").Core(); fault.CodeOf(err) != "refund_not_found" {
		t.Errorf("what is none: %v", err)
	}
}

// Every state of the core's refunds has one of Wayl's.
func TestRefundStates(t *testing.T) {
	t.Parallel()
	seen := map[pay.RefundState]int{}
	for _, status := range link.RefundStatuses() {
		for _, state := range status.States() {
			seen[state]++
			if got := (link.Refund{State: state}).Status(); got != status {
				t.Errorf("%s reads %s, want %s", state, got, status)
			}
		}
	}
	for _, state := range pay.RefundStates() {
		if seen[state] != 1 {
			t.Errorf("%s has %d words", state, seen[state])
		}
	}
}
