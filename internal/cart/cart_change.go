package cart

import (
	"context"
	"slices"
	"time"

	"tillway/internal/pay"
)

// Item is what is put into a cart, or changed in it.
type Item struct {
	Variant  pay.ProductID
	Quantity int64
	Choices  []Choice
}

// Change is the input of Add and Update.
type Change struct {
	Actor pay.Actor // ByStore, in one environment
	Cart  ID        // "" makes a template cart (Add only)
	Fresh ID        // minted, for it
	Item  Item
	At    time.Time
}

// Validate checks everything that needs no look-up.
func (in Change) Validate() error {
	if in.Item.Quantity < 0 || in.Item.Quantity > MaxQuantity {
		return badQuantity()
	}
	return nil
}

// Add puts more of a variant into a cart, or makes a template cart with it.
// Errors: ErrNotFound, ErrAlreadySubmitted, State "cart_in_checkout", Invalid "item.…".
func (c *Carts) Add(_ context.Context, tx pay.Tx, in Change) (Priced, error) {
	cart := Cart{
		ID: in.Fresh, Store: in.Actor.Store, Env: in.Actor.Env, Template: true, Status: InProgress, Row: 1,
		CreatedAt: in.At, UpdatedAt: in.At,
	}
	var err error
	if in.Cart != "" {
		if cart, err = c.owned(tx, in.Actor, in.Cart); err != nil {
			return Priced{}, err
		}
	}
	// Taking away needs no product that can still be bought.
	if in.Item.Quantity > 0 {
		if in.Item.Choices, err = chosen(tx, cart, in.Item); err != nil {
			return Priced{}, err
		}
	}
	lines, err := added(cart.Lines, in.Item.sorted())
	if err != nil {
		return Priced{}, err
	}
	if in.Cart == "" {
		cart.Lines = lines
		priced, err := c.price(tx, cart)
		if err == nil {
			c.records(tx).InsertCart(cart)
		}
		return priced, err
	}
	return c.refill(tx, cart, lines, in.At)
}

// Update sets how many of a variant are in a cart, with the errors of Add.
func (c *Carts) Update(_ context.Context, tx pay.Tx, in Change) (Priced, error) {
	cart, err := c.owned(tx, in.Actor, in.Cart)
	if err != nil {
		return Priced{}, err
	}
	lines, err := changed(cart.Lines, in.Item.sorted())
	if err != nil {
		return Priced{}, err
	}
	return c.refill(tx, cart, lines, in.At)
}

// Removal is the input of Remove.
type Removal struct {
	Actor   pay.Actor
	Cart    ID
	Variant pay.ProductID
	At      time.Time
}

// Remove takes a variant out of a cart, however many there are of it. One that
// is not in it changes nothing.
// Errors: ErrNotFound, ErrAlreadySubmitted, State "cart_in_checkout".
func (c *Carts) Remove(_ context.Context, tx pay.Tx, in Removal) (Priced, error) {
	cart, err := c.owned(tx, in.Actor, in.Cart)
	if err != nil {
		return Priced{}, err
	}
	return c.refill(tx, cart, without(cart.Lines, in.Variant), in.At)
}

// refill gives a cart other lines, if they are others.
func (c *Carts) refill(tx pay.Tx, cart Cart, lines []Line, at time.Time) (Priced, error) {
	if err := cart.open(); err != nil {
		return Priced{}, err
	}
	same := slices.EqualFunc(cart.Lines, lines, func(a, b Line) bool {
		return a.Variant == b.Variant && a.Quantity == b.Quantity && equalChoices(a.Choices, b.Choices)
	})
	if same {
		return c.price(tx, cart)
	}
	cart.Lines, cart.UpdatedAt = lines, at
	priced, err := c.price(tx, cart)
	if err == nil {
		c.records(tx).UpdateCart(cart)
	}
	return priced, err
}

func (i Item) sorted() Item {
	i.Choices = inOrder(i.Choices)
	return i
}
