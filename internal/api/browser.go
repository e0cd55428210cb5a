package api

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// preflightAge is how long a browser may remember what a preflight allowed, in
// seconds.
const preflightAge = "600"

// preflight sets the headers by which pages of other origins may call a route,
// and reports whether the request only asked for them. No cookie takes part in
// these calls, so any origin is welcome: the credential is a header that the
// page has to know.
func (x *exchange) preflight(header http.Header, routes place) bool {
	browsers := x.kernel.config.Browsers
	if browsers == nil || !slices.ContainsFunc(slices.Collect(maps.Values(routes)), browsers) {
		return false
	}
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "Retry-After, X-Request-Id")
	if x.request.Method != http.MethodOptions || x.request.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	header.Set("Access-Control-Allow-Methods", strings.Join(routes.methods(), ", "))
	header.Set("Access-Control-Allow-Headers", strings.Join(x.kernel.config.BrowserHeaders, ", "))
	header.Set("Access-Control-Max-Age", preflightAge)
	return true
}
