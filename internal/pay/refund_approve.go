package pay

import (
	"context"
	"time"

	"tillway/internal/pay/ledger"
)

// RefundDecision is the input of ApproveRefund and RejectRefund.
type RefundDecision struct {
	ID    RefundID
	Actor Actor
	By    string // the operator's name, when Actor is the system
	Note  string // why; a rejection needs one
	At    time.Time
}

// Validate checks the input by itself. Errors: Invalid "note" and "by".
func (in RefundDecision) Validate() error {
	if _, err := CleanProse("note", in.Note, 0, maxRefundNote); err != nil {
		return err
	}
	return checkDecider(in.Actor, in.By)
}

// ApproveRefund decides for a requested refund: its amount is reserved on the
// payment, its asking is posted, and the provider is asked as soon as this is
// durable, by a timer or at once by Core.ExecuteRefund.
// Errors: ErrRefundNotFound, ErrNoStoreAccess, State "refund_transition" of one
// that is decided already, ErrRefundExceeds of one that does not fit any more.
func ApproveRefund(_ context.Context, tx Tx, in RefundDecision) (Refund, error) {
	refund, err := in.refund(tx)
	if err != nil {
		return Refund{}, err
	}
	// Judged first, so that a decided one says so rather than that nothing is left.
	if err := move("refund", refundArrows, refund.State, RefundApproved); err != nil {
		return Refund{}, err
	}
	payment, err := tx.Payment(refund.Payment)
	if err != nil {
		return Refund{}, err
	}
	if refund.Note, err = CleanProse("note", in.Note, 0, maxRefundNote); err != nil {
		return Refund{}, err
	}
	_, decider := in.Actor.asks(in.By)
	if err := approveRefund(tx, &refund, payment, decider, in.At); err != nil {
		return Refund{}, err
	}
	tx.UpdateRefund(refund)
	return refund, tx.followRefund(StepRefundApproved, refund, in.At)
}

// refund finds the refund if it is the actor's to decide.
func (in RefundDecision) refund(tx Tx) (Refund, error) {
	refund, err := tx.Refund(in.ID)
	if err != nil {
		return Refund{}, err
	}
	if refund.Env != in.Actor.Env {
		return Refund{}, ErrRefundNotFound
	}
	return refund, Permit(tx, in.Actor, refund.Store, Admin)
}

// approveRefund does what follows from an approval but for the refund's own
// row, which may be new. The payment's row is the guard: what is reserved of it
// never exceeds what was charged, also when two nodes approve at once (DESIGN §3
// rule 3).
func approveRefund(tx Tx, refund *Refund, payment Payment, decider string, at time.Time) error {
	left := payment.Refundable()
	if order, err := refund.Amount.Cmp(left); err != nil || order > 0 {
		if err == nil {
			err = ErrRefundExceeds
		}
		return err
	}
	if err := refund.move(RefundApproved, at); err != nil {
		return err
	}
	gone, err := payment.Refunded.Add(payment.Refunding)
	if err != nil {
		return err
	}
	refund.Tax, err = ledger.TaxShare(
		ledger.Taxed{Total: payment.Charged, Tax: payment.Tax}, ledger.Taxed{Total: gone, Tax: payment.RefundTax}, refund.Amount,
	)
	if err != nil {
		return err
	}
	refund.DecidedBy, refund.DecidedAt = decider, at
	tx.ReserveRefund(payment, refund.Amount, refund.Tax, at)
	t, err := refund.asking()
	if err := post(tx, refund.Store, refund.Env, at, t, err); err != nil {
		return err
	}
	tx.SetTimer(refund.timer(at, 0))
	return nil
}
