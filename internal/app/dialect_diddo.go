package app

import (
	"net/http"
	"path"
	"strings"

	"tillway/internal/api/diddo"
	"tillway/internal/cart"
	"tillway/internal/fanout"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/web/checkout"
	"tillway/internal/webhook"
)

func diddoDialect(on ground) dialect {
	carts := cart.New(cart.Config{Records: store.Carts})
	return dialect{
		Dialect:  fanout.Dialect{Codec: diddo.Codec{PublicURL: on.publicURL}, Scheme: diddo.Scheme, Schedule: webhook.Diddo.Name},
		events:   diddo.Events,
		openAPI:  diddo.OpenAPI,
		follower: carts,
		settings: cart.Settings(),
		door:     checkout.Door{Prefix: diddo.Root + "/checkout/", Dialect: pay.Dialect(diddo.Name)},
		serve: func(mux *http.ServeMux, in service) error {
			kernel := diddo.New(diddo.Config{
				Core: in.core, Carts: carts, Keys: in.auth, Endpoints: in.endpoints, Trigger: in.trigger,
				Deliveries: store.NewWebhookLog(in.data.main), PublicURL: in.url, Log: in.log, Limiter: diddo.NewLimiter(), Targets: in.targets,
			})
			mux.Handle(diddo.Root+"/", kernel)
			mux.Handle(diddo.Root+"/v1/", diddo.Versioned(kernel))
			in.hosted.CartRoutes(mux, carts)
			return nil
		},
		serveToo: func(mux *http.ServeMux, served http.Handler, taken func(root string) bool, as Config) error {
			return rootDiddo(mux, served, taken, as.DiddoRoot)
		},
	}
}

// rootDiddo serves Diddo's API under another root as well, "" is none: the
// original has a host of its own, and a client's base URL may have any path
// (spec/diddo.md §1). Everything else is mounted by then, so that no root hides
// it. Errors: Invalid "--diddo-root".
func rootDiddo(mux *http.ServeMux, served http.Handler, taken func(root string) bool, root string) error {
	if root == "" || root == diddo.Root {
		return nil
	}
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./"
	if root == "/" || !strings.HasPrefix(root, "/") || path.Clean(root) != root || strings.Trim(root, allowed) != "" {
		return fault.Invalidf("--diddo-root", "bad_diddo_root", "--diddo-root %q is no path to serve under", root).
			WithHint("Give one such as /platform/diddo, of letters, digits, - _ and ., without a slash at its end")
	}
	if taken(root) {
		return rootTaken(root)
	}
	return mount(mux, root, diddo.Rooted(root, served))
}

// mount mounts a subtree. The mux panics where neither that nor another pattern
// is the narrower one, which is the operator's mistake and no bug here.
func mount(mux *http.ServeMux, root string, handler http.Handler) (err error) {
	defer func() {
		if recover() != nil {
			err = rootTaken(root)
		}
	}()
	mux.Handle(root+"/", handler)
	return nil
}

func rootTaken(root string) error {
	return fault.Invalidf("--diddo-root", "diddo_root_taken", "--diddo-root %s is served already", root).
		WithHint("Give a path that nothing of this server has, such as /platform/diddo")
}
