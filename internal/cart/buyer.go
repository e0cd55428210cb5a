package cart

import (
	"context"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// isBlank reports whether a text says nothing, as one of spaces alone.
func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

// checkPrefill checks what is known of a customer so far, all of which may be
// absent. Errors: Invalid "email" and "buyer.…".
func checkPrefill(email string, buyer pay.Buyer) error {
	if !isBlank(email) {
		if _, err := pay.CleanEmail("email", email); err != nil {
			return err
		}
	}
	return buyer.Clean().Complete(pay.FormNone)
}

// Identity is the input of Identify: whom a cart is for.
type Identity struct {
	Actor    pay.Actor
	Customer CustomerID // whose session asks, "" for the store's server
	Cart     ID         // "" is the customer's newest
	Email    string     // a blank one leaves it
	Buyer    pay.Buyer
	Order    pay.OrderID // minted, for a cart in checkout
	At       time.Time
}

// Validate checks everything that needs no look-up. Errors: Invalid "buyer" for
// who says nothing, and those of checkPrefill.
func (in Identity) Validate() error {
	if isBlank(in.Email) && in.Buyer.Clean() == (pay.Buyer{}) {
		return pay.MissingField("buyer")
	}
	return checkPrefill(in.Email, in.Buyer)
}

// Identify gives a cart its customer; a template becomes that customer's live
// cart. Of a cart in checkout it is the consumer step, which has to be complete
// and places the order.
// Errors: ErrNotFound, ErrAlreadySubmitted, Invalid "buyer", "email" and
// "buyer.…", State "checkout_ended", and those of pay.PlaceOrder.
func (c *Carts) Identify(ctx context.Context, tx pay.Tx, in Identity) (Priced, error) {
	cart, err := c.reachable(tx, in.Actor, in.Customer, in.Cart)
	if err != nil {
		return Priced{}, err
	}
	if cart.Status == Submitted {
		return Priced{}, ErrAlreadySubmitted
	}
	if cart.Checkout == "" {
		if !isBlank(in.Email) {
			cart.Email, _ = pay.CleanEmail("email", in.Email)
		}
		cart.Template, cart.Buyer, cart.UpdatedAt = false, in.Buyer.Clean().Or(cart.Buyer), in.At
		c.records(tx).UpdateCart(cart)
		return c.price(tx, cart)
	}
	checkout, err := c.records(tx).Checkout(cart.Checkout)
	if err != nil {
		return Priced{}, err
	}
	if checkout.ended(in.At) {
		return Priced{}, errCheckoutEnded
	}
	_, err = pay.PlaceOrder(ctx, tx, pay.Placement{
		ID: in.Order, Actor: pay.System(cart.Env), Session: checkout.Session, BuyerEmail: orElse(strings.TrimSpace(in.Email), cart.Email),
		Buyer: in.Buyer.Clean().Or(cart.Buyer), At: in.At,
	})
	if err != nil {
		return Priced{}, err
	}
	// Follow has written what the core told it.
	if cart, err = c.records(tx).Cart(cart.ID); err != nil {
		return Priced{}, err
	}
	return c.price(tx, cart)
}

// reachable finds the cart that a call means: of the store's server any of its
// own, of a customer's session what that session has opened.
// Errors: ErrNotFound, Invalid "cart_id".
func (c *Carts) reachable(r pay.Records, actor pay.Actor, customer CustomerID, id ID) (Cart, error) {
	if customer == "" {
		return c.owned(r, actor, id)
	}
	rows := c.records(r)
	if id == "" {
		newest, err := rows.CheckoutOfCustomer(customer, "")
		if fault.Is(err, fault.NotFound) {
			return Cart{}, ErrNotFound
		}
		if err != nil {
			return Cart{}, err
		}
		return rows.Cart(newest.Cart)
	}
	cart, err := c.owned(r, actor, id)
	if err != nil {
		return Cart{}, err
	}
	checkout, err := rows.Checkout(cart.Checkout)
	if fault.Is(err, fault.NotFound) || err == nil && checkout.Customer != customer {
		return Cart{}, ErrNotFound
	}
	return cart, err
}
