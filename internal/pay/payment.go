package pay

import (
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
)

// PaymentID is "PAY_" and 22 base62 characters.
type PaymentID string

// PaymentStatus is the closed set of states of a payment.
type PaymentStatus string

// The states of a payment. Succeeded is never left.
const (
	PaymentPending   PaymentStatus = "pending"
	PaymentSucceeded PaymentStatus = "succeeded"
	PaymentFailed    PaymentStatus = "failed"
	PaymentCanceled  PaymentStatus = "canceled"
)

// paymentArrows is the transition table. failed or canceled → succeeded is a
// late capture: the provider's money is a fact whatever we believed before.
var paymentArrows = map[PaymentStatus][]PaymentStatus{
	PaymentPending:  {PaymentSucceeded, PaymentFailed, PaymentCanceled},
	PaymentFailed:   {PaymentSucceeded},
	PaymentCanceled: {PaymentSucceeded},
}

// Payment is one effort to collect an order's total with one instrument. It
// has one attempt, or several when the first ones provably never left.
type Payment struct {
	ID         PaymentID
	Store      StoreID
	Env        Env
	Order      OrderID
	Status     PaymentStatus
	Method     connector.Method
	Connector  string
	Amount     money.Amount // asked: the order's total
	Tax        money.Amount // of it
	Charged    money.Amount // really captured; zero of the currency until then
	Refunded   money.Amount // done
	Refunding  money.Amount // approved and not done: reserved
	RefundTax  money.Amount // within Refunded and Refunding together
	Fee        money.Amount // what the platform took of Charged; zero of the currency without a rule
	FeeName    string       // of the rule, "" without one
	FeeWords   string       // how it came about: "2.5% of 1000.00 + 10.00 = 35.00"
	Receipt    connector.Receipt
	Failure    connector.Reason // why it failed, "" otherwise
	ExternalID string           // copied from the order
	Row        int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
	PaidAt     time.Time
}

type paymentRecords interface {
	// Payment errors: NotFound "payment_not_found".
	Payment(PaymentID) (Payment, error)
	InsertPayment(Payment)
	UpdatePayment(Payment)
	// ReserveRefund adds amount, and the tax within it, to what is being
	// refunded, guarded by the version that was read and by the charge.
	ReserveRefund(payment Payment, amount, tax money.Amount, at time.Time)
}

// ErrPaymentNotFound is the answer to an unknown payment.
var ErrPaymentNotFound = fault.New(fault.NotFound, "payment_not_found", "Payment not found")

// Refundable is what was charged and neither went back nor is on its way.
func (p Payment) Refundable() money.Amount {
	return money.New(p.Charged.Minor()-p.Refunded.Minor()-p.Refunding.Minor(), p.Charged.Currency())
}

func (p *Payment) move(to PaymentStatus, at time.Time) error {
	if err := move("payment", paymentArrows, p.Status, to); err != nil {
		return err
	}
	p.Status, p.UpdatedAt = to, at
	return nil
}
