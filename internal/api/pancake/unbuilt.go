package pancake

import (
	"net/http"

	"tillway/internal/api"
)

// unbuilt lists the actions of spec/pancake.md §5 and §6 that this version does
// not have. A client of the official SDK that calls one learns that it is not
// implemented, and not that its address is wrong. A route that gets built
// leaves this list.
func unbuilt() (routes []api.Route) {
	for _, group := range []struct {
		layer, domain string
		actions       []string
	}{
		{layerStore, "store-merchant", []string{"add-merchant", "remove-merchant", "update-role"}},
		{layerProduct, "subscription-product", []string{"create-product", "update-product", "publish-product", "update-status"}},
		{layerProduct, "subscription-product-group", []string{"create-group", "update-group", "delete-group", "publish-group"}},
		{layerOrder, "subscription-order", []string{"create-order", "cancel-order", "reactivate-order", "change-product"}},
		{layerTicket, "refund-ticket", []string{"create-ticket", "resubmit-ticket"}},
		{layerOther, "verification", []string{"scan-prompt"}},
	} {
		for _, action := range group.actions {
			routes = append(routes, api.Route{Method: http.MethodPost, Path: "/v1/actions/" + group.domain + "/" + action, Layer: group.layer})
		}
	}
	return append(routes, api.Route{Method: http.MethodPost, Path: "/v1/graphql", Layer: layerGraph})
}
