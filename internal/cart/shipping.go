package cart

import (
	"context"
	"slices"
	"time"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// MethodID names a method of shipping within a store.
type MethodID string

// Method is a way to ship a cart, at a price for all of it.
type Method struct {
	ID    MethodID     `json:"id"`
	Title string       `json:"title"`
	Price money.Amount `json:"price"`
}

// methodsIn lists what a store offers for carts of a currency: the methods whose
// price can be told in it, or else a single free one. There is always a first.
func methodsIn(settings pay.Settings, currency money.Currency) []Method {
	if currency == "" {
		currency = usual
	}
	var offered []Method
	stored, _ := readMethods(settings.Get(shippingMethods)) // it was checked when it was set
	for _, m := range stored {
		if price, err := money.Parse(m.Price, currency); err == nil {
			offered = append(offered, Method{ID: MethodID(m.ID), Title: m.Title, Price: price})
		}
	}
	if len(offered) == 0 {
		offered = []Method{{ID: "standard", Title: "Standard", Price: money.Zero(currency)}}
	}
	return offered
}

// ShippingChoice is the input of ChooseShipping.
type ShippingChoice struct {
	Actor    pay.Actor
	Customer CustomerID // whose session asks, "" for the store's server
	Cart     ID         // "" is the customer's newest
	Store    pay.StoreID
	Method   MethodID
	At       time.Time
}

// ChooseShipping sets how a cart is shipped, and with it what the cart costs,
// also while its checkout is open and not being paid.
// Errors: ErrNotFound, ErrAlreadySubmitted, Invalid "method_id" and "store",
// State "cart_not_shippable" and "checkout_ended", and those of pay.RepriceSale.
func (c *Carts) ChooseShipping(ctx context.Context, tx pay.Tx, in ShippingChoice) (Priced, error) {
	cart, err := c.reachable(tx, in.Actor, in.Customer, in.Cart)
	if err != nil {
		return Priced{}, err
	}
	if cart.Status == Submitted {
		return Priced{}, ErrAlreadySubmitted
	}
	if in.Store != "" && in.Store != cart.Store {
		return Priced{}, fault.Invalidf("store", "store_not_in_cart", "The cart has nothing of this store")
	}
	priced, err := c.price(tx, cart)
	if err != nil {
		return Priced{}, err
	}
	at := slices.IndexFunc(priced.Methods, func(m Method) bool { return m.ID == in.Method })
	if at < 0 {
		return Priced{}, fault.Invalidf("method_id", "unknown_method", "There is no such shipping method for this cart")
	}
	if cart.Shipping == priced.Methods[at] {
		return priced, nil
	}
	cart.Shipping, cart.UpdatedAt = priced.Methods[at], in.At
	if priced, err = c.price(tx, cart); err != nil {
		return Priced{}, err
	}
	if priced.Checkout != nil {
		if err := c.reprice(ctx, tx, &priced, in.At); err != nil {
			return Priced{}, err
		}
	}
	c.records(tx).UpdateCart(cart)
	return priced, nil
}

// reprice gives the open checkout of a cart its new total.
func (c *Carts) reprice(ctx context.Context, tx pay.Tx, priced *Priced, at time.Time) error {
	read := *priced.Checkout
	if read.ended(at) {
		return errCheckoutEnded
	}
	if priced.Total == read.Amount {
		return nil
	}
	_, err := pay.RepriceSale(ctx, tx, pay.Repricing{Session: read.Session, Actor: pay.System(read.Env), Price: priced.Total, At: at})
	if err != nil {
		return err
	}
	next := read
	next.Amount, next.UpdatedAt = priced.Total, at
	next.Row++
	c.records(tx).UpdateCheckout(next, read)
	priced.Checkout = &next
	return nil
}
