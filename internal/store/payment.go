package store

import (
	"time"

	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const paymentColumns = `id, store_id, env, order_id, status, method, connector, currency, amount, tax, charged, refunded, refunding,
	brand, last4, expiry_month, expiry_year, failure, external_id, version, created_at, updated_at, paid_at, refund_tax, fee, fee_name, fee_words`

const selectPayment = `SELECT ` + paymentColumns + ` FROM payments WHERE id = $1`

// Payment reads one payment.
func (r records) Payment(id pay.PaymentID) (p pay.Payment, err error) {
	var currency money.Currency
	var asked, tax, charged, refunded, refunding, created, updated, paid, refundTax, fee int64
	err = r.QueryRow(selectPayment, id).Scan(&p.ID, &p.Store, &p.Env, &p.Order, &p.Status, &p.Method, &p.Connector, &currency,
		&asked, &tax, &charged, &refunded, &refunding, &p.Receipt.Brand, &p.Receipt.Last4, &p.Receipt.ExpiryMonth,
		&p.Receipt.ExpiryYear, &p.Failure, &p.ExternalID, &p.Row, &created, &updated, &paid, &refundTax, &fee, &p.FeeName, &p.FeeWords)
	p.Amount, p.Tax, p.Charged = money.New(asked, currency), money.New(tax, currency), money.New(charged, currency)
	p.Refunded, p.Refunding = money.New(refunded, currency), money.New(refunding, currency)
	p.RefundTax, p.Fee = money.New(refundTax, currency), money.New(fee, currency)
	p.CreatedAt, p.UpdatedAt, p.PaidAt = sqldb.Moment(created), sqldb.Moment(updated), sqldb.Moment(paid)
	return p, absent(err, pay.ErrPaymentNotFound)
}

const insertPayment = `INSERT INTO payments (` + paymentColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
	$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`

// InsertPayment writes a new payment.
func (r records) InsertPayment(p pay.Payment) {
	r.tx.Exec(insertPayment, p.ID, p.Store, p.Env, p.Order, p.Status, p.Method, p.Connector, p.Amount.Currency(), p.Amount.Minor(),
		p.Tax.Minor(), p.Charged.Minor(), p.Refunded.Minor(), p.Refunding.Minor(), p.Receipt.Brand, p.Receipt.Last4,
		p.Receipt.ExpiryMonth, p.Receipt.ExpiryYear, p.Failure, p.ExternalID, p.Row,
		sqldb.Micros(p.CreatedAt), sqldb.Micros(p.UpdatedAt), sqldb.Micros(p.PaidAt), p.RefundTax.Minor(),
		p.Fee.Minor(), p.FeeName, p.FeeWords)
}

const updatePayment = `UPDATE payments SET status = $3, method = $4, connector = $5, charged = $6, refunded = $7, refunding = $8,
	brand = $9, last4 = $10, expiry_month = $11, expiry_year = $12, failure = $13, updated_at = $14, paid_at = $15,
	refund_tax = $16, fee = $17, fee_name = $18, fee_words = $19, version = version + 1 WHERE id = $1 AND version = $2`

// UpdatePayment writes what may change of a payment if nobody else has since
// it was read.
func (r records) UpdatePayment(p pay.Payment) {
	r.tx.ExecOne(updatePayment, p.ID, p.Row, p.Status, p.Method, p.Connector, p.Charged.Minor(), p.Refunded.Minor(), p.Refunding.Minor(),
		p.Receipt.Brand, p.Receipt.Last4, p.Receipt.ExpiryMonth, p.Receipt.ExpiryYear, p.Failure,
		sqldb.Micros(p.UpdatedAt), sqldb.Micros(p.PaidAt), p.RefundTax.Minor(),
		p.Fee.Minor(), p.FeeName, p.FeeWords)
}

// reserveRefund is the guard of DESIGN §3 rule 3: what went back and what is on
// its way never exceed what was charged.
const reserveRefund = `UPDATE payments SET refunding = refunding + $3, refund_tax = refund_tax + $4, updated_at = $5,
	version = version + 1
	WHERE id = $1 AND version = $2 AND status = 'succeeded' AND charged - refunded - refunding >= $3`

// ReserveRefund reserves a refund on a payment if it fits and nobody else has
// written the payment since it was read.
func (r records) ReserveRefund(p pay.Payment, amount, tax money.Amount, at time.Time) {
	r.tx.ExecOne(reserveRefund, p.ID, p.Row, amount.Minor(), tax.Minor(), sqldb.Micros(at))
}
