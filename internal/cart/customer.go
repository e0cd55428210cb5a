package cart

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// CustomerID is a ULID: the id of a customer's session and of its token.
type CustomerID string

// Customer is one customer's session, for which a token was minted
// (spec/diddo.md §5).
type Customer struct {
	ID        CustomerID
	Subject   string // who it is, as far as a token has to tell: a ULID
	Store     pay.StoreID
	Env       pay.Env
	Email     string // prefilled, as is Buyer
	Buyer     pay.Buyer
	Row       int64
	CreatedAt time.Time
	ExpiresAt time.Time
}

// TokenSecret is what a store's customer tokens are signed with in an
// environment; sealed at rest.
type TokenSecret struct {
	Store     pay.StoreID
	Env       pay.Env
	Secret    id.Secret
	CreatedAt time.Time
}

// ErrCustomerNotFound is the answer to an unknown session of a customer.
var ErrCustomerNotFound = fault.New(fault.NotFound, "customer_not_found", "There is no such customer session")

// NewCustomer is the input of Mint.
type NewCustomer struct {
	Actor   pay.Actor // ByStore, in one environment
	ID      CustomerID
	Subject string
	Email   string
	Buyer   pay.Buyer
	Secret  id.Secret // minted; kept when the store has none yet
	At      time.Time
}

// Validate checks the prefill, which need not be complete.
func (in NewCustomer) Validate() error {
	return checkPrefill(in.Email, in.Buyer)
}

// Mint begins a customer's session and returns its token, which is good for
// Life and cannot be had again. Errors: Invalid "email" and "buyer.…".
func (c *Carts) Mint(_ context.Context, tx pay.Tx, in NewCustomer) (id.Secret, error) {
	rows := c.records(tx)
	key, err := rows.TokenSecret(TokenSecret{Store: in.Actor.Store, Env: in.Actor.Env, Secret: in.Secret, CreatedAt: in.At})
	if err != nil {
		return "", err
	}
	email, _ := pay.CleanEmail("email", in.Email)
	customer := Customer{
		ID: in.ID, Subject: in.Subject, Store: in.Actor.Store, Env: in.Actor.Env, Email: email, Buyer: in.Buyer.Clean(),
		Row: 1, CreatedAt: in.At, ExpiresAt: in.At.Add(Life),
	}
	rows.InsertCustomer(customer)
	return sign(claimsOf(customer), key.Secret)
}
