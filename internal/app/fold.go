package app

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// folded is next, except that a path whose first segment is the root of a dialect
// whose paths have no case (spec/waypay.md §1) goes to that dialect, however the
// root is spelled: a mux compares byte by byte. roots are such as "/Gateway/".
func folded(roots []string, mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first, _, _ := strings.Cut(strings.TrimPrefix(path.Clean(r.URL.Path), "/"), "/")
		for _, root := range roots {
			if !strings.EqualFold(first, strings.Trim(root, "/")) {
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
