package store

import (
	"tillway/internal/cart"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const checkoutColumns = `id, store_id, env, cart_id, origin_id, session_id, customer_id, status, reason, failures, failure_code, failure_message,
	payment_option, currency, amount, order_id, version, created_at, updated_at, expires_at`

func scanCheckout(row sqldb.Row) (c cart.Checkout, err error) {
	var currency money.Currency
	var amount, created, updated, expires int64
	err = row.Scan(&c.ID, &c.Store, &c.Env, &c.Cart, &c.Origin, &c.Session, &c.Customer, &c.Status, &c.Reason, &c.Failures,
		&c.Failure.Code, &c.Failure.Message, &c.Option, &currency, &amount, &c.Order, &c.Row, &created, &updated, &expires)
	if err != nil {
		return cart.Checkout{}, absent(err, cart.ErrCheckoutNotFound)
	}
	c.Amount = money.New(amount, currency)
	c.CreatedAt, c.UpdatedAt, c.ExpiresAt = sqldb.Moment(created), sqldb.Moment(updated), sqldb.Moment(expires)
	return c, nil
}

const selectCheckout = `SELECT ` + checkoutColumns + ` FROM cart_checkouts WHERE id = $1`

// Checkout reads one checkout.
func (r cartRecords) Checkout(id cart.CheckoutID) (cart.Checkout, error) {
	return scanCheckout(r.QueryRow(selectCheckout, id))
}

const selectCheckoutOfSession = `SELECT ` + checkoutColumns + ` FROM cart_checkouts WHERE session_id = $1`

// CheckoutOfSession reads the checkout of a sale.
func (r cartRecords) CheckoutOfSession(id pay.SessionID) (cart.Checkout, error) {
	return scanCheckout(r.QueryRow(selectCheckoutOfSession, id))
}

const selectCheckoutOfCustomer = `SELECT ` + checkoutColumns + ` FROM cart_checkouts
	WHERE customer_id = $1 AND customer_id <> '' AND ($2 = '' OR origin_id = $2) ORDER BY created_at DESC, id DESC LIMIT 1`

// CheckoutOfCustomer reads the newest checkout of a customer's session.
func (r cartRecords) CheckoutOfCustomer(customer cart.CustomerID, origin cart.ID) (cart.Checkout, error) {
	return scanCheckout(r.QueryRow(selectCheckoutOfCustomer, customer, origin))
}

const insertCheckout = `INSERT INTO cart_checkouts (` + checkoutColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`

// InsertCheckout writes a new checkout.
func (r cartRecords) InsertCheckout(c cart.Checkout) {
	r.tx.Exec(insertCheckout, c.ID, c.Store, c.Env, c.Cart, c.Origin, c.Session, c.Customer, c.Status, c.Reason, c.Failures,
		c.Failure.Code, c.Failure.Message, c.Option, c.Amount.Currency(), c.Amount.Minor(), c.Order, c.Row,
		sqldb.Micros(c.CreatedAt), sqldb.Micros(c.UpdatedAt), sqldb.Micros(c.ExpiresAt))
}

const updateCheckout = `UPDATE cart_checkouts SET status = $3, reason = $4, failures = $5, failure_code = $6, failure_message = $7,
	payment_option = $8, amount = $9, order_id = $10, updated_at = $11, version = $12 WHERE id = $1 AND version = $2`

// UpdateCheckout writes what may change of a checkout if nobody else has since
// it was read. A step may be worth several versions.
func (r cartRecords) UpdateCheckout(c, read cart.Checkout) {
	r.tx.ExecOne(updateCheckout, c.ID, read.Row, c.Status, c.Reason, c.Failures, c.Failure.Code, c.Failure.Message, c.Option,
		c.Amount.Minor(), c.Order, sqldb.Micros(c.UpdatedAt), c.Row)
}
