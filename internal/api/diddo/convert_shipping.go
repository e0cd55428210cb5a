package diddo

import (
	"context"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/cart"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
)

const orderPrefix = id.Order

// listMethods answers GET /cart/{id}/shipping.
func (d *dialect) listMethods(ctx context.Context, call *api.Call) (pay.Answer, error) {
	priced, err := d.pathCart(ctx, call)
	if err != nil {
		return pay.Answer{}, err
	}
	store := storeShippingWire{Store: string(priced.Store), Methods: []shippingMethodWire{}}
	for _, method := range priced.Methods {
		store.Methods = append(store.Methods, shippingMethodWire{
			ID: string(method.ID), Title: method.Title, Price: fromMoney(method.Price), Selected: method.ID == priced.Method.ID,
		})
	}
	return api.Document(http.StatusOK, shippingWire{CartID: string(priced.ID), Stores: []storeShippingWire{store}})
}

func (d *dialect) toShippingChoice(_ context.Context, call *api.Call, wire methodWire) (cart.ShippingChoice, error) {
	if wire.MethodID == "" {
		return cart.ShippingChoice{}, pay.MissingField("method_id")
	}
	cartID, err := toNamedCart(call, wire.CartID)
	return cart.ShippingChoice{
		Actor: call.Actor(), Customer: customerOf(call), Cart: cartID, Store: pay.StoreID(wire.Store), Method: cart.MethodID(wire.MethodID), At: call.At,
	}, err
}

func (d *dialect) toDelivery(_ context.Context, call *api.Call, wire deliveryWire) (cart.Identity, error) {
	if wire.BuyerInfo == nil {
		return cart.Identity{}, pay.MissingField("buyer_info")
	}
	cartID, err := toNamedCart(call, wire.CartID)
	return cart.Identity{
		Actor: call.Actor(), Customer: customerOf(call), Cart: cartID, Email: wire.BuyerInfo.Email, Buyer: wire.BuyerInfo.buyer(),
		Order: pay.OrderID(call.IDs().New(orderPrefix)), At: call.At,
	}, err
}

// customerOf is whose session token a call bears, "" for an API key.
func customerOf(call *api.Call) cart.CustomerID {
	if call.Credential.Class == auth.SessionClass {
		return cart.CustomerID(call.Credential.Token)
	}
	return ""
}

// toNamedCart reads a cart's id, which only a customer's call can do without.
func toNamedCart(call *api.Call, raw *string) (cart.ID, error) {
	if raw != nil {
		return toCartID("cart_id", *raw)
	}
	if customerOf(call) == "" {
		return "", pay.MissingField("cart_id")
	}
	return "", nil
}

// noMargin is the margin of an offer: the store sells its own goods.
func noMargin(priced cart.Priced) *moneyWire {
	if priced.Currency == "" {
		return nil
	}
	return moneyOrNull(money.Zero(priced.Currency))
}
