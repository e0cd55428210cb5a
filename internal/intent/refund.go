package intent

import (
	"cmp"

	"tillway/internal/pay"
)

// afterRefund is where a step of a refund takes the intent. Waypay has no state
// between paid and refunded, so that parts of the money leave the status alone:
// what counts is whether all of it is asked back, and whether all of it has gone
// back (spec/waypay.md §4.7). After a refund that failed, what the operator asks
// for does not count until all of it has gone back; and then nothing does, such as
// a request that the operator's own refund has overtaken.
func (i Intent) afterRefund(tx pay.Tx, step pay.Step) (to Status, reason string, err error) {
	charged, refunded := step.Payment.Charged.Minor(), step.Payment.Refunded.Minor()
	if step.Kind == pay.StepRefundDone && refunded >= charged {
		return Refunded, step.Refund.Reason, nil
	}
	if i.Status == RefundFailed || i.Status == Refunded {
		return i.Status, "", nil
	}
	waiting, err := tx.RefundsRequested(step.Payment.ID)
	if err != nil {
		return i.Status, "", err
	}
	whole := refunded+step.Payment.Refunding.Minor()+waiting >= charged
	switch {
	case whole && i.Status != RefundRequested:
		return RefundRequested, step.Refund.Reason, nil
	case whole || i.Status != RefundRequested:
		return i.Status, "", nil
	case step.Kind == pay.StepRefundFailed:
		return RefundFailed, cmp.Or(string(step.Refund.Failure), step.Refund.Reason), nil
	case step.Kind == pay.StepRefundRejected:
		return Completed, step.Refund.Note, nil
	}
	return Completed, "", nil
}
