package intent

import (
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// Dialect is whose noun an intent is.
const Dialect pay.Dialect = "waypay"

// ID is the UUID of an intent.
type ID string

// TransactionID is the UUID of the transaction that an intent becomes.
type TransactionID string

// Intent is one request for one payment, and what became of it.
type Intent struct {
	ID          ID
	Transaction TransactionID
	TxnRef      string // "WPAY" and 16 letters and digits, unique
	Store       pay.StoreID
	Env         pay.Env
	Reference   OrderRef // the merchant's own name for it, unique within store and environment for ever
	Amount      money.Amount
	Description string
	Customer    Customer         // zero when the merchant told nothing
	Purpose     string           // intentType as it was sent, "" is none
	Preferred   connector.Method // of paymentMethod; "" lets the buyer choose
	Metadata    string           // metadataJson as it was sent, "" is none
	CallbackURL string           // "" is none
	Callback    string           // the webhook.Callback behind CallbackURL, "" is none
	Token       string           // the last part of its page's address
	Status      Status
	Before      Status // the state before Status; "" at first
	Reason      string // why it came to Status, in words; "" when there is nothing to say
	Session     pay.SessionID
	Payment     pay.PaymentID    // that pays it, "" until then
	Method      connector.Method // of the last attempt, "" before the first one
	Row         int64            // version of this row
	CreatedAt   time.Time
	UpdatedAt   time.Time
	ExpiresAt   time.Time
}

// Records is the port to the rows inside a transaction of the core; package
// store implements it. Readers return ErrNotFound for an absent row.
type Records interface {
	Intent(ID) (Intent, error)
	IntentByTransaction(TransactionID) (Intent, error)
	IntentByTxnRef(string) (Intent, error)
	// IntentByReference finds the intent that a store gave a name in an
	// environment.
	IntentByReference(store pay.StoreID, env pay.Env, reference string) (Intent, error)
	// IntentOfSession finds the intent that a checkout session stands for.
	IntentOfSession(pay.SessionID) (Intent, error)
	// IntentOfPayment finds the intent that a payment pays.
	IntentOfPayment(pay.PaymentID) (Intent, error)
	// InsertIntent writes a new intent unless the store has one of that reference
	// in the environment; fresh says which.
	InsertIntent(Intent) (fresh bool, err error)
	// UpdateIntent writes what may change of an intent, guarded by the version
	// that was read.
	UpdateIntent(Intent)
}

// Faults of intents.
var (
	ErrNotFound = fault.New(fault.NotFound, "transaction_not_found", "There is no such transaction")
	// ErrDuplicate is the answer to a reference that the store has used before,
	// whatever became of it (spec/waypay.md §8).
	ErrDuplicate = fault.New(fault.Conflict, "duplicate_order_ref", "An order with this orderRef exists already").
			WithField("orderRef.orderRef").
			WithHint("Look it up with GET /Gateway/v1/Transaction/by-ref/{orderRef}, or choose another orderRef; one that failed or expired keeps its own")
)

// move takes the intent along one arrow and says why.
// Errors: State "intent_transition".
func (i *Intent) move(to Status, reason string, at time.Time) error {
	if err := i.Status.to(to); err != nil {
		return err
	}
	i.Before, i.Status, i.Reason, i.UpdatedAt = i.Status, to, reason, at
	return nil
}
