package wayl

import (
	"context"
	"net/http"
	"slices"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/pay"
)

// store is who may call: a store's own server, with its token.
var store = []auth.Class{auth.StoreKeyClass}

// routes lists every action (spec/wayl.md §2–§4).
func (d *dialect) routes() []api.Route {
	return slices.Concat(d.linkRoutes(), d.refundRoutes(), d.shopRoutes())
}

// linkRoutes are those of payment links. POST /links/batch is itself; a GET of
// the same path looks a link up whose reference is "batch" (spec/wayl.md §2.6).
func (d *dialect) linkRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/api/v1/links", Accepts: store,
			Handle: action[createLinkWire, link.Creation, link.Link]{
				convert: d.toCreation, command: link.CreateLink, render: d.fromLink,
			}.handle,
		},
		{Method: http.MethodGet, Path: "/api/v1/links", Accepts: store, Handle: d.listLinks},
		{Method: http.MethodPost, Path: "/api/v1/links/batch", Accepts: store, Handle: d.batchLinks},
		{Method: http.MethodGet, Path: "/api/v1/links/{referenceId}", Accepts: store, Handle: d.getLink},
		{Method: http.MethodPost, Path: "/api/v1/links/{referenceId}/invalidate", Accepts: store, Handle: d.invalidate(false)},
		{Method: http.MethodPost, Path: "/api/v1/links/{referenceId}/invalidate-if-pending", Accepts: store, Handle: d.invalidate(true)},
	}
}

func (d *dialect) refundRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/api/v1/refunds", Accepts: store,
			Handle: action[createRefundWire, link.RefundCreation, link.Refund]{
				convert: d.toRefundRequest, command: link.RequestRefund, render: fromNewRefund,
			}.handle,
		},
		{Method: http.MethodGet, Path: "/api/v1/refunds", Accepts: store, Handle: d.listRefunds},
		{Method: http.MethodGet, Path: "/api/v1/refunds/{refundId}", Accepts: store, Handle: d.getRefund},
		{Method: http.MethodDelete, Path: "/api/v1/refunds/{refundId}/cancel", Accepts: store, Handle: d.cancelRefund},
	}
}

// shopRoutes are read only; the last four are gone from Wayl's own document and
// are still called by older clients (spec/wayl.md §4).
func (d *dialect) shopRoutes() []api.Route {
	return []api.Route{
		{Method: http.MethodGet, Path: "/api/v1/products", Accepts: store, Handle: d.listProducts},
		{Method: http.MethodGet, Path: "/api/v1/products/{productId}", Accepts: store, Handle: d.getProduct},
		{Method: http.MethodGet, Path: "/api/v1/verify-auth-key", Accepts: store, Handle: verifyKey},
		{Method: http.MethodGet, Path: "/api/v1/channels", Accepts: store, Handle: listChannels},
		{Method: http.MethodGet, Path: "/api/v1/subscriptions", Accepts: store, Handle: listNothing},
		{Method: http.MethodGet, Path: "/api/v1/subscriptions/{subscriptionId}", Accepts: store, Handle: noSubscription},
		{Method: http.MethodGet, Path: "/api/v1/subscribers", Accepts: store, Handle: listNothing},
	}
}

// action is a route that reads a body and runs a command. Wayl has no
// idempotency keys: a link's reference is one (spec/wayl.md §8).
type action[Wire, In, Out any] struct {
	// convert makes the command's input, and lists what is wrong with the body.
	convert func(ctx context.Context, call *api.Call, wire Wire, found *problems) In
	command pay.Command[In, Out]
	render  func(call *api.Call, out Out) (pay.Answer, error)
}

func (a action[Wire, In, Out]) handle(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var wire Wire
	found, shapeless, err := read(call, &wire)
	if err != nil {
		return pay.Answer{}, err
	}
	in := a.convert(ctx, call, wire, &found)
	if shapeless != nil {
		return pay.Answer{}, shapeless.WithCause(found)
	}
	if err := found.fault(); err != nil {
		return pay.Answer{}, err
	}
	out, err := pay.Run(ctx, call.Core, a.command, in)
	if err != nil {
		return pay.Answer{}, err
	}
	return a.render(call, out)
}

// read reads the body into a wire type and lists what is wrong with its members.
// JSON that is no object is shapeless, which is a fault like those of members: it
// has none, so that all that are required are missing. err is of what is no JSON
// (spec/wayl.md §2.6, §8).
func read(call *api.Call, into any) (found problems, shapeless *fault.Error, err error) {
	wrong, err := call.DecodeAll(into)
	if fault.CodeOf(err) == api.NotAnObject {
		return nil, fault.From(err), nil
	}
	return wrong, nil, err
}
