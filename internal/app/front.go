package app

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"slices"
	"strings"
)

// front is the mux, except that whatever lies in a dialect's subtree goes to the
// dialect, which answers in its own words: an unclean path and the subtree's root
// without its slash too. The mux would redirect those, and a program that follows
// would send a signed request to a path it did not sign. roots are those, such as
// "/Gateway/", that belong to their dialect however they are spelled
// (spec/waypay.md §1); the mux compares byte by byte.
func front(mux *http.ServeMux, roots []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if dialect, pattern := subtreeOf(mux, roots, r); dialect != nil {
			r.Pattern = pattern // as the mux would have written
			dialect.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// subtreeOf is the handler and pattern of the dialect whose subtree a request lies
// in; nil for every other request. Only dialects have whole subtrees. What is escaped in
// a path belongs to a segment: a reference of Wayl's may be "..", and leads
// nowhere else by that (spec/wayl.md §2.3).
func subtreeOf(mux *http.ServeMux, roots []string, r *http.Request) (http.Handler, string) {
	clean := path.Clean("/" + r.URL.EscapedPath())
	if at := slices.IndexFunc(roots, func(root string) bool { return within(root, clean) }); at >= 0 {
		clean = roots[at]
	}
	handler, pattern := mux.Handler(meaning(r, clean))
	if pattern == clean+"/" {
		// The mux leads on to the root of the subtree.
		handler, pattern = mux.Handler(meaning(r, pattern))
	}
	if !strings.HasSuffix(pattern, "/") {
		return nil, ""
	}
	return handler, pattern
}

// meaning is the request as if it were for another path, which is escaped.
func meaning(r *http.Request, escaped string) *http.Request {
	meant := r.WithContext(r.Context())
	plain, err := url.PathUnescape(escaped)
	if err != nil {
		plain = escaped
	}
	meant.URL = &url.URL{Path: plain, RawPath: escaped}
	return meant
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
