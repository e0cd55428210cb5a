package ledger

import "slices"

// Kind is the closed set of facts that move money. A fact is posted once: a
// transaction is unique on its kind and fact id.
type Kind string

// The kinds of fact, in the order of spec/ledger.md.
const (
	ChargeCaptured         Kind = "charge_captured"
	ProviderFeeKnown       Kind = "provider_fee_known"
	PlatformFeeTaken       Kind = "platform_fee_taken"
	HoldReleased           Kind = "hold_released"
	RefundAsked            Kind = "refund_asked"
	RefundDone             Kind = "refund_done"
	RefundFailed           Kind = "refund_failed"
	RefundRejected         Kind = "refund_rejected"
	RefundWithdrawn        Kind = "refund_withdrawn"
	LateCaptured           Kind = "late_capture"
	LateCaptureRefundAsked Kind = "late_capture_refund_asked"
	LateCaptureHonoured    Kind = "late_capture_honoured"
	PayoutAsked            Kind = "payout_asked"
	PayoutPaid             Kind = "payout_paid"
	PayoutFailed           Kind = "payout_failed"
	DisputeOpened          Kind = "dispute_opened"
	DisputeWon             Kind = "dispute_won"
	DisputeLost            Kind = "dispute_lost"
)

// reversals says which facts undo another, and which: nil marks a fact that
// has postings of its own.
var reversals = map[Kind][]Kind{
	ChargeCaptured:         nil,
	ProviderFeeKnown:       nil,
	PlatformFeeTaken:       nil,
	HoldReleased:           nil,
	RefundAsked:            nil,
	RefundDone:             nil,
	RefundFailed:           {RefundAsked, LateCaptureRefundAsked},
	RefundRejected:         {RefundAsked, LateCaptureRefundAsked},
	RefundWithdrawn:        {RefundAsked},
	LateCaptured:           nil,
	LateCaptureRefundAsked: nil,
	LateCaptureHonoured:    nil,
	PayoutAsked:            nil,
	PayoutPaid:             nil,
	PayoutFailed:           {PayoutAsked},
	DisputeOpened:          nil,
	DisputeWon:             {DisputeOpened},
	DisputeLost:            nil,
}

// Known reports whether k is a kind of fact.
func (k Kind) Known() bool {
	_, known := reversals[k]
	return known
}

// Reverses lists the kinds whose postings a fact of this kind undoes; it is
// empty for a fact with postings of its own.
func (k Kind) Reverses() []Kind { return slices.Clone(reversals[k]) }
