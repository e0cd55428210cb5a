package cart

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Opening is the input of Open: the hosted page's entry, by anybody who has the
// link, with or without a customer's token.
type Opening struct {
	Cart  ID
	Token *Claims // checked; nil for a guest
	Minted
	At time.Time
}

// Open begins a checkout for a visitor, or finds the one that a customer's
// session has opened from the same cart. A live cart leads to its own checkout,
// whatever has become of that, as long as the cart is not to be begun anew.
// Errors: ErrNotFound (also for a token of another store or environment),
// ErrTokenRefused, and those of Begin.
func (c *Carts) Open(ctx context.Context, tx pay.Tx, in Opening) (Priced, error) {
	rows := c.records(tx)
	cart, err := rows.Cart(in.Cart)
	if err != nil {
		return Priced{}, err
	}
	if cart.Status == Submitted {
		return c.price(tx, cart)
	}
	if in.Token == nil {
		return c.begin(ctx, tx, cart, Customer{}, in.Minted, in.At)
	}
	customer, err := rows.Customer(in.Token.Customer)
	switch {
	case err != nil:
		return Priced{}, err
	case customer.Store != cart.Store || customer.Env != cart.Env:
		return Priced{}, ErrNotFound
	}
	known, err := rows.CheckoutOfCustomer(customer.ID, ID(orElse(string(cart.Origin), string(cart.ID))))
	switch {
	case err == nil && known.Status != CheckoutCancelled:
		opened, err := rows.Cart(known.Cart)
		if err != nil {
			return Priced{}, err
		}
		return c.price(tx, opened)
	case err != nil && !fault.Is(err, fault.NotFound):
		return Priced{}, err
	}
	// Two openings at once would both find none.
	rows.TouchCustomer(customer)
	return c.begin(ctx, tx, cart, customer, in.Minted, in.At)
}

// Look is what a link to a cart shows before anything is opened: the store, and
// whether there is such a cart. Errors: ErrNotFound.
func (c *Carts) Look(r pay.Records, id ID) (Priced, error) {
	cart, err := c.records(r).Cart(id)
	if err != nil {
		return Priced{}, err
	}
	return c.price(r, cart)
}

// Show is a cart of an actor's store. Errors: ErrNotFound.
func (c *Carts) Show(r pay.Records, actor pay.Actor, id ID) (Priced, error) {
	cart, err := c.owned(r, actor, id)
	if err != nil {
		return Priced{}, err
	}
	return c.price(r, cart)
}
