package store

import (
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// Intents are the rows of payment intents in the transaction below records that
// this package made.
func Intents(r pay.Records) intent.Records { return r.(records) }

const intentColumns = `id, transaction_id, txn_ref, store_id, env, order_ref, order_extra, currency, amount, description, customer,
	purpose, preferred, metadata, callback_url, callback_id, token, status, status_before, reason, session_id, payment_id, method,
	version, created_at, updated_at, expires_at`

const (
	selectIntent              = `SELECT ` + intentColumns + ` FROM payment_intents WHERE id = $1`
	selectIntentByTransaction = `SELECT ` + intentColumns + ` FROM payment_intents WHERE transaction_id = $1`
	selectIntentByTxnRef      = `SELECT ` + intentColumns + ` FROM payment_intents WHERE txn_ref = $1`
	selectIntentByReference   = `SELECT ` + intentColumns + ` FROM payment_intents WHERE store_id = $1 AND env = $2 AND order_ref = $3`
	selectIntentOfSession     = `SELECT ` + intentColumns + ` FROM payment_intents WHERE session_id = $1`
	selectIntentOfPayment     = `SELECT ` + intentColumns + ` FROM payment_intents WHERE payment_id = $1 AND payment_id <> ''`
)

// Intent reads one payment intent.
func (r records) Intent(id intent.ID) (intent.Intent, error) {
	return scanIntent(r.QueryRow(selectIntent, id))
}

// IntentByTransaction finds the intent that became a transaction.
func (r records) IntentByTransaction(id intent.TransactionID) (intent.Intent, error) {
	return scanIntent(r.QueryRow(selectIntentByTransaction, id))
}

// IntentByTxnRef finds an intent by its transaction's reference.
func (r records) IntentByTxnRef(ref string) (intent.Intent, error) {
	return scanIntent(r.QueryRow(selectIntentByTxnRef, ref))
}

// IntentByReference finds the intent that a store gave a name.
func (r records) IntentByReference(store pay.StoreID, env pay.Env, reference string) (intent.Intent, error) {
	return scanIntent(r.QueryRow(selectIntentByReference, store, env, reference))
}

// IntentOfSession finds the intent that a checkout session stands for.
func (r records) IntentOfSession(id pay.SessionID) (intent.Intent, error) {
	return scanIntent(r.QueryRow(selectIntentOfSession, id))
}

// IntentOfPayment finds the intent that a payment pays.
func (r records) IntentOfPayment(id pay.PaymentID) (intent.Intent, error) {
	return scanIntent(r.QueryRow(selectIntentOfPayment, id))
}

// orderExtra is what came with an order's reference.
type orderExtra struct {
	Discount *string `json:"discount,omitempty"`
	Tax      *string `json:"tax,omitempty"`
}

func scanIntent(row sqldb.Row) (i intent.Intent, err error) {
	var currency money.Currency
	var amount, created, updated, expires int64
	var extra, customer string
	err = row.Scan(&i.ID, &i.Transaction, &i.TxnRef, &i.Store, &i.Env, &i.Reference.OrderRef, &extra, &currency, &amount, &i.Description,
		&customer, &i.Purpose, &i.Preferred, &i.Metadata, &i.CallbackURL, &i.Callback, &i.Token, &i.Status, &i.Before, &i.Reason,
		&i.Session, &i.Payment, &i.Method, &i.Row, &created, &updated, &expires)
	if err != nil {
		return intent.Intent{}, absent(err, intent.ErrNotFound)
	}
	i.Amount = money.New(amount, currency)
	i.CreatedAt, i.UpdatedAt, i.ExpiresAt = sqldb.Moment(created), sqldb.Moment(updated), sqldb.Moment(expires)
	var came orderExtra
	if err := fromJSON(extra, &came); err != nil {
		return i, err
	}
	i.Reference.Discount, i.Reference.Tax = came.Discount, came.Tax
	return i, fromJSON(customer, &i.Customer)
}

const insertIntent = `INSERT INTO payment_intents (` + intentColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
	ON CONFLICT (store_id, env, order_ref) DO NOTHING`

// InsertIntent writes a new intent unless its reference is taken.
func (r records) InsertIntent(i intent.Intent) (fresh bool, err error) {
	customer := ""
	if !i.Customer.IsZero() {
		customer = toJSON(i.Customer)
	}
	n, err := r.tx.Count(insertIntent, i.ID, i.Transaction, i.TxnRef, i.Store, i.Env, i.Reference.OrderRef,
		encodeKnown(orderExtra{i.Reference.Discount, i.Reference.Tax}), i.Amount.Currency(), i.Amount.Minor(), i.Description, customer,
		i.Purpose, i.Preferred, i.Metadata, i.CallbackURL, i.Callback, i.Token, i.Status, i.Before, i.Reason, i.Session, i.Payment,
		i.Method, i.Row, sqldb.Micros(i.CreatedAt), sqldb.Micros(i.UpdatedAt), sqldb.Micros(i.ExpiresAt))
	return n == 1, err
}

const updateIntent = `UPDATE payment_intents SET status = $3, status_before = $4, reason = $5, payment_id = $6, method = $7,
	updated_at = $8, version = version + 1 WHERE id = $1 AND version = $2`

// UpdateIntent writes what may change of an intent if nobody else has since it
// was read.
func (r records) UpdateIntent(i intent.Intent) {
	r.tx.ExecOne(updateIntent, i.ID, i.Row, i.Status, i.Before, i.Reason, i.Payment, i.Method, sqldb.Micros(i.UpdatedAt))
}
