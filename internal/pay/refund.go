package pay

import (
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// RefundID is "REF_" and 22 base62 characters. It is also the reference under
// which the provider knows the refund.
type RefundID string

// RefundOrigin says why money goes back; it decides the account it leaves.
type RefundOrigin string

// OriginLateCapture returns money captured after its order ended, out of suspense.
const OriginLateCapture RefundOrigin = "late_capture"

// RefundState is the closed set of states of a refund.
type RefundState string

// The states of a refund.
const (
	RefundAsked     RefundState = "asked"     // durable; the provider may have been called
	RefundPending   RefundState = "pending"   // the provider accepted it
	RefundUnknown   RefundState = "unknown"   // no trustworthy answer
	RefundSucceeded RefundState = "succeeded" // the money went back
	RefundFailed    RefundState = "failed"    // the provider refused it
)

var refundArrows = map[RefundState][]RefundState{
	RefundAsked:   {RefundPending, RefundUnknown, RefundSucceeded, RefundFailed},
	RefundPending: {RefundUnknown, RefundSucceeded, RefundFailed},
	RefundUnknown: {RefundPending, RefundSucceeded, RefundFailed},
}

// Open reports whether the refund still awaits the provider's word.
func (s RefundState) Open() bool { return len(refundArrows[s]) > 0 }

// Refund returns captured money of one attempt.
type Refund struct {
	ID         RefundID
	Store      StoreID
	Env        Env
	Payment    PaymentID
	Attempt    AttemptID
	Origin     RefundOrigin
	State      RefundState
	Connector  string
	ProviderID string
	Amount     money.Amount
	Reason     connector.Reason // of a failure
	Row        int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
	DoneAt     time.Time
}

type refundRecords interface {
	// Refund errors: NotFound "refund_not_found".
	Refund(RefundID) (Refund, error)
	InsertRefund(Refund)
	UpdateRefund(Refund)
}

func (r *Refund) move(to RefundState, at time.Time) error {
	if err := move("refund", refundArrows, r.State, to); err != nil {
		return err
	}
	r.State, r.UpdatedAt = to, at
	if !to.Open() {
		r.DoneAt = at
	}
	return nil
}
