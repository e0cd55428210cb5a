package cart

import (
	"context"
	"strconv"
	"strings"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Beginning is the input of Begin. What it mints is unused when the cart's
// checkout is open already.
type Beginning struct {
	Actor      pay.Actor // ByStore, in one environment
	Cart       ID
	Identified bool // the cart has to know its buyer, as the older API wants it
	Minted
	At time.Time
}

// Minted are the identifiers of a checkout that is begun.
type Minted struct {
	Cart     ID
	Checkout CheckoutID
	Session  pay.SessionID
}

// Refusals of beginning a checkout.
var (
	errBuyerMissing = fault.Invalidf("cart_id", "buyer_identity_missing", "The cart has no buyer identity").
			WithHint("Give it one with POST /cart/customer")
	errCartEmpty    = unprocessable("cart_empty", "The cart is empty")
	errNothingToPay = unprocessable("nothing_to_pay", "The cart costs nothing")
	errCurrencyMix  = unprocessable("currency_mix", "The products of the cart have no currency in common")
)

func unprocessable(code, message string) *fault.Error {
	return fault.New(fault.State, code, message).WithField("cart_id")
}

// Begin opens a checkout: a template, and a live cart whose checkout has ended,
// are copied into a new live cart; another live cart is used itself. A cart
// whose checkout is open gives that one back.
// Errors: ErrNotFound, ErrAlreadySubmitted, Invalid "buyer_identity_missing",
// State "cart_empty", "variant_unavailable", "currency_mix" and
// "nothing_to_pay", and those of pay.CreateSale.
func (c *Carts) Begin(ctx context.Context, tx pay.Tx, in Beginning) (Priced, error) {
	cart, err := c.owned(tx, in.Actor, in.Cart)
	if err != nil {
		return Priced{}, err
	}
	if cart.Status == Submitted {
		return Priced{}, ErrAlreadySubmitted
	}
	if in.Identified && !cart.Identified() {
		return Priced{}, errBuyerMissing
	}
	return c.begin(ctx, tx, cart, Customer{}, in.Minted, in.At)
}

// begin is Begin for a cart that was found, perhaps by a customer.
func (c *Carts) begin(ctx context.Context, tx pay.Tx, cart Cart, customer Customer, minted Minted, at time.Time) (Priced, error) {
	priced, err := c.price(tx, cart)
	if err != nil {
		return Priced{}, err
	}
	if open, err := priced.open(tx, at); err != nil || open {
		return priced, err
	}
	fresh := cart.Template || priced.Checkout != nil
	if fresh {
		cart = cart.copied(minted.Cart, at)
		if priced, err = c.price(tx, cart); err != nil {
			return Priced{}, err
		}
	}
	if err := priced.sellable(); err != nil {
		return Priced{}, err
	}
	cart.Lines, cart.Shipping, cart.Checkout, cart.UpdatedAt = priced.pinned(), priced.Method, minted.Checkout, at
	cart.Email, cart.Buyer = orElse(customer.Email, cart.Email), customer.Buyer.Or(cart.Buyer)
	checkout := Checkout{
		ID: minted.Checkout, Store: cart.Store, Env: cart.Env, Cart: cart.ID, Origin: cart.Origin, Session: minted.Session,
		Customer: customer.ID, Status: CheckoutInitialized, Amount: priced.Total, Row: 1,
		CreatedAt: at, UpdatedAt: at, ExpiresAt: at.Add(Life),
	}
	settings, err := tx.Settings(cart.Store)
	if err != nil {
		return Priced{}, err
	}
	// The cart goes first: its guard is the lock that lets one checkout begin.
	rows := c.records(tx)
	if fresh {
		rows.InsertCart(cart)
	} else {
		rows.UpdateCart(cart)
	}
	_, err = pay.CreateSale(ctx, tx, pay.NewSale{
		ID: checkout.Session, Actor: pay.System(cart.Env), Store: cart.Store, Env: cart.Env, Dialect: Dialect,
		Item: priced.item(), Price: priced.Total, Form: pay.FormDelivery, BuyerEmail: cart.Email, Buyer: cart.Buyer,
		SuccessURL: returning(settings.Get(successURL), checkout, CheckoutSucceeded),
		CancelURL:  returning(settings.Get(cancelURL), checkout, CheckoutCancelled),
		Life:       Life, ExternalID: string(cart.ID), Methods: []connector.Method{connector.Card},
		Handles: []string{string(cart.ID)}, At: at,
	})
	if err != nil {
		return Priced{}, err
	}
	rows.InsertCheckout(checkout)
	priced.Cart, priced.Checkout = cart, &checkout
	return priced, c.tell(tx, Initialized, string(checkout.ID), priced, at)
}

// open reports whether the cart's checkout can still be paid, or is being paid
// although its time is up: money that is on its way ends before another checkout
// begins.
func (p Priced) open(tx pay.Tx, at time.Time) (bool, error) {
	if p.Checkout == nil || p.Checkout.Status.Over() {
		return false, nil
	}
	if at.Before(p.Checkout.ExpiresAt) {
		return true, nil
	}
	session, err := tx.Session(p.Checkout.Session)
	if err != nil || session.Order == "" {
		return false, err
	}
	order, err := tx.Order(session.Order)
	return order.Payment != "", err
}

// copied is a live cart with the products of another.
func (c Cart) copied(id ID, at time.Time) Cart {
	live := Cart{
		ID: id, Store: c.Store, Env: c.Env, Origin: c.ID, Status: InProgress, Email: c.Email, Buyer: c.Buyer, Shipping: c.Shipping,
		Row: 1, CreatedAt: at, UpdatedAt: at,
	}
	if c.Origin != "" {
		live.Origin = c.Origin // a copy of a copy is still of the first
	}
	for _, line := range c.Lines {
		line.Pin = nil
		live.Lines = append(live.Lines, line)
	}
	return live
}

// sellable says why a cart cannot be checked out, if so.
func (p Priced) sellable() error {
	switch gone := p.Unavailable(); {
	case len(p.Lines) == 0:
		return errCartEmpty
	case len(gone) > 0:
		return unprocessable("variant_unavailable", "The cart has variants that are not available: "+string(gone[0])).WithField("variant_id")
	case p.Currency == "":
		return errCurrencyMix
	case p.Total.Sign() <= 0:
		return errNothingToPay
	}
	return nil
}

// Bounds of the summary, in characters; those of pay.Item are greater.
const (
	summaryName  = 120
	summaryLines = 20
)

// item is the cart in words, for the page and the provider.
func (p Priced) item() pay.Item {
	name := clipped(p.Lines[0].Pin.Title)
	if others := len(p.Lines) - 1; others > 0 {
		name += " + " + strconv.Itoa(others) + " more"
	}
	var lines []string
	for i, line := range p.Lines {
		if i == summaryLines {
			lines = append(lines, "…")
			break
		}
		lines = append(lines, strconv.FormatInt(line.Quantity, 10)+" × "+clipped(line.Pin.Title))
	}
	return pay.Item{Name: name, Description: strings.Join(lines, "\n")}
}

func clipped(title string) string {
	if chars := []rune(title); len(chars) > summaryName {
		return string(chars[:summaryName-1]) + "…"
	}
	return title
}

func orElse(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
