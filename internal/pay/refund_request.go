package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/money"
)

// RefundRequest is the input of RequestRefund.
type RefundRequest struct {
	ID         RefundID
	Actor      Actor
	By         string // the operator's name, when Actor is the system; other actors are known
	Payment    PaymentID
	Amount     money.Amount // zero of no currency is all that is left
	Reason     string       // kept as it came
	ExternalID string
	// Wait leaves the decision to somebody else although the actor may decide.
	// A buyer's request always waits.
	Wait bool
	At   time.Time
}

// Longest texts of a refund, in characters.
const (
	maxRefundReason     = 1500
	maxRefundExternalID = 255
	maxRefundNote       = 500
	maxDecider          = 128
)

// Faults of refunds.
var (
	ErrNotRefundable = fault.New(fault.State, "payment_not_refundable", "Only a payment that succeeded can be refunded")
	// ErrRefundExceeds has the code of ledger.TaxShare's own guard.
	ErrRefundExceeds = fault.New(fault.State, "refund_exceeds_charge", "The refund is more than what is left of the charge").
				WithField("amount")
)

// Validate checks the input by itself.
// Errors: Invalid "amount", "reason", "externalId" and "by".
func (in RefundRequest) Validate() error {
	if in.Amount.IsSet() && in.Amount.Sign() <= 0 {
		return fault.Invalidf("amount", "amount_not_positive", "The amount of a refund must be more than zero")
	}
	if err := CheckProse("reason", in.Reason, maxRefundReason); err != nil {
		return err
	}
	if _, err := CleanText("externalId", in.ExternalID, 0, maxRefundExternalID); err != nil {
		return err
	}
	return checkDecider(in.Actor, in.By)
}

// Recover implements Recoverer.
func (in RefundRequest) Recover(r Records) (Refund, bool, error) { return Found(r.Refund(in.ID)) }

// RequestRefund asks for money of a succeeded payment to go back. Of an actor
// who may decide it is approved at once (see ApproveRefund), unless in.Wait;
// of any other it waits for a decision.
//
// What waits reserves nothing: only an approved refund lowers what can still be
// refunded, so that a buyer who asks cannot keep the merchant from refunding. But
// a request that does not fit beside those that wait already is refused, and
// requests of one payment take turns at its row, so that together they never ask
// for more than was charged.
// Errors: Invalid as Validate and "refund_currency"; NotFound
// "payment_not_found"; ErrNoStoreAccess, ErrNotYourOrder, ErrNotRefundable,
// ErrRefundExceeds.
func RequestRefund(_ context.Context, tx Tx, in RefundRequest) (Refund, error) {
	payment, mayDecide, err := in.payment(tx)
	if err != nil {
		return Refund{}, err
	}
	if payment.Status != PaymentSucceeded {
		return Refund{}, ErrNotRefundable
	}
	refund, err := in.refund(tx, payment)
	if err != nil {
		return Refund{}, err
	}
	if mayDecide && !in.Wait {
		if err := approveRefund(tx, &refund, payment, refund.Asker, in.At); err != nil {
			return Refund{}, err
		}
		tx.InsertRefund(refund)
		return refund, tx.followRefund(StepRefundApproved, refund, in.At)
	}
	requested, err := tx.RefundsRequested(payment.ID)
	if err != nil {
		return Refund{}, err
	}
	if refund.Amount.Minor() > payment.Refundable().Minor()-requested {
		return Refund{}, ErrRefundExceeds
	}
	payment.UpdatedAt = in.At
	tx.UpdatePayment(payment) // its version makes requests take turns
	tx.InsertRefund(refund)
	return refund, tx.followRefund(StepRefundAsked, refund, in.At)
}

// payment finds the payment if it is the actor's to refund, and says whether
// the actor may decide. What is in another environment, or in another store than
// a token's, does not exist for it.
func (in RefundRequest) payment(tx Tx) (payment Payment, mayDecide bool, err error) {
	payment, err = tx.Payment(in.Payment)
	if err != nil {
		return Payment{}, false, err
	}
	if payment.Env != in.Actor.Env {
		return Payment{}, false, ErrPaymentNotFound
	}
	if in.Actor.Kind != ByBuyer {
		return payment, true, Permit(tx, in.Actor, payment.Store, Admin)
	}
	if payment.Store != in.Actor.Store {
		return Payment{}, false, ErrPaymentNotFound
	}
	order, err := tx.Order(payment.Order)
	if err != nil {
		return Payment{}, false, err
	}
	if order.Identity == "" || order.Identity != in.Actor.Buyer {
		return Payment{}, false, ErrNotYourOrder
	}
	return payment, false, nil
}

// refund is the new row, undecided.
func (in RefundRequest) refund(tx Tx, payment Payment) (Refund, error) {
	attempt, err := tx.CapturedAttempt(payment.ID)
	if err != nil {
		return Refund{}, err
	}
	external, err := CleanText("externalId", in.ExternalID, 0, maxRefundExternalID)
	if err != nil {
		return Refund{}, err
	}
	amount := in.Amount
	switch left := payment.Refundable(); {
	case !amount.IsSet():
		amount = left
	case amount.Currency() != left.Currency():
		return Refund{}, fault.Invalidf("currency", "refund_currency", "The payment is in %s, and so are its refunds", left.Currency())
	}
	if amount.Sign() <= 0 || amount.Minor() > payment.Refundable().Minor() {
		return Refund{}, ErrRefundExceeds
	}
	party, asker := in.Actor.asks(in.By)
	return Refund{
		ID: in.ID, Store: payment.Store, Env: payment.Env, Payment: payment.ID, Attempt: attempt.ID,
		Origin: OriginSale, State: RefundRequested, Connector: attempt.Connector, Amount: amount, Tax: money.Zero(amount.Currency()),
		Reason: in.Reason, ExternalID: external, AskedBy: party, Asker: asker, Row: 1, CreatedAt: in.At, UpdatedAt: in.At,
	}, nil
}

// asks is which party an actor is, and who of it; by names an operator.
func (a Actor) asks(by string) (RefundParty, string) {
	switch a.Kind {
	case ByMerchant:
		return AskedByMerchant, string(a.Merchant)
	case ByStore:
		return AskedByMerchant, string(a.Store)
	case ByBuyer:
		return AskedByCustomer, a.Buyer
	case BySystem, ByVisitor: // a visitor is refused by Permit before
	}
	return AskedByOperator, by
}

// checkDecider sees to it that an operator's word has a name.
func checkDecider(actor Actor, by string) error {
	least := 0
	if actor.Kind == BySystem {
		least = 1
	}
	_, err := CleanText("by", by, least, maxDecider)
	return err
}
