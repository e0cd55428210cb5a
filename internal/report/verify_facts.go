package report

import (
	"context"
	"errors"
	"time"

	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/ledger"
)

// ErrSlowPage is what a page returns that took longer than a snapshot may live:
// a smaller one may succeed.
var ErrSlowPage = errors.New("report: the page takes too long for one snapshot")

// Facts is the port to everything that Verify compares; package store
// implements it. A page holds at most limit facts in the order of their ids,
// starting behind after; a shorter one is the last. Each page is one snapshot,
// so that a fact and what belongs to it are seen at the same moment even while
// the server works.
type Facts interface {
	Ledger(ctx context.Context, after string, limit int) ([]LedgerFact, error)
	Payments(ctx context.Context, after string, limit int) ([]PaymentFact, error)
	Attempts(ctx context.Context, after string, limit int) ([]AttemptFact, error)
	Refunds(ctx context.Context, after string, limit int) ([]RefundFact, error)
	Orders(ctx context.Context, after string, limit int) ([]OrderFact, error)
	Sessions(ctx context.Context, after string, limit int) ([]SessionFact, error)
	Events(ctx context.Context, after string, limit int) ([]EventFact, error)
	// Attempt and Refund read one, or report that there is none.
	Attempt(ctx context.Context, id pay.AttemptID) (AttemptFact, bool, error)
	Refund(ctx context.Context, id pay.RefundID) (RefundFact, bool, error)
}

// Scope is the store and environment that a row belongs to.
type Scope struct {
	Store pay.StoreID
	Env   pay.Env
}

// Posted is a ledger transaction as it is stored.
type Posted struct {
	ledger.Transaction
	Scope
	Headed bool // it has its row in the list of transactions, and not entries alone
	Mixed  bool // its entries name another store or environment than itself
}

// LedgerFact is everything posted for one fact.
type LedgerFact struct {
	ID     string
	Posted []Posted
	Known  bool // there is a payment, attempt or refund of that id
}

// PaymentFact is a payment and what was posted for it.
type PaymentFact struct {
	pay.Payment
	Posted []Posted
	Late   bool // its money came by a late capture that the store honours
	// What its refunds add up to, in minor units; those of late captures are no
	// refunds of a sale.
	SumRefunded  int64
	SumRefunding int64 // approved, and the provider's word is awaited
	SumRefundTax int64 // within both
}

// AttemptFact is an attempt and what belongs to it.
type AttemptFact struct {
	pay.Attempt
	Posted   []Posted
	Timer    bool // an inquiry is to come
	Honoured bool // its payment succeeded: a late capture completed the order after all
	// Asked and Failed sum up the refunds of its late capture.
	Asked  int64 // minor units asked of the provider
	Failed int64 // minor units of them that the provider refused
	// InSuspense is what is posted to suspense for the attempt, its refunds
	// and its payment together, in minor units of the attempt's currency.
	InSuspense int64
}

// RefundFact is a refund and what was posted for it.
type RefundFact struct {
	pay.Refund
	Posted []Posted
	Timer  bool // the provider will be asked
	Events int  // events that tell of it
	Told   int  // of them, those that say what became of it
}

// asked is when the provider could first be asked.
func (f RefundFact) asked() time.Time {
	if f.DecidedAt.After(f.CreatedAt) {
		return f.DecidedAt
	}
	return f.CreatedAt
}

// OrderFact is an order and what belongs to a completed one.
type OrderFact struct {
	Scope
	ID        pay.OrderID
	Status    pay.OrderStatus
	Payment   pay.PaymentID // under way or succeeded
	Succeeded int           // payments that succeeded
	Charged   int           // postings that charge its payments
	Events    int           // events that tell of its present payment
	Session   pay.SessionStatus
	Expires   bool // a timer will end it unless it is paid
	Foreign   int  // payments, attempts and refunds of another store or environment
}

// SessionFact is a session and the states of its order and of its noun.
type SessionFact struct {
	ID     pay.SessionID
	Status pay.SessionStatus
	Order  pay.OrderID
	State  pay.OrderStatus // of the order, "" when there is none
	// Noun is the state that the dialect's noun tells of the session: NounMissing
	// when there is no noun, "" where the session needs none.
	Noun pay.SessionStatus
}

// NounMissing is what a session tells that has lost its dialect's noun.
const NounMissing pay.SessionStatus = "missing"

// EventFact is an event and how many deliveries it has.
type EventFact struct {
	ID     pay.EventID
	Type   pay.EventType
	At     time.Time
	Born   int  // deliveries it was born with
	Kept   int  // deliveries that name it
	Old    bool // older than the log's horizon: deliveries of it may have been deleted by age or size
	Paid   bool // the payment it tells of succeeded
	Refund bool // the refund it tells of exists
}

// amountIn is a sum of minor units as an amount.
func amountIn(minor int64, c money.Currency) money.Amount { return money.New(minor, c) }
