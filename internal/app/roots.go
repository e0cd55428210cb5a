package app

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// within reports whether a path, as it is escaped, lies below a root, however that
// is spelled.
func within(root, escaped string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path.Clean("/"+escaped), "/"), "/")
	return strings.EqualFold(first, strings.Trim(root, "/"))
}

// occupied reports whether something is served at a root or below it.
func occupied(mux *http.ServeMux, roots []string, root string) bool {
	if slices.ContainsFunc(roots, func(other string) bool { return within(other, root) }) {
		return true
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, at := range []string{root, root + "/", root + "/webhook"} {
			if _, pattern := mux.Handler(&http.Request{Method: method, URL: &url.URL{Path: at}}); pattern != "" {
				return true
			}
		}
	}
	return false
}
