package app

import (
	"context"
	"net/http"

	"tillway/internal/api/waypay"
	"tillway/internal/auth"
	"tillway/internal/fanout"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/web/checkout"
	"tillway/internal/webhook"
)

func waypayDialect(on ground) dialect {
	intents := intent.New(intent.Config{Rows: store.Intents, Callbacks: on.endpoints})
	return dialect{
		Dialect:  fanout.Dialect{Codec: waypay.Codec{PublicURL: on.publicURL}, Scheme: waypay.Scheme, Schedule: webhook.Waypay.Name},
		events:   waypay.Events,
		openAPI:  waypay.OpenAPI,
		root:     waypay.Root,
		follower: intents,
		settings: intent.Settings(),
		door: checkout.Door{
			Prefix: "/pay/", Dialect: pay.Dialect(waypay.Name), LeadsBack: true, // spec/waypay.md §7
			Ends: map[pay.CheckoutEnd]string{
				pay.EndedByTime: string(intent.Expired), pay.EndedByHand: string(intent.Cancelled), pay.EndedByDecline: string(intent.Failed),
			},
		},
		secret: func(ctx context.Context, shop pay.StoreID, env pay.Env) (id.Secret, error) {
			return on.credentials.SigningSecret(ctx, auth.SigningScope{Store: shop, Dialect: waypay.Name, Env: env})
		},
		serve: func(mux *http.ServeMux, in service) error {
			kernel := waypay.New(waypay.Config{
				Core: in.core, Auth: in.auth, Intents: intents, PublicURL: in.url, Log: in.log, Limiter: in.limiter, Targets: in.targets,
			})
			mux.Handle(waypay.Root, kernel)
			return nil
		},
	}
}
