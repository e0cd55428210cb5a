package app

import (
	"net/http"

	"tillway/internal/api/diddo"
	"tillway/internal/cart"
	"tillway/internal/fanout"
	"tillway/internal/store"
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
	}
}
