package app

import (
	"net/http"

	"tillway/internal/api/pancake"
	"tillway/internal/fanout"
	"tillway/internal/webhook"
)

func pancakeDialect(on ground) dialect {
	return dialect{
		Dialect: fanout.Dialect{Codec: pancake.Codec{PublicURL: on.publicURL}, Scheme: pancake.Scheme, Schedule: webhook.Pancake.Name},
		events:  pancake.Events,
		openAPI: pancake.OpenAPI,
		serve: func(mux *http.ServeMux, in service) error {
			mux.Handle("/v1/", pancake.New(pancake.Config{
				Core: in.core, Auth: in.auth, Endpoints: in.endpoints, Keys: in.credentials.Keys, PublicURL: in.url, Log: in.log,
				Limiter: in.limiter, Targets: in.targets,
			}))
			return nil
		},
	}
}
