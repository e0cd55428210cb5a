package ledger

import "tillway/internal/money"

// CaptureLate posts money that a provider captured after the order expired or
// was cancelled. It belongs to nobody until it is refunded or honoured.
func CaptureLate(factID, connector string, total money.Amount) (Transaction, error) {
	return post(LateCaptured, factID).
		debit(Provider(connector), total).
		credit(Suspense, total).done()
}

// AskLateCaptureRefund posts the automatic refund of a late capture. When the
// provider has done it, FinishRefund follows; when it fails, Reverse.
func AskLateCaptureRefund(factID string, total money.Amount) (Transaction, error) {
	return post(LateCaptureRefundAsked, factID).
		debit(Suspense, total).
		credit(RefundsInTransit, total).done()
}

// HonourLateCapture posts a late capture that the store's setting accepts as
// payment after all.
func HonourLateCapture(factID string, total, tax money.Amount) (Transaction, error) {
	p := post(LateCaptureHonoured, factID).debit(Suspense, total)
	return p.split(p.credit, StorePending, total, TaxCollected, tax).done()
}
