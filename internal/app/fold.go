package app

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// folded is next, except that a path whose first segment is the root of a dialect
// whose paths have no case (spec/waypay.md §1) goes to that dialect, however the
// root is spelled: a mux compares byte by byte. roots are such as "/Gateway/".
func folded(roots []string, mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, root := range roots {
			if !within(root, r.URL.EscapedPath()) {
				continue
			}
			subtree, pattern := mux.Handler(&http.Request{Method: r.Method, URL: &url.URL{Path: root}})
			r.Pattern = pattern // as the mux would have written
			subtree.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

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
