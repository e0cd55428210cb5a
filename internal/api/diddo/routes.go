package diddo

import (
	"bytes"
	"context"
	"net/http"
	"slices"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/cart"
	"tillway/internal/pay"
)

// Paths that more than the list of routes has to know.
const (
	pathBegin       = Root + "/checkout/begin/{cart_id}"
	pathOldCheckout = Root + "/checkout/{cart_id}"
)

// server is what a platform's back end may call; customer is also open to the
// customer's browser, and exchange to who has a temporary token.
var (
	server   = []auth.Class{auth.StoreKeyClass}
	customer = []auth.Class{auth.StoreKeyClass, auth.SessionClass}
	exchange = []auth.Class{auth.VisitorClass}
)

// routes lists every action with the credentials it takes (spec/diddo.md §1–§5).
func (d *dialect) routes() []api.Route {
	return slices.Concat(d.keyRoutes(), d.webhookRoutes(), d.cartRoutes(), d.checkoutRoutes())
}

func (d *dialect) keyRoutes() []api.Route {
	return []api.Route{
		{Method: http.MethodGet, Path: pathKeyExchange, Accepts: exchange, Handle: d.exchangeToken},
		{Method: http.MethodPost, Path: pathKeyExchange, Accepts: exchange, Handle: d.exchangeToken},
	}
}

func (d *dialect) webhookRoutes() []api.Route {
	const one = Root + "/webhook/{id}"
	return []api.Route{
		{
			Method: http.MethodPost, Path: Root + "/webhook", Accepts: server,
			Handle: api.Action[createWebhookWire, newWebhook, webhookEndpoint]{
				Convert: d.toNewWebhook, Command: d.createWebhook, Render: fromNewWebhook, Status: http.StatusCreated,
			}.Handle,
		},
		{Method: http.MethodGet, Path: Root + "/webhook", Accepts: server, Handle: d.listWebhooks},
		{Method: http.MethodGet, Path: one, Accepts: server, Handle: d.showWebhook},
		{
			Method: http.MethodPut, Path: one, Accepts: server,
			Handle: api.Action[updateWebhookWire, webhookUpdate, webhookEndpoint]{
				Convert: d.toWebhookUpdate, Command: d.updateWebhook, Render: fromWebhook,
			}.Handle,
		},
		{
			Method: http.MethodDelete, Path: one, Accepts: server,
			Handle: bodiless(api.Action[struct{}, webhookRemoval, webhookEndpoint]{
				Convert: toWebhookRemoval, Command: d.removeWebhook, Render: fromRemoval,
			}.Handle),
		},
		{
			Method: http.MethodPost, Path: one + "/test", Accepts: server,
			Handle: optional(api.Action[testWebhookWire, webhookTest, webhookTested]{
				Convert: d.toWebhookTest, Command: d.testWebhook, Render: fromWebhookTest,
			}.Handle),
		},
		{Method: http.MethodGet, Path: one + "/deliveries", Accepts: server, Handle: d.listDeliveries},
		{
			Method: http.MethodPost, Path: one + "/rotate-secret", Accepts: server,
			Handle: optional(api.Action[rotateSecretWire, secretRotation, secretRotated]{
				Convert: d.toSecretRotation, Command: d.rotateSecret, Render: fromSecretRotation,
			}.Handle),
		},
	}
}

func (d *dialect) cartRoutes() []api.Route {
	identify := spellingOf("buyer_identity", "address_").handle(
		api.Action[customerWire, cart.Identity, cart.Priced]{Convert: d.toIdentity, Command: d.Carts.Identify, Render: d.fromCart}.Handle)
	choose := api.Action[methodWire, cart.ShippingChoice, cart.Priced]{Convert: d.toShippingChoice, Command: d.Carts.ChooseShipping, Render: d.fromCart}.Handle
	return []api.Route{
		{Method: http.MethodGet, Path: Root + "/products", Accepts: server, Handle: d.listProducts},
		{Method: http.MethodPost, Path: Root + "/products", Accepts: server, Handle: optional(d.searchProducts)},
		{Method: http.MethodGet, Path: Root + "/cart/{id}", Accepts: server, Handle: d.showCart},
		{
			Method: http.MethodPost, Path: Root + "/cart/add", Accepts: server,
			Handle: api.Action[itemWire, cart.Change, cart.Priced]{Convert: d.toAddition, Command: d.Carts.Add, Render: d.fromCart}.Handle,
		},
		{
			Method: http.MethodPost, Path: Root + "/cart/update", Accepts: server,
			Handle: api.Action[itemWire, cart.Change, cart.Priced]{Convert: d.toChange, Command: d.Carts.Update, Render: d.fromCart}.Handle,
		},
		{
			Method: http.MethodDelete, Path: Root + "/cart/items", Accepts: server,
			Handle: api.Action[removalWire, cart.Removal, cart.Priced]{Convert: d.toRemoval, Command: d.Carts.Remove, Render: d.fromCart}.Handle,
		},
		{Method: http.MethodPost, Path: Root + "/cart/customer", Accepts: server, Handle: identify},
		{Method: http.MethodPost, Path: Root + "/cart/customerInfo", Accepts: server, Handle: identify},
		{Method: http.MethodGet, Path: Root + "/cart/{id}/shipping", Accepts: server, Handle: d.listMethods},
		{Method: http.MethodGet, Path: Root + "/cart/shipping-rates/{id}", Accepts: server, Handle: d.listMethods},
		{Method: http.MethodPost, Path: Root + "/cart/shipping/method", Accepts: server, Handle: choose},
		{Method: http.MethodPost, Path: Root + "/cart/shipping-method", Accepts: server, Handle: choose},
		{Method: http.MethodGet, Path: Root + "/cart/status/{id}", Accepts: server, Handle: d.showStatus},
	}
}

func (d *dialect) checkoutRoutes() []api.Route {
	begin := func(identified bool, render func(*api.Call, cart.Priced) any) api.Handler {
		return optional(api.Action[struct{}, cart.Beginning, cart.Priced]{
			Convert: func(_ context.Context, call *api.Call, _ struct{}) (cart.Beginning, error) {
				return toBeginning(call, identified)
			},
			Command: d.Carts.Begin, Render: render,
		}.Handle)
	}
	const qr = Root + "/checkout/{cart_id}/qr"
	return []api.Route{
		{Method: http.MethodGet, Path: qr, Accepts: server, Handle: d.drawCode("")},
		{Method: http.MethodGet, Path: qr + ".png", Accepts: server, Handle: d.drawCode(typePNG)},
		{Method: http.MethodGet, Path: qr + ".svg", Accepts: server, Handle: d.drawCode(typeSVG)},
		{Method: http.MethodPost, Path: pathBegin, Accepts: server, Handle: begin(false, d.fromBegun)},
		{Method: http.MethodPost, Path: pathOldCheckout, Accepts: server, Handle: begin(true, d.fromOldCheckout)},
		{
			Method: http.MethodPost, Path: Root + "/checkout/shipping", Accepts: customer,
			Handle: spellingOf("buyer_info", "address").handle(
				api.Action[deliveryWire, cart.Identity, cart.Priced]{Convert: d.toDelivery, Command: d.Carts.Identify, Render: d.fromCart}.Handle),
		},
		{
			Method: http.MethodPost, Path: Root + "/checkout/shipping/method", Accepts: customer,
			Handle: api.Action[methodWire, cart.ShippingChoice, cart.Priced]{Convert: d.toShippingChoice, Command: d.Carts.ChooseShipping, Render: d.fromCart}.Handle,
		},
		{
			Method: http.MethodPost, Path: Root + "/checkout/cst", Accepts: server,
			Handle: spellingOf("buyer_identity", "address_").handle(
				optional(api.Action[tokenWire, cart.NewCustomer, token]{Convert: d.toNewCustomer, Command: d.Carts.Mint, Render: fromToken}.Handle)),
		},
	}
}

// optional is a route whose body may be empty, which means {}.
func optional(next api.Handler) api.Handler {
	return func(ctx context.Context, call *api.Call) (pay.Answer, error) {
		if len(bytes.TrimSpace(call.Body)) == 0 {
			call.Body = []byte("{}")
		}
		return next(ctx, call)
	}
}

// bodiless is a route that reads no body, whatever is sent.
func bodiless(next api.Handler) api.Handler {
	return func(ctx context.Context, call *api.Call) (pay.Answer, error) {
		call.Body = []byte("{}")
		return next(ctx, call)
	}
}

// browserRoute lets pages of other origins call what a customer's token opens.
func browserRoute(route api.Route) bool { return slices.Contains(route.Accepts, auth.SessionClass) }
