package store

import (
	"tillway/internal/cart"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// Carts is package cart's side of the transaction below records that this
// package made.
func Carts(r pay.Records) cart.Records { return cartRecords{r.(records)} }

// cartRecords implements cart.Records.
type cartRecords struct{ records }

const cartColumns = `id, store_id, env, template, origin_id, status, lines, email, buyer, shipping, checkout_id, version, created_at, updated_at`

const selectCart = `SELECT ` + cartColumns + ` FROM carts WHERE id = $1`

// Cart reads one cart.
func (r cartRecords) Cart(id cart.ID) (c cart.Cart, err error) {
	var lines, buyer, shipping string
	var created, updated int64
	err = r.QueryRow(selectCart, id).Scan(&c.ID, &c.Store, &c.Env, &c.Template, &c.Origin, &c.Status, &lines, &c.Email, &buyer, &shipping,
		&c.Checkout, &c.Row, &created, &updated)
	if err != nil {
		return cart.Cart{}, absent(err, cart.ErrNotFound)
	}
	c.CreatedAt, c.UpdatedAt = sqldb.Moment(created), sqldb.Moment(updated)
	if err := fromJSON(lines, &c.Lines); err != nil {
		return cart.Cart{}, err
	}
	if err := fromJSON(buyer, &c.Buyer); err != nil {
		return cart.Cart{}, err
	}
	return c, fromJSON(shipping, &c.Shipping)
}

const insertCart = `INSERT INTO carts (` + cartColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

// InsertCart writes a new cart.
func (r cartRecords) InsertCart(c cart.Cart) {
	r.tx.Exec(insertCart, c.ID, c.Store, c.Env, c.Template, c.Origin, c.Status, encodeLines(c.Lines), c.Email, encodeKnown(c.Buyer),
		encodeKnown(c.Shipping), c.Checkout, c.Row, sqldb.Micros(c.CreatedAt), sqldb.Micros(c.UpdatedAt))
}

const updateCart = `UPDATE carts SET template = $3, status = $4, lines = $5, email = $6, buyer = $7, shipping = $8, checkout_id = $9,
	updated_at = $10, version = version + 1 WHERE id = $1 AND version = $2`

// UpdateCart writes what may change of a cart if nobody else has since it was
// read. It is the guard that lets one checkout begin.
func (r cartRecords) UpdateCart(c cart.Cart) {
	r.tx.ExecOne(updateCart, c.ID, c.Row, c.Template, c.Status, encodeLines(c.Lines), c.Email, encodeKnown(c.Buyer),
		encodeKnown(c.Shipping), c.Checkout, sqldb.Micros(c.UpdatedAt))
}

// encodeLines keeps an empty cart as "".
func encodeLines(lines []cart.Line) string {
	if len(lines) == 0 {
		return ""
	}
	return toJSON(lines)
}
