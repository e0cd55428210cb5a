package pay

import (
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
)

// RefundID is "REF_" and 22 base62 characters. It is also the reference under
// which the provider knows the refund.
type RefundID string

// RefundOrigin says what money goes back; it decides the account it leaves.
type RefundOrigin string

// The origins of a refund.
const (
	OriginSale        RefundOrigin = "sale"         // of a completed sale, out of the store's balance
	OriginLateCapture RefundOrigin = "late_capture" // captured after its order ended, out of suspense
)

// RefundParty is who asked for a refund.
type RefundParty string

// The parties that ask for refunds.
const (
	AskedByMerchant RefundParty = "merchant"
	AskedByCustomer RefundParty = "customer"
	AskedByOperator RefundParty = "operator"
	AskedBySystem   RefundParty = "system" // a late capture goes back by itself
)

// RefundState is the closed set of states of a refund.
type RefundState string

// The states of a refund. Requested waits for a decision; the provider knows of
// it from approved on, and pending and unknown are the two ways in which it is
// being processed.
const (
	RefundRequested RefundState = "requested" // asked for, and nobody has decided
	RefundApproved  RefundState = "approved"  // durable; the provider may have been called
	RefundPending   RefundState = "pending"   // the provider accepted it
	RefundUnknown   RefundState = "unknown"   // no trustworthy answer
	RefundSucceeded RefundState = "succeeded" // the money went back
	RefundFailed    RefundState = "failed"    // the provider refused it
	RefundRejected  RefundState = "rejected"  // decided against
	RefundWithdrawn RefundState = "withdrawn" // taken back by who asked, before a decision
)

// refundArrows is the transition table. A refund that failed, was rejected or
// withdrawn may be asked for again, as a new refund.
var refundArrows = map[RefundState][]RefundState{
	RefundRequested: {RefundApproved, RefundRejected, RefundWithdrawn},
	RefundApproved:  {RefundPending, RefundUnknown, RefundSucceeded, RefundFailed},
	RefundPending:   {RefundUnknown, RefundSucceeded, RefundFailed},
	RefundUnknown:   {RefundPending, RefundSucceeded, RefundFailed},
}

// RefundStates lists every state in the order of a refund's life.
func RefundStates() []RefundState {
	return []RefundState{
		RefundRequested, RefundApproved, RefundPending, RefundUnknown, RefundSucceeded, RefundFailed, RefundRejected, RefundWithdrawn,
	}
}

// Open reports whether the refund awaits the provider's word. Its amount is
// then reserved on the payment and in transit in the ledger.
func (s RefundState) Open() bool {
	return s == RefundApproved || s == RefundPending || s == RefundUnknown
}

// Resolved reports whether nothing follows any more.
func (s RefundState) Resolved() bool { return len(refundArrows[s]) == 0 }

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
	Tax        money.Amount     // within Amount; zero of the currency until it is approved
	Reason     string           // why it is asked for, in the asker's words
	ExternalID string           // the asker's own name for it; not unique
	AskedBy    RefundParty      // which kind of party
	Asker      string           // who of them: a merchant's id, a buyer's identity, an operator's name
	DecidedBy  string           // who approved or rejected it; "" when nobody did
	Note       string           // of the decision
	Failure    connector.Reason // why the provider refused it, "" otherwise
	Row        int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
	DecidedAt  time.Time
	DoneAt     time.Time // when it came to its last state
}

type refundRecords interface {
	// Refund errors: NotFound "refund_not_found".
	Refund(RefundID) (Refund, error)
	// Refunds lists refunds, newest first.
	Refunds(RefundQuery) ([]Refund, error)
	// RefundsRequested sums up what is asked of a payment and not decided, in
	// minor units of its currency.
	RefundsRequested(PaymentID) (int64, error)
	InsertRefund(Refund)
	UpdateRefund(Refund)
}

// RefundQuery asks for the newest refunds.
type RefundQuery struct {
	Payment PaymentID   // "" is every payment; with one, Store says nothing more
	Store   StoreID     // "" is every store
	State   RefundState // "" is every state
	Limit   int
}

// ErrRefundNotFound is the answer to an unknown refund.
var ErrRefundNotFound = fault.New(fault.NotFound, "refund_not_found", "Refund not found")

// move takes the refund along one arrow. Errors: State "refund_transition".
func (r *Refund) move(to RefundState, at time.Time) error {
	if err := move("refund", refundArrows, r.State, to); err != nil {
		return err
	}
	r.State, r.UpdatedAt = to, at
	if to.Resolved() {
		r.DoneAt = at
	}
	return nil
}

// RefundStatus sums up what becomes of a payment's money (spec/pancake.md §2.4).
type RefundStatus string

// The refund states of a payment.
const (
	NotRefunded      RefundStatus = "none"
	RefundInProgress RefundStatus = "pending"
	Refunded         RefundStatus = "refunded"
	RefundDidFail    RefundStatus = "failed"
)

// RefundStatusOf derives a payment's refund status from its refunds: pending
// while one is undecided or under way, refunded once money went back, failed
// when the provider refused and nothing went back. What was rejected or
// withdrawn, and the return of a late capture, leave no trace in it.
func RefundStatusOf(refunds []Refund) RefundStatus {
	seen := map[RefundState]bool{}
	for _, refund := range refunds {
		if refund.Origin == OriginSale {
			seen[refund.State] = true
		}
	}
	switch {
	case seen[RefundRequested] || seen[RefundApproved] || seen[RefundPending] || seen[RefundUnknown]:
		return RefundInProgress
	case seen[RefundSucceeded]:
		return Refunded
	case seen[RefundFailed]:
		return RefundDidFail
	}
	return NotRefunded
}
