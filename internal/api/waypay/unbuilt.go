package waypay

import (
	"net/http"

	"tillway/internal/api"
)

// unbuilt lists the actions of spec/waypay.md §4 that this version does not
// have. A client that calls one learns that it is not implemented, and not that
// its address is wrong. A route that gets built leaves this list.
func unbuilt() []api.Route {
	return []api.Route{
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/deposit"},
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/withdraw"},
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/charge-mobile-wallet"},
		{Method: http.MethodPost, Path: "/Gateway/v1/Payment/initiate-token"},
		{Method: http.MethodGet, Path: "/Gateway/v1/Payment/token/{token}"},
		{Method: http.MethodPost, Path: "/Gateway/v1/Account/query-balance"},
		{Method: http.MethodPost, Path: "/Gateway/v1/Settlements"},
		{Method: http.MethodPut, Path: "/Gateway/v1/Settlements/schedule"},
		{Method: http.MethodGet, Path: "/Gateway/v1/Settlements/{id}"},
	}
}
