package diddo

import (
	"context"
	"encoding/json"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

func (d *dialect) toAddition(ctx context.Context, call *api.Call, wire itemWire) (cart.Change, error) {
	if wire.CartID == nil {
		item, err := toItem(wire.Item)
		return cart.Change{Actor: call.Actor(), Fresh: cart.ID(call.IDs().ULID()), Item: item, At: call.At}, err
	}
	return d.toChange(ctx, call, wire)
}

func (d *dialect) toChange(_ context.Context, call *api.Call, wire itemWire) (cart.Change, error) {
	if wire.CartID == nil {
		return cart.Change{}, pay.MissingField("cart_id")
	}
	cartID, err := toCartID("cart_id", *wire.CartID)
	if err != nil {
		return cart.Change{}, err
	}
	item, err := toItem(wire.Item)
	return cart.Change{Actor: call.Actor(), Cart: cartID, Item: item, At: call.At}, err
}

// toItem reads an item; its quantity is 1 when it is not given.
// Errors: Invalid "item.…".
func toItem(wire *itemMemberWire) (cart.Item, error) {
	switch {
	case wire == nil:
		return cart.Item{}, pay.MissingField("item")
	case wire.VariantID == "":
		return cart.Item{}, pay.MissingField("item.variant_id")
	}
	variant, err := toVariant("item.variant_id", wire.VariantID)
	if err != nil {
		return cart.Item{}, err
	}
	item := cart.Item{Variant: variant, Quantity: 1}
	if wire.Quantity != nil {
		quantity, whole := wire.Quantity.Int64()
		if !whole {
			quantity = -1 // which Validate refuses
		}
		item.Quantity = quantity
	}
	for _, c := range wire.Customizations {
		choice, err := toChoice(c)
		if err != nil {
			return cart.Item{}, err
		}
		item.Choices = append(item.Choices, choice)
	}
	return item, nil
}

// toVariant reads a variant's id, which is its product's. Errors: Invalid.
func toVariant(name, raw string) (pay.ProductID, error) {
	if _, err := id.Parse(id.Product, raw); err != nil {
		return "", fault.From(err).WithField(name)
	}
	return pay.ProductID(raw), nil
}

// toChoice reads a customization, whose value is a text or a list of texts.
func toChoice(wire customizationWire) (cart.Choice, error) {
	if wire.Key == "" {
		return cart.Choice{}, pay.MissingField("item.customizations.key")
	}
	choice := cart.Choice{Key: wire.Key, Text: wire.TextValue}
	if len(wire.Value) == 0 {
		return choice, nil
	}
	var one string
	if json.Unmarshal(wire.Value, &one) == nil {
		choice.Values = []string{one}
		return choice, nil
	}
	if json.Unmarshal(wire.Value, &choice.Values) != nil {
		return cart.Choice{}, fault.Invalidf("item.customizations.value", "wrong_type", "item.customizations.value must be a string or a list of strings")
	}
	return choice, nil
}

func (d *dialect) toRemoval(_ context.Context, call *api.Call, wire removalWire) (cart.Removal, error) {
	switch {
	case wire.CartID == "":
		return cart.Removal{}, pay.MissingField("cart_id")
	case wire.VariantID == "":
		return cart.Removal{}, pay.MissingField("variant_id")
	}
	variant, err := toVariant("variant_id", wire.VariantID)
	if err != nil {
		return cart.Removal{}, err
	}
	cartID, err := toCartID("cart_id", wire.CartID)
	return cart.Removal{Actor: call.Actor(), Cart: cartID, Variant: variant, At: call.At}, err
}

func (d *dialect) toIdentity(_ context.Context, call *api.Call, wire customerWire) (cart.Identity, error) {
	name, raw := "cart_id", wire.CartID
	if raw == "" && wire.ID != "" {
		name, raw = "id", wire.ID
	}
	switch {
	case raw == "":
		return cart.Identity{}, pay.MissingField("cart_id")
	case wire.BuyerIdentity == nil:
		return cart.Identity{}, pay.MissingField("buyer_identity")
	}
	cartID, err := toCartID(name, raw)
	return cart.Identity{
		Actor: call.Actor(), Cart: cartID, Email: wire.BuyerIdentity.Email, Buyer: wire.BuyerIdentity.buyer(),
		Order: pay.OrderID(call.IDs().New(orderPrefix)), At: call.At,
	}, err
}

// showCart answers GET /cart/{id}.
func (d *dialect) showCart(ctx context.Context, call *api.Call) (pay.Answer, error) {
	priced, err := d.pathCart(ctx, call)
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, d.fromCart(call, priced))
}

// pathCart is the cart that the path names. Errors: Invalid, cart.ErrNotFound.
func (d *dialect) pathCart(ctx context.Context, call *api.Call) (priced cart.Priced, err error) {
	name := "id"
	if call.PathValue(name) == "" {
		name = "cart_id"
	}
	cartID, err := toCartID(name, call.PathValue(name))
	if err != nil {
		return cart.Priced{}, err
	}
	err = call.Core.View(ctx, func(r pay.Records) (err error) {
		priced, err = d.Carts.Show(r, call.Actor(), cartID)
		return err
	})
	return priced, err
}

// showStatus answers GET /cart/status/{id}, which platforms poll.
func (d *dialect) showStatus(ctx context.Context, call *api.Call) (pay.Answer, error) {
	priced, err := d.pathCart(ctx, call)
	if err != nil {
		return pay.Answer{}, err
	}
	wire := cartStatusWire{CartID: string(priced.ID), Status: string(priced.Status)}
	if priced.Checkout != nil {
		wire.CheckoutStatus, wire.OrderID = textOrNull(priced.Checkout.Status), textOrNull(priced.Checkout.Order)
	}
	return api.Document(http.StatusOK, wire)
}

func (d *dialect) fromCart(_ *api.Call, priced cart.Priced) any {
	wire := cartWire{
		ID: string(priced.ID), Status: string(priced.Status), Template: priced.Template, TemplateCartID: textOrNull(priced.Origin),
		Cost: costWire{
			IsEstimated: priced.Checkout == nil, Subtotal: moneyOrNull(priced.Subtotal), Tax: moneyOrNull(priced.Tax),
			Shipping: moneyOrNull(priced.Delivery), Total: moneyOrNull(priced.Total),
		},
		BuyerIdentity: fromBuyer(priced.Email, priced.Buyer), Stores: []cartStoreWire{},
		CreatedAt: timeOf(priced.CreatedAt), UpdatedAt: timeOf(priced.UpdatedAt),
	}
	if priced.Checkout != nil {
		wire.CheckoutID, wire.CheckoutStatus = textOrNull(priced.Checkout.ID), textOrNull(priced.Checkout.Status)
	}
	if len(priced.Lines) > 0 {
		store := cartStoreWire{
			Store: string(priced.Store), RequestID: string(priced.ID),
			Offer: offerWire{Subtotal: moneyOrNull(priced.Subtotal), Margin: noMargin(priced), NotAvailableIDs: []string{}},
		}
		for _, line := range priced.Lines {
			store.CartLines = append(store.CartLines, fromLine(line.Line, priced.StoreName, line.Available))
		}
		for _, gone := range priced.Unavailable() {
			store.Offer.NotAvailableIDs = append(store.Offer.NotAvailableIDs, string(gone))
		}
		wire.Stores = append(wire.Stores, store)
	}
	return cartAnswerWire{Cart: wire}
}

func fromLine(line cart.Line, storeName string, available bool) cartLineWire {
	sold := variantWire{
		ID: string(line.Variant), Title: line.Pin.Title, Marketplace: storeName, Description: line.Pin.Description,
		IsAvailable: available, Price: fromMoney(line.Pin.Price),
	}
	wire := cartLineWire{Quantity: line.Quantity, Variant: sold, Product: sold, Customizations: []customizationWire{}}
	for _, choice := range line.Choices {
		wire.Customizations = append(wire.Customizations, fromChoice(choice))
	}
	return wire
}

// fromChoice gives back a value as it was given: one as a text, several as a list.
func fromChoice(choice cart.Choice) customizationWire {
	wire := customizationWire{Key: choice.Key, TextValue: choice.Text}
	switch len(choice.Values) {
	case 0:
	case 1:
		wire.Value, _ = api.Encode(choice.Values[0]) // a text, which cannot fail
	default:
		wire.Value, _ = api.Encode(choice.Values)
	}
	return wire
}
