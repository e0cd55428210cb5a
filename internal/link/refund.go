package link

import (
	"slices"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// RefundID is a CUID: the core's own id in another spelling, so that one is the
// other and none is kept.
type RefundID string

// RefundIDOf spells a refund's id as Wayl does.
func RefundIDOf(core pay.RefundID) (RefundID, error) {
	read, err := id.Parse(id.Refund, string(core))
	return RefundID(id.CUIDOf(read)), err
}

// Core is the refund's id in the core. Errors: ErrRefundNotFound of what is no
// such id.
func (r RefundID) Core() (pay.RefundID, error) {
	read, err := id.ParseCUID(string(r))
	if err != nil {
		return "", ErrRefundNotFound
	}
	return pay.RefundID(id.Format(id.Refund, read)), nil
}

// RefundStatus is the closed set of states of a refund, in Wayl's words
// (spec/wayl.md §3).
type RefundStatus string

// The states of a refund. Requested lasts until the money went back or nothing
// will; all others are final.
const (
	RefundRequested RefundStatus = "Requested"
	RefundRefunded  RefundStatus = "Refunded"
	RefundRejected  RefundStatus = "Rejected" // by the operator or by the provider
	RefundCancelled RefundStatus = "Cancelled"
)

// refundStates says which of the core's states each of Wayl's covers.
var refundStates = map[RefundStatus][]pay.RefundState{
	RefundRequested: {pay.RefundRequested, pay.RefundApproved, pay.RefundPending, pay.RefundUnknown},
	RefundRefunded:  {pay.RefundSucceeded},
	RefundRejected:  {pay.RefundRejected, pay.RefundFailed},
	RefundCancelled: {pay.RefundWithdrawn},
}

// RefundStatuses lists every state.
func RefundStatuses() []RefundStatus {
	return []RefundStatus{RefundRequested, RefundRefunded, RefundRejected, RefundCancelled}
}

// Known reports whether there is such a state.
func (s RefundStatus) Known() bool { return slices.Contains(RefundStatuses(), s) }

// States are the core's states that it covers.
func (s RefundStatus) States() []pay.RefundState { return slices.Clone(refundStates[s]) }

// Refund is what Wayl knows of a refund: the core's, and what was said with it.
type Refund struct {
	ID        pay.RefundID
	Store     pay.StoreID
	Link      ID
	Reference string // the link's
	Method    string // refundMethod, how the customer is to get it; "" is not said
	Account   string // accountNumber, with Method
	CreatedAt time.Time
	// What the core's row says; InsertRefund leaves these out.
	Amount  money.Amount
	Reason  string
	AskedBy pay.RefundParty
	State   pay.RefundState
}

// Status is the refund's state in Wayl's words.
func (r Refund) Status() RefundStatus {
	for _, status := range RefundStatuses() {
		if slices.Contains(refundStates[status], r.State) {
			return status
		}
	}
	return RefundRequested
}

// newRefund is the row of a refund that was asked for in another way than
// Wayl's, such as by the operator.
func newRefund(link Link, refund pay.Refund) Refund {
	return Refund{ID: refund.ID, Store: link.Store, Link: link.ID, Reference: link.Reference, CreatedAt: refund.CreatedAt}
}

// RefundQuery asks for the newest refunds of a store.
type RefundQuery struct {
	Store     pay.StoreID
	Reference string         // of their link; "" is every link
	Statuses  []RefundStatus // none is every state
	Take      int
	Skip      int
}

type refundRecords interface {
	// Refund errors: ErrRefundNotFound.
	Refund(pay.RefundID) (Refund, error)
	// Refunds lists a store's refunds, newest first.
	Refunds(RefundQuery) ([]Refund, error)
	// InsertRefund writes what the core does not keep, unless it is written.
	InsertRefund(Refund)
}

// Faults of refunds.
var (
	ErrRefundNotFound = fault.New(fault.NotFound, "refund_not_found", "Refund not found")
	ErrDecided        = fault.New(fault.State, "refund_decided", "Only a refund that is Requested can be cancelled")
	// ErrUnderWay is of a refund that still reads Requested and is decided.
	ErrUnderWay = fault.New(fault.State, "refund_under_way",
		"The refund has been approved and the money is on its way back, so that it cannot be cancelled any more")
	ErrNotPaid = fault.New(fault.State, "link_not_paid", "Only a paid order can be refunded")
)
