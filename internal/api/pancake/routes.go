package pancake

import (
	"context"
	"net/http"
	"slices"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// The layers of errors: the part of the platform that refused
// (spec/pancake.md §2.4).
const (
	layerGateway = "gateway"
	layerUser    = "user"
	layerStore   = "store"
	layerProduct = "product"
	layerOrder   = "order"
	layerTicket  = "ticket"
	layerGraph   = "graphql"
	layerOther   = "resource"
)

// routes lists every action with the credentials it takes (spec/pancake.md §5).
func (d *dialect) routes() []api.Route {
	return slices.Concat(d.credentialRoutes(), d.storeRoutes(), d.productRoutes(), d.saleRoutes())
}

// merchant is what a merchant's own back end may call; anyone is also open to
// buyers and to visitors.
var (
	merchant = []auth.Class{auth.KeyClass}
	anyone   = []auth.Class{auth.KeyClass, auth.SessionClass, auth.VisitorClass}
)

func (d *dialect) credentialRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/v1/actions/auth/issue-session-token", Accepts: merchant, Layer: layerUser,
			Forgetful: true, Handle: d.issueSessionToken,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/api-key/create-key", Accepts: merchant, Layer: layerUser,
			Handle: api.Action[createKeyWire, auth.APIKey, auth.APIKey]{
				Convert: d.toNewKey, Command: d.createKey, Render: fromKey,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/api-key/delete-key", Accepts: merchant, Layer: layerUser,
			Handle: api.Action[deleteKeyWire, keyDeletion, auth.APIKey]{
				Convert: d.toKeyDeletion, Command: d.deleteKey, Render: fromKey,
			}.Handle,
		},
	}
}

func (d *dialect) storeRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/v1/actions/store/create-store", Accepts: merchant, Layer: layerStore,
			Handle: api.Action[createStoreWire, pay.NewStore, pay.Store]{
				Convert: d.toNewStore, Command: pay.CreateStore, Render: fromStore,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/store/update-store", Accepts: merchant, Layer: layerStore,
			Handle: api.Action[updateStoreWire, storeUpdate, storeUpdated]{
				Convert: d.toStoreUpdate, Command: updateStore, Render: fromStoreUpdate,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/store/delete-store", Accepts: merchant, Layer: layerStore,
			Handle: api.Action[deleteStoreWire, pay.StoreDeletion, pay.Store]{
				Convert: d.toStoreDeletion, Command: pay.DeleteStore, Render: fromStore,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/store/add-webhook", Accepts: merchant, Layer: layerStore,
			Handle: api.Action[addWebhookWire, newWebhook, webhookEndpoint]{
				Convert: d.toNewWebhook, Command: d.addWebhook, Render: fromWebhook,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/store/update-webhook", Accepts: merchant, Layer: layerStore,
			Handle: api.Action[updateWebhookWire, webhookUpdate, webhookEndpoint]{
				Convert: d.toWebhookUpdate, Command: d.updateWebhook, Render: fromWebhook,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/store/remove-webhook", Accepts: merchant, Layer: layerStore,
			Handle: api.Action[removeWebhookWire, webhookRemoval, webhookEndpoint]{
				Convert: d.toWebhookRemoval, Command: d.removeWebhook, Render: fromWebhook,
			}.Handle,
		},
	}
}

func (d *dialect) productRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/v1/actions/onetime-product/create-product", Accepts: merchant, Layer: layerProduct,
			Handle: api.Action[createProductWire, pay.NewProduct, pay.ProductDetail]{
				Convert: d.toNewProduct, Command: createProduct, Render: fromProduct,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/onetime-product/update-product", Accepts: merchant, Layer: layerProduct,
			Handle: api.Action[updateProductWire, pay.ProductUpdate, pay.ProductDetail]{
				Convert: d.toProductUpdate, Command: pay.UpdateProduct, Render: fromProduct,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/onetime-product/publish-product", Accepts: merchant, Layer: layerProduct,
			Handle: api.Action[publishProductWire, pay.Publication, pay.ProductDetail]{
				Convert: d.toPublication, Command: pay.PublishProduct, Render: fromProduct,
			}.Handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/onetime-product/update-status", Accepts: merchant, Layer: layerProduct,
			Handle: api.Action[productStatusWire, pay.ProductStatusChange, pay.ProductDetail]{
				Convert: d.toProductStatus, Command: pay.ChangeProductStatus, Render: fromProduct,
			}.Handle,
		},
	}
}

// saleRoutes are what buyers and visitors take part in, and so their browsers.
func (d *dialect) saleRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/v1/actions/checkout/create-session", Accepts: anyone, Layer: layerOrder,
			Handle: byClass{
				auth.KeyClass: api.Action[merchantSessionWire, pay.NewSession, pay.SessionCreated]{
					Convert: d.toMerchantSession, Command: pay.CreateSession, Render: d.fromSession,
				}.Handle,
				auth.VisitorClass: api.Action[visitorSessionWire, pay.NewSession, pay.SessionCreated]{
					Convert: d.toVisitorSession, Command: pay.CreateSession, Render: d.fromSession,
				}.Handle,
				auth.SessionClass: api.Action[planChangeWire, pay.NewSession, pay.SessionCreated]{
					Convert: d.toBuyerSession, Command: pay.CreateSession, Render: d.fromSession,
				}.Handle,
			}.handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/checkout/preview-tax", Layer: layerOrder, Forgetful: true,
			Accepts: []auth.Class{auth.SessionClass, auth.VisitorClass}, Handle: d.previewTax,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/checkout/preview-trial", Layer: layerOrder, Forgetful: true,
			Accepts: []auth.Class{auth.SessionClass, auth.VisitorClass}, Handle: d.previewTrial,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/onetime-order/create-order", Accepts: anyone, Layer: layerOrder,
			Handle: byClass{
				auth.KeyClass: api.Action[merchantOrderWire, newOrder, orderAnswer]{
					Convert: d.toMerchantOrder, Command: createOrder, Render: d.fromOrder,
				}.Handle,
				auth.SessionClass: buyerOrder(d),
				auth.VisitorClass: buyerOrder(d),
			}.handle,
		},
		{
			Method: http.MethodPost, Path: "/v1/actions/onetime-order/cancel-order", Layer: layerOrder,
			Accepts: []auth.Class{auth.KeyClass, auth.SessionClass},
			Handle: api.Action[cancelOrderWire, pay.Cancellation, pay.Order]{
				Convert: d.toCancellation, Command: cancelOrder, Render: fromOrderStatus,
			}.Handle,
		},
	}
}

func buyerOrder(d *dialect) api.Handler {
	return api.Action[buyerOrderWire, newOrder, orderAnswer]{
		Convert: d.toBuyerOrder, Command: createOrder, Render: d.fromOrder,
	}.Handle
}

// byClass is a route that reads its body differently for each credential.
type byClass map[auth.Class]api.Handler

func (b byClass) handle(ctx context.Context, call *api.Call) (pay.Answer, error) {
	handler, ok := b[call.Credential.Class]
	if !ok {
		return pay.Answer{}, fault.New(fault.Internal, "no_handler", "The route admits a credential that it has no handler for")
	}
	return handler(ctx, call)
}

// browserRoute says which routes the checkout page and merchants' own pages
// call from a browser: those for visitors and session tokens.
func browserRoute(route api.Route) bool {
	return route.Admits(auth.VisitorClass) || route.Admits(auth.SessionClass)
}
