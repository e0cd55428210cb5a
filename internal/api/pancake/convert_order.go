package pancake

import (
	"context"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// newOrder is the input of createOrder: an order in a session, or, from a
// merchant without one, the session itself.
type newOrder struct {
	placement *pay.Placement
	session   *pay.NewSession
}

// Validate judges whichever it is.
func (in newOrder) Validate() error {
	if in.session != nil {
		return in.session.Validate()
	}
	return in.placement.Validate()
}

// orderAnswer is what came of it.
type orderAnswer struct {
	placed  *pay.Placed
	session *pay.SessionCreated
}

// createOrder runs the command that the request stands for.
func createOrder(ctx context.Context, tx pay.Tx, in newOrder) (orderAnswer, error) {
	if in.session != nil {
		created, err := pay.CreateSession(ctx, tx, *in.session)
		return orderAnswer{session: &created}, err
	}
	if err := ownSession(tx.Records, in.placement.Session); err != nil {
		return orderAnswer{}, err
	}
	placed, err := pay.PlaceOrder(ctx, tx, *in.placement)
	return orderAnswer{placed: &placed}, err
}

func (d *dialect) toMerchantOrder(ctx context.Context, call *api.Call, wire merchantOrderWire) (newOrder, error) {
	if wire.CheckoutSessionID == "" {
		if wire.ProductID == "" && wire.Currency == "" {
			return newOrder{}, fault.Invalidf("checkoutSessionId", "missing_field", "Missing required field: provide checkoutSessionId, or productId and currency")
		}
		session, err := d.toMerchantSession(ctx, call, wire.merchantSessionWire)
		return newOrder{session: &session}, err
	}
	return d.toBuyerOrder(ctx, call, buyerOrderWire{
		CheckoutSessionID: wire.CheckoutSessionID, BillingDetail: wire.BillingDetail, BuyerEmail: wire.BuyerEmail,
		BuyerIP: wire.BuyerIP, SuccessURL: wire.SuccessURL,
	})
}

func (d *dialect) toBuyerOrder(_ context.Context, call *api.Call, wire buyerOrderWire) (newOrder, error) {
	if err := require(text("checkoutSessionId", wire.CheckoutSessionID)); err != nil {
		return newOrder{}, err
	}
	session, err := id.ParseSession(wire.CheckoutSessionID)
	if err != nil {
		return newOrder{}, fault.From(err).WithField("checkoutSessionId")
	}
	billing, err := toBilling(wire.BillingDetail)
	if err != nil {
		return newOrder{}, err
	}
	return newOrder{placement: &pay.Placement{
		ID: pay.OrderID(call.IDs().New(id.Order)), Actor: call.Actor(), Session: pay.SessionID("cs_" + session.String()),
		BuyerEmail: orderEmail(call.Credential, wire.BuyerEmail), Billing: billing, SuccessURL: wire.SuccessURL, At: call.At,
	}}, nil
}

// orderEmail drops a typed address where the token's identity is one: the
// merchant has said who the buyer is (spec/pancake.md §5.10).
func orderEmail(credential auth.Credential, typed string) string {
	if credential.Class != auth.SessionClass {
		return typed
	}
	if _, err := pay.CleanEmail("buyerEmail", credential.Actor.Buyer); err == nil {
		return ""
	}
	return typed
}

func (d *dialect) fromOrder(_ *api.Call, answer orderAnswer) any {
	if answer.session != nil {
		return success(d.sessionWire(*answer.session))
	}
	order := answer.placed.Order
	return success(orderWire{CheckoutURL: d.checkoutURL(answer.placed.StoreSlug, order.Session), OrderID: string(order.ID)})
}
