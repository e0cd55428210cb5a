package store

import (
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
)

const customerColumns = `id, store_id, env, subject, email, buyer, version, created_at, expires_at`

const selectCustomer = `SELECT ` + customerColumns + ` FROM cart_customers WHERE id = $1`

// Customer reads one session of a customer.
func (r cartRecords) Customer(id cart.CustomerID) (c cart.Customer, err error) {
	var buyer string
	var created, expires int64
	err = r.QueryRow(selectCustomer, id).Scan(&c.ID, &c.Store, &c.Env, &c.Subject, &c.Email, &buyer, &c.Row, &created, &expires)
	if err != nil {
		return cart.Customer{}, absent(err, cart.ErrCustomerNotFound)
	}
	c.CreatedAt, c.ExpiresAt = sqldb.Moment(created), sqldb.Moment(expires)
	return c, fromJSON(buyer, &c.Buyer)
}

const insertCustomer = `INSERT INTO cart_customers (` + customerColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// InsertCustomer writes a new session of a customer.
func (r cartRecords) InsertCustomer(c cart.Customer) {
	r.tx.Exec(insertCustomer, c.ID, c.Store, c.Env, c.Subject, c.Email, encodeKnown(c.Buyer), c.Row,
		sqldb.Micros(c.CreatedAt), sqldb.Micros(c.ExpiresAt))
}

const touchCustomer = `UPDATE cart_customers SET version = version + 1 WHERE id = $1 AND version = $2`

// TouchCustomer changes nothing but the version.
func (r cartRecords) TouchCustomer(c cart.Customer) { r.tx.ExecOne(touchCustomer, c.ID, c.Row) }

// errTokenSecretNotFound is the answer for a store that has minted no token.
var errTokenSecretNotFound = fault.New(fault.NotFound, "token_secret_not_found", "The store has no customer tokens")

const selectTokenSecret = `SELECT secret, created_at FROM cart_token_secrets WHERE store_id = $1 AND env = $2`

// FindTokenSecret reads what a store's tokens are signed with.
func (r cartRecords) FindTokenSecret(store pay.StoreID, env pay.Env) (cart.TokenSecret, error) {
	found := cart.TokenSecret{Store: store, Env: env}
	var sealed []byte
	var created int64
	if err := r.QueryRow(selectTokenSecret, store, env).Scan(&sealed, &created); err != nil {
		return cart.TokenSecret{}, absent(err, errTokenSecretNotFound)
	}
	plain, err := r.keys.Open(sealed, tokenSecretBinding(found))
	found.Secret, found.CreatedAt = id.Secret(plain), sqldb.Moment(created)
	return found, err
}

const insertTokenSecret = `INSERT INTO cart_token_secrets (store_id, env, secret, created_at) VALUES ($1, $2, $3, $4)
	ON CONFLICT (store_id, env) DO NOTHING`

// TokenSecret reads it, or keeps the fresh one. Of two that come first at once
// the second reads the first one's.
func (r cartRecords) TokenSecret(fresh cart.TokenSecret) (cart.TokenSecret, error) {
	found, err := r.FindTokenSecret(fresh.Store, fresh.Env)
	if !fault.Is(err, fault.NotFound) {
		return found, err
	}
	sealed, err := r.keys.Seal([]byte(fresh.Secret.Reveal()), tokenSecretBinding(fresh))
	if err != nil {
		return cart.TokenSecret{}, err
	}
	r.tx.Exec(insertTokenSecret, fresh.Store, fresh.Env, sealed, sqldb.Micros(fresh.CreatedAt))
	return r.FindTokenSecret(fresh.Store, fresh.Env)
}

func tokenSecretBinding(s cart.TokenSecret) seal.Binding {
	return seal.Binding{Table: "cart_token_secrets", Column: "secret", Row: string(s.Store), Store: string(s.Store), Env: string(s.Env)}
}
