package waypay

import (
	"net/http"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/intent"
)

// store is who may call: a store's own server, with its key.
var store = []auth.Class{auth.StoreKeyClass}

// routes lists every action (spec/waypay.md §4). Payment/initiate is the older
// name of Payment/initiate-checkout.
func (d *dialect) routes() []api.Route {
	initiate := api.Action[checkoutWire, intent.Creation, intent.Intent]{
		Convert: d.toCreation, Command: intent.CreateIntent, Render: d.fromCreated,
	}.Handle
	return []api.Route{
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/initiate-checkout", Accepts: store, Handle: initiate},
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/initiate", Accepts: store, Handle: initiate},
		{Method: http.MethodGet, Path: "/Gateway/v1/Transaction/by-ref/{identifier}", Accepts: store, Handle: d.findTransaction},
		{Method: http.MethodGet, Path: "/Gateway/v1/Transaction/{id}", Accepts: store, Handle: d.getTransaction},
		{
			Method: http.MethodPost, Path: "/Gateway/v1/Refunds", Accepts: store,
			Handle: api.Action[refundWire, intent.RefundCreation, intent.Refund]{
				Convert: d.toRefund, Command: intent.RequestRefund, Render: renderRefund,
			}.Handle,
		},
		{Method: http.MethodGet, Path: "/Gateway/v1/Refunds/{id}", Accepts: store, Handle: d.getRefund},
		{Method: http.MethodPost, Path: "/Gateway/v1/Refunds/{id}/cancel", Accepts: store, Handle: d.cancelRefund},
	}
}
