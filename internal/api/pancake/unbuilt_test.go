package pancake_test

import (
	"net/http"
	"strings"
	"testing"

	"tillway/internal/api"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
)

// vendorPaths are all paths of spec/pancake.md §5.14 and §14, with the layer
// that their refusals are laid to.
var vendorPaths = map[string]string{
	"auth/issue-session-token": "user",
	"api-key/create-key":       "user", "api-key/delete-key": "user",
	"store/create-store": "store", "store/update-store": "store", "store/delete-store": "store",
	"store/add-webhook": "store", "store/update-webhook": "store", "store/remove-webhook": "store",
	"store-merchant/add-merchant": "store", "store-merchant/remove-merchant": "store", "store-merchant/update-role": "store",
	"onetime-product/create-product": "product", "onetime-product/update-product": "product",
	"onetime-product/publish-product": "product", "onetime-product/update-status": "product",
	"subscription-product/create-product": "product", "subscription-product/update-product": "product",
	"subscription-product/publish-product": "product", "subscription-product/update-status": "product",
	"subscription-product-group/create-group": "product", "subscription-product-group/update-group": "product",
	"subscription-product-group/delete-group": "product", "subscription-product-group/publish-group": "product",
	"checkout/create-session": "order", "checkout/preview-trial": "order",
	"onetime-order/create-order": "order", "onetime-order/cancel-order": "order",
	"subscription-order/create-order": "order", "subscription-order/cancel-order": "order",
	"subscription-order/reactivate-order": "order", "subscription-order/change-product": "order",
	"refund-ticket/create-ticket": "ticket", "refund-ticket/resubmit-ticket": "ticket",
	"verification/scan-prompt": "resource",
}

// Every call of the official SDK finds a route, or is told that it is not
// implemented; none is told that nothing is at its address.
func TestVendorPathsAreAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	built := map[string]api.Route{}
	for _, route := range w.kernel.Routes() {
		built[route.Path] = route
	}
	paths := map[string]string{"/v1/graphql": "graphql"}
	for path, layer := range vendorPaths {
		paths["/v1/actions/"+path] = layer
	}
	for path, layer := range paths {
		if route, ok := built[path]; ok {
			if route.Layer != layer || route.Handle == nil {
				t.Errorf("%s: layer %q, want %q", path, route.Layer, layer)
			}
			continue
		}
		for name, by := range map[string]pancakeclient.Caller{"a merchant": w.client(pay.Test), "a buyer": w.browser(t, "u-9")} {
			t.Run(path+" by "+name, func(t *testing.T) {
				t.Parallel()
				answer, err := pancakeclient.Post(t.Context(), by, path, []byte("{}"), nil)
				if err != nil {
					t.Fatal(err)
				}
				checkFailure(t, answer.Status, answer.Body)
				if answer.Status != http.StatusNotImplemented || !contains(answer.Body, `"message":"Not implemented","layer":"`+layer+`"`, "aiHint") {
					t.Errorf("%d %s", answer.Status, answer.Body)
				}
			})
		}
	}
	for path := range built {
		name, vendors := strings.CutPrefix(path, "/v1/actions/")
		if _, known := vendorPaths[name]; !vendors || !known && name != "checkout/preview-tax" {
			t.Errorf("%s is a route that the sheet does not have", path)
		}
	}
}
