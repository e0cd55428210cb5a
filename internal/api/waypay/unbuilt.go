package waypay

import (
	"net/http"

	"tillway/internal/api"
)

// unbuilt lists the actions of spec/waypay.md §4 that this version does not
// have. A client that calls one with its key learns that it is not implemented,
// and not that its address is wrong. A route that gets built leaves this list.
func unbuilt() []api.Route {
	return []api.Route{
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/deposit", Accepts: store},
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/withdraw", Accepts: store},
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/charge-mobile-wallet", Accepts: store},
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/initiate-token", Accepts: store},
		{Method: http.MethodGet, Path: "/Gateway/v1/Payment/token/{token}", Accepts: store},
		{Method: http.MethodPost, Path: "/Gateway/v1/Account/query-balance", Accepts: store},
		{Method: http.MethodPost, Path: "/Gateway/v1/Settlements", Accepts: store},
		{Method: http.MethodPut, Path: "/Gateway/v1/Settlements/schedule", Accepts: store},
		{Method: http.MethodGet, Path: "/Gateway/v1/Settlements/{id}", Accepts: store},
	}
}
