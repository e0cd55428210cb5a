package cart

import (
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Dialect names the sales of this package in the core.
const Dialect pay.Dialect = "diddo"

// ID is a ULID.
type ID string

// Status is what a platform that polls is told of a cart.
type Status string

// The states of a cart and their arrow: InProgress → Submitted.
const (
	InProgress Status = "IN_PROGRESS"
	Submitted  Status = "SUBMITTED"
)

// Cart is a list of products. A template's prices are those of the moment; a
// cart whose checkout was begun has them pinned.
type Cart struct {
	ID        ID
	Store     pay.StoreID
	Env       pay.Env
	Template  bool
	Origin    ID // the cart that a live one was copied from, "" for none
	Status    Status
	Lines     []Line
	Email     string
	Buyer     pay.Buyer
	Shipping  Method     // the chosen one; zero is the first. Pinned with the lines
	Checkout  CheckoutID // "" until one is begun
	Row       int64      // version of this row
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Identified reports whether the cart knows whom it is for, which takes an e-mail
// address at least: a name alone tells nobody apart.
func (c Cart) Identified() bool { return c.Email != "" }

// open checks that the products of the cart may still change.
// Errors: ErrAlreadySubmitted, State "cart_in_checkout".
func (c Cart) open() error {
	switch {
	case c.Status == Submitted:
		return ErrAlreadySubmitted
	case c.Checkout != "":
		return fault.New(fault.State, "cart_in_checkout", "The cart is in checkout and its products cannot change").
			WithHint("Begin another checkout from the template cart")
	}
	return nil
}

// The refusals of carts.
var (
	// ErrNotFound is also the answer to another store's cart and to one of the
	// other environment.
	ErrNotFound         = fault.New(fault.NotFound, "cart_not_found", "There is no such cart")
	ErrAlreadySubmitted = fault.New(fault.Conflict, "already_submitted", "The cart has been submitted already")
)

// Records is the port to the rows of this package, in the transaction below
// pay's records; package store implements it. Updates are guarded by the version
// that was read.
type Records interface {
	// Cart errors: ErrNotFound.
	Cart(ID) (Cart, error)
	InsertCart(Cart)
	UpdateCart(Cart)
	// Checkout errors: NotFound "checkout_not_found".
	Checkout(CheckoutID) (Checkout, error)
	// CheckoutOfSession errors: NotFound "checkout_not_found".
	CheckoutOfSession(pay.SessionID) (Checkout, error)
	// CheckoutOfCustomer is the newest that a customer's session has opened, from
	// a cart or, when origin is "", from any. Errors: NotFound "checkout_not_found".
	CheckoutOfCustomer(customer CustomerID, origin ID) (Checkout, error)
	InsertCheckout(Checkout)
	// UpdateCheckout writes what may change, under the version that was read.
	UpdateCheckout(next, read Checkout)
	// Customer errors: NotFound "customer_not_found".
	Customer(CustomerID) (Customer, error)
	InsertCustomer(Customer)
	// TouchCustomer keeps two openings of one customer's session apart, under the
	// version that was read.
	TouchCustomer(Customer)
	// TokenSecret is the key of a store's customer tokens. The fresh one is kept
	// when there is none yet.
	TokenSecret(TokenSecret) (TokenSecret, error)
	// FindTokenSecret errors: NotFound "token_secret_not_found".
	FindTokenSecret(pay.StoreID, pay.Env) (TokenSecret, error)
	// Products lists a store's products that have a version in the environment.
	Products(CatalogueQuery) (CataloguePage, error)
}

// Config is what Carts are made of.
type Config struct {
	// Records is this package's side of the transaction below pay's records.
	Records func(pay.Records) Records
}

// Carts has the commands of this package. It is a pay.Follower.
type Carts struct{ config Config }

// New makes Carts.
func New(config Config) *Carts { return &Carts{config: config} }

// records is this package's side of a transaction.
func (c *Carts) records(r pay.Records) Records {
	if tx, ok := r.(pay.Tx); ok {
		r = tx.Records
	}
	return c.config.Records(r)
}

// owned finds a cart in the scope of an actor. Errors: ErrNotFound.
func (c *Carts) owned(r pay.Records, actor pay.Actor, id ID) (Cart, error) {
	cart, err := c.records(r).Cart(id)
	if err != nil {
		return Cart{}, err
	}
	if cart.Store != actor.Store || cart.Env != actor.Env {
		return Cart{}, ErrNotFound
	}
	return cart, nil
}
