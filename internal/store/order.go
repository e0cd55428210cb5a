package store

import (
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const orderColumns = `id, store_id, env, session_id, product_id, version_id, status, buyer_email, identity, currency, subtotal, tax,
	total, tax_name, tax_rate, tax_category, billing, success_url, metadata, external_id, payment_id, turn, version,
	created_at, updated_at, completed_at, canceled_at, dialect, buyer`

const selectOrder = `SELECT ` + orderColumns + ` FROM orders WHERE id = $1`

// Order reads one order.
func (r records) Order(id pay.OrderID) (o pay.Order, err error) {
	var currency money.Currency
	var subtotal, tax, total, created, updated, completed, canceled int64
	var billing, buyer string
	err = r.QueryRow(selectOrder, id).Scan(&o.ID, &o.Store, &o.Env, &o.Session, &o.Product, &o.Version, &o.Status, &o.BuyerEmail,
		&o.Identity, &currency, &subtotal, &tax, &total, &o.Quote.Rate.Name, &o.Quote.Rate.Rate, &o.Category, &billing,
		&o.SuccessURL, &o.Metadata, &o.ExternalID, &o.Payment, &o.Turn, &o.Row, &created, &updated, &completed, &canceled,
		&o.Dialect, &buyer)
	if err != nil {
		return o, absent(err, pay.ErrOrderNotFound)
	}
	o.Quote.Subtotal, o.Quote.Tax, o.Quote.Total = money.New(subtotal, currency), money.New(tax, currency), money.New(total, currency)
	o.CreatedAt, o.UpdatedAt, o.CompletedAt, o.CanceledAt = sqldb.Moment(created), sqldb.Moment(updated), sqldb.Moment(completed), sqldb.Moment(canceled)
	if err := fromJSON(billing, &o.Billing); err != nil {
		return o, err
	}
	return o, fromJSON(buyer, &o.Buyer)
}

const insertOrder = `INSERT INTO orders (` + orderColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
	$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)`

// InsertOrder writes a new order.
func (r records) InsertOrder(o pay.Order) {
	q := o.Quote
	r.tx.Exec(insertOrder, o.ID, o.Store, o.Env, o.Session, o.Product, o.Version, o.Status, o.BuyerEmail, o.Identity,
		q.Total.Currency(), q.Subtotal.Minor(), q.Tax.Minor(), q.Total.Minor(), q.Rate.Name, int64(q.Rate.Rate), o.Category,
		encodeBilling(o.Billing), o.SuccessURL, o.Metadata, o.ExternalID, o.Payment, o.Turn, o.Row,
		sqldb.Micros(o.CreatedAt), sqldb.Micros(o.UpdatedAt), sqldb.Micros(o.CompletedAt), sqldb.Micros(o.CanceledAt),
		o.Dialect, encodeKnown(o.Buyer))
}

const updateOrder = `UPDATE orders SET status = $3, buyer_email = $4, identity = $5, subtotal = $6, tax = $7, total = $8,
	tax_name = $9, tax_rate = $10, billing = $11, success_url = $12, payment_id = $13, turn = $14, updated_at = $15,
	completed_at = $16, canceled_at = $17, buyer = $18, version = version + 1 WHERE id = $1 AND version = $2`

// UpdateOrder writes what may change of an order if nobody else has since it
// was read. It is the guard that lets one charge start.
func (r records) UpdateOrder(o pay.Order) {
	q := o.Quote
	r.tx.ExecOne(updateOrder, o.ID, o.Row, o.Status, o.BuyerEmail, o.Identity, q.Subtotal.Minor(), q.Tax.Minor(), q.Total.Minor(),
		q.Rate.Name, int64(q.Rate.Rate), encodeBilling(o.Billing), o.SuccessURL, o.Payment, o.Turn, sqldb.Micros(o.UpdatedAt),
		sqldb.Micros(o.CompletedAt), sqldb.Micros(o.CanceledAt), encodeKnown(o.Buyer))
}
