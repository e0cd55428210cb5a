package diddo

import (
	"context"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

func toBeginning(call *api.Call, identified bool) (cart.Beginning, error) {
	cartID, err := toBegunID(call)
	ids := call.IDs()
	return cart.Beginning{
		Actor: call.Actor(), Cart: cartID, Identified: identified, At: call.At,
		Minted: cart.Minted{Cart: cart.ID(ids.ULID()), Checkout: cart.CheckoutID(ids.ULID()), Session: pay.SessionID(ids.Session())},
	}, err
}

// toBegunID reads the id of the path. Where the documentation speaks of a UUID,
// it may be the same 128 bits in that form (spec/diddo.md §1).
// Errors: Invalid "cart_id".
func toBegunID(call *api.Call) (cart.ID, error) {
	raw := call.PathValue("cart_id")
	if asUUID, err := id.ParseUUID(raw); err == nil && call.Route.Path == pathBegin {
		return cart.ID(id.FormatULID(asUUID)), nil
	}
	return toCartID("cart_id", raw)
}

func (d *dialect) fromBegun(_ *api.Call, begun cart.Priced) any {
	return begunWire{
		CheckoutID: string(begun.Checkout.ID), CartID: string(begun.ID), TemplateCartID: textOrNull(begun.Origin),
		Status: string(begun.Checkout.Status), Amount: fromMoney(begun.Checkout.Amount), URL: d.pageOf(begun.ID),
		ExpiresAt: timeOf(begun.Checkout.ExpiresAt),
	}
}

func (d *dialect) fromOldCheckout(_ *api.Call, begun cart.Priced) any {
	return oldCheckoutWire{URL: d.pageOf(begun.ID)}
}

// pageOf is the hosted page of a live cart.
func (d *dialect) pageOf(live cart.ID) string {
	return d.publicURL + Root + "/checkout/" + string(live)
}

// token is a customer session token that nobody has seen yet.
type token = id.Secret

func (d *dialect) toNewCustomer(_ context.Context, call *api.Call, wire tokenWire) (cart.NewCustomer, error) {
	ids := call.IDs()
	customer := cart.NewCustomer{
		Actor: call.Actor(), ID: cart.CustomerID(ids.ULID()), Subject: ids.ULID(), Secret: id.Secret(ids.Token(secretBytes)), At: call.At,
	}
	if wire.BuyerIdentity != nil {
		customer.Email, customer.Buyer = wire.BuyerIdentity.Email, wire.BuyerIdentity.buyer()
	}
	return customer, nil
}

// secretBytes is the size of the key that tokens are signed with, as great as
// the hash (RFC 7518 §3.2).
const secretBytes = 32

func fromToken(_ *api.Call, minted token) any { return tokenAnswerWire{CST: minted.Reveal()} }

// The modes of keys (spec/diddo.md §1).
var modes = map[string]pay.Env{"test": pay.Test, "live": pay.Prod}

// exchangeToken answers /auth/api-key: the bearer is a temporary token, which is
// spent. It was taken for granted so far, so that a bad one is told before a bad
// mode, which leaves a good one unspent.
func (d *dialect) exchangeToken(ctx context.Context, call *api.Call) (pay.Answer, error) {
	bearer, err := bearerOf(call.Header)
	if err != nil {
		return pay.Answer{}, err
	}
	mode, wrong := toMode(call)
	made, err := d.Keys.ExchangeStoreToken(ctx, Name, bearer, modes[mode])
	if wrong != nil && fault.Is(err, fault.Invalid) {
		return pay.Answer{}, wrong
	}
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, keyWire{APIKey: made.Text.Reveal(), Mode: mode})
}

// toMode reads which mode a key is asked for. Errors: Invalid "mode", with a mode
// that is none.
func toMode(call *api.Call) (string, error) {
	query, err := queryOf(call)
	if err != nil {
		return "", err
	}
	mode, _, err := toText(query, "mode")
	if err != nil {
		return "", err
	}
	if _, known := modes[mode]; !known {
		return "", fault.Invalidf("mode", "bad_mode", "mode must be test or live")
	}
	return mode, nil
}
