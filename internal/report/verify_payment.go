package report

import (
	"context"
	"fmt"
	"strings"

	"tillway/internal/pay"
	"tillway/internal/pay/ledger"
)

func (v *verification) payments(ctx context.Context) error {
	return walk(ctx, &v.verdict.Checked.Payments, v.Facts.Payments,
		func(f PaymentFact) string { return string(f.ID) }, v.judgePayment)
}

// judgePayment: a succeeded payment has its charge posted, and its fee if it has
// one; no other has anything.
func (v *verification) judgePayment(_ context.Context, f PaymentFact) error {
	scope := Scope{Store: f.Store, Env: f.Env}
	v.judgeRefunded(f)
	switch {
	case f.Status != pay.PaymentSucceeded:
		v.comparePostings(string(f.ID), scope, f.Posted)
		if !f.Charged.IsZero() {
			v.verdict.find(RuleOrder, string(f.ID), fmt.Sprintf("is %s and yet charged %v %s", f.Status, f.Charged, f.Charged.Currency()))
		}
	case f.Charged.IsZero(): // a sale of nothing posts nothing
		v.comparePostings(string(f.ID), scope, f.Posted)
	case f.Late:
		v.comparePostings(string(f.ID), scope, f.Posted, f.withFee(ledger.HonourLateCapture(string(f.ID), f.Charged, f.Tax))...)
	default:
		v.comparePostings(string(f.ID), scope, f.Posted, f.withFee(ledger.Charge(string(f.ID), f.Connector, f.Charged, f.Tax))...)
	}
	v.judgeFee(f)
	return nil
}

// withFee are the postings of a charge and of the fee taken from it.
func (f PaymentFact) withFee(charge ledger.Transaction, err error) []expected {
	derived := []expected{expect(charge, err)}
	if !f.Fee.IsZero() {
		derived = append(derived, expect(ledger.PlatformFee(string(f.ID), f.Fee)))
	}
	return derived
}

// judgeFee: a fee is part of a charge less its tax, and its words say the same.
func (v *verification) judgeFee(f PaymentFact) {
	if most := f.Charged.Minor() - f.Tax.Minor(); !f.Fee.IsZero() && (f.Fee.Sign() < 0 || f.Fee.Minor() > most || f.Status != pay.PaymentSucceeded) {
		v.verdict.find(RuleFee, string(f.ID), fmt.Sprintf("is %s, charged %v %s with %v tax, and has a fee of %v",
			f.Status, f.Charged, f.Charged.Currency(), f.Tax, f.Fee))
	}
	if f.FeeWords != "" && !strings.HasSuffix(f.FeeWords, " = "+f.Fee.String()) {
		v.verdict.find(RuleFee, string(f.ID), fmt.Sprintf("has a fee of %v, and says %q of it", f.Fee, f.FeeWords))
	}
}

func (v *verification) orders(ctx context.Context) error {
	return walk(ctx, &v.verdict.Checked.Orders, v.Facts.Orders,
		func(f OrderFact) string { return string(f.ID) }, v.judgeOrder)
}

func (v *verification) judgeOrder(_ context.Context, f OrderFact) error {
	find := func(rule Rule, format string, args ...any) {
		v.verdict.find(rule, string(f.ID), fmt.Sprintf(format, args...))
	}
	if f.Charged > 1 || f.Succeeded > 1 {
		find(RuleCharge, "is charged %d times, by %d succeeded payments", f.Charged, f.Succeeded)
	}
	if f.Foreign > 0 {
		find(RuleScope, "has %d payments, attempts or refunds of another store or environment", f.Foreign)
	}
	if f.Session == "" {
		find(RuleOrder, "belongs to a session that does not exist")
	}
	if f.Status == pay.OrderPending && !f.Expires {
		find(RuleExpiry, "is pending and nothing will end it")
	}
	if f.Status != pay.OrderCompleted {
		if f.Succeeded > 0 {
			find(RuleOrder, "is %s although a payment of it succeeded", f.Status)
		}
		return nil
	}
	if f.Succeeded == 0 {
		find(RuleOrder, "is completed without a succeeded payment")
	}
	if f.Events != 1 {
		find(RuleOrder, "is completed and has %d events that tell of it", f.Events)
	}
	return nil
}

func (v *verification) sessions(ctx context.Context) error {
	return walk(ctx, &v.verdict.Checked.Sessions, v.Facts.Sessions,
		func(f SessionFact) string { return string(f.ID) }, v.judgeSession)
}

// judgeSession: a session is used exactly when its order is completed, and its
// dialect's noun says the same as the session.
func (v *verification) judgeSession(_ context.Context, f SessionFact) error {
	switch {
	case f.Order != "" && f.State == "":
		v.verdict.find(RuleOrder, string(f.ID), fmt.Sprintf("names the order %s, which does not exist", f.Order))
	case (f.Status == pay.SessionUsed) != (f.State == pay.OrderCompleted):
		v.verdict.find(RuleOrder, string(f.ID), fmt.Sprintf("is %s while its order is %s", f.Status, orNone(string(f.State))))
	}
	if f.Noun != "" && f.Noun != f.Status {
		v.verdict.find(RuleNoun, string(f.ID), fmt.Sprintf("is %s while the noun of its dialect is %s", f.Status, f.Noun))
	}
	return nil
}

func orNone(text string) string {
	if text == "" {
		return "not there"
	}
	return text
}

func (v *verification) events(ctx context.Context) error {
	return walk(ctx, &v.verdict.Checked.Events, v.Facts.Events,
		func(f EventFact) string { return string(f.ID) }, v.judgeEvent)
}

func (v *verification) judgeEvent(_ context.Context, f EventFact) error {
	if f.Kept < f.Born && !f.Old {
		v.verdict.find(RuleEvent, string(f.ID), fmt.Sprintf("was born with %d deliveries and has %d", f.Born, f.Kept))
	}
	if f.Type == pay.OrderDone && !f.Paid {
		v.verdict.find(RuleOrder, string(f.ID), "tells of a payment that did not succeed")
	}
	if (f.Type == pay.RefundDone || f.Type == pay.RefundNotDone) && !f.Refund {
		v.verdict.find(RuleRefund, string(f.ID), "tells of a refund that does not exist")
	}
	return nil
}
