package api

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// paths finds the handler of a path. Unlike http.ServeMux it takes patterns of
// which neither is the more general, as /cart/{id}/shipping and
// /cart/status/{id} are: from left to right, a part that is spelled out goes
// before one in braces.
type paths struct {
	fold     bool                   // a part that is spelled out is found in either case
	exact    map[string]pathPattern // by their spelling
	patterns []pathPattern          // in the order in which they are tried
	nowhere  http.Handler
}

// pathPattern is a path with named parts.
type pathPattern struct {
	text    string
	parts   []string // between the slashes; a named one is in braces
	handler http.Handler
}

// Handle registers a path. A part in braces stands for one part that is not
// empty; "/" alone is every path that nothing else is registered for.
func (p *paths) Handle(path string, handler http.Handler) {
	switch {
	case path == "/":
		p.nowhere = handler
	case !strings.Contains(path, "{"):
		if p.exact == nil {
			p.exact = map[string]pathPattern{}
		}
		p.exact[p.spelled(path)] = pathPattern{text: path, handler: handler}
	default:
		added := pathPattern{text: path, parts: strings.Split(path, "/"), handler: handler}
		at, _ := slices.BinarySearchFunc(p.patterns, added, pathPattern.compare)
		p.patterns = slices.Insert(p.patterns, at, added)
	}
}

// compare orders patterns so that the first that matches is the one that is meant.
func (a pathPattern) compare(b pathPattern) int {
	return slices.CompareFunc(a.parts, b.parts, func(a, b string) int {
		switch {
		case named(a) && named(b):
			return 0
		case named(a):
			return 1
		case named(b):
			return -1
		}
		return cmp.Compare(a, b)
	})
}

func named(part string) bool { return strings.HasPrefix(part, "{") }

// ServeHTTP hands the request to its path's handler, with the pattern and the
// values of the named parts. What is escaped in a path belongs to a part.
func (p *paths) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	if exact, found := p.exact[p.spelled(path)]; found {
		r.Pattern = exact.text
		exact.handler.ServeHTTP(w, r)
		return
	}
	for _, pattern := range p.patterns {
		if pattern.bind(r, path, p.fold) {
			pattern.handler.ServeHTTP(w, r)
			return
		}
	}
	p.nowhere.ServeHTTP(w, r)
}

// spelled is the spelling under which a path without named parts is found.
func (p *paths) spelled(path string) string {
	if p.fold {
		return strings.ToLower(path)
	}
	return path
}

// bind reports whether a path matches, and if so gives the request the values,
// which keep their case in any event.
func (a pathPattern) bind(r *http.Request, path string, fold bool) bool {
	values := make([]string, len(a.parts))
	for i, part := range a.parts {
		given, rest, more := strings.Cut(path, "/")
		plain, err := url.PathUnescape(given)
		fits := plain == part || fold && strings.EqualFold(plain, part)
		if named(part) {
			fits = plain != ""
		}
		if err != nil || more != (i < len(a.parts)-1) || !fits {
			return false
		}
		values[i], path = plain, rest
	}
	r.Pattern = a.text
	for i, part := range a.parts {
		if named(part) {
			r.SetPathValue(strings.Trim(part, "{}"), values[i])
		}
	}
	return true
}
