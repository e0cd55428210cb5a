package app

import (
	"net/http"

	"tillway/internal/api/wayl"
	"tillway/internal/fanout"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/web/checkout"
	"tillway/internal/webhook"
)

func waylDialect(on ground) dialect {
	links := newLinks(on)
	return dialect{
		Dialect:  fanout.Dialect{Codec: wayl.Codec{PublicURL: on.publicURL}, Scheme: wayl.Scheme, Schedule: webhook.Wayl.Name},
		events:   wayl.Events,
		openAPI:  wayl.OpenAPI,
		follower: links,
		settings: link.Settings(),
		// Wayl and Waypay both issue /pay/{token} (spec/wayl.md §7, spec/waypay.md §7).
		door: checkout.Door{
			Prefix: "/pay/", Dialect: pay.Dialect(wayl.Name),
			Former: []checkout.FormerAddress{
				{Path: "/pay"},
				{Path: "/en/pay", Language: "en"},
				{Path: "/ar/pay", Language: "ar"},
				{Path: "/ku/pay", Language: "ku"},
				{Path: "/payment/action"},
			},
		},
		serve: func(mux *http.ServeMux, in service) error {
			env := pay.Prod // of links that do not say
			if in.config.Dev {
				env = pay.Test
			}
			mux.Handle("/api/v1/", wayl.New(wayl.Config{
				Core: in.core, Auth: in.auth, Links: links, DefaultEnv: env, PublicURL: in.url, Limiter: in.limiter, Log: in.log,
				Targets: in.targets,
			}))
			reference, err := wayl.NewReference(in.url, "/docs/"+wayl.Name)
			if err == nil {
				reference.Routes(mux)
			}
			return err
		},
	}
}

// newLinks are the payment links, which hold nothing of their own.
func newLinks(on ground) *link.Links {
	return link.New(link.Config{Rows: store.Links, Callbacks: on.endpoints})
}
