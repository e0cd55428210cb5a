package app

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
)

// front is the mux, except that an unclean path under a dialect's prefix goes to
// the dialect, which answers in its own words. The mux would redirect it, and a
// program that follows would send a signed request to a path it did not sign.
func front(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if clean := path.Clean(r.URL.Path); clean != r.URL.Path {
			meant := r.WithContext(r.Context())
			meant.URL = &url.URL{Path: clean}
			// Only dialects have whole subtrees.
			if subtree, pattern := mux.Handler(meant); strings.HasSuffix(pattern, "/") {
				subtree.ServeHTTP(w, r)
				return
			}
		}
		mux.ServeHTTP(w, r)
	})
}

// recovered turns a panic into an answer and a line in the log. The HTTP
// server's own recovery would tell only its error log, which is for the noise
// of broken connections, and leave the buyer without a page.
func (a *App) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if abort, ok := value.(error); ok && errors.Is(abort, http.ErrAbortHandler) {
				panic(value)
			}
			a.log.Error("a handler panicked", "method", r.Method, "path", r.URL.Path, "panic", value, "stack", string(debug.Stack()))
			// Every page is written whole as the last thing its handler does,
			// so nothing of it is under way.
			http.Error(w, "Internal server error", http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}
