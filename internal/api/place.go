package api

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// place is one path's routes by method.
type place map[string]Route

// methods lists the methods of a path in order.
func (p place) methods() []string { return slices.Sorted(maps.Keys(p)) }

// widened lends a pattern the methods that it does not have itself of patterns
// that cover it: beside POST /links/batch, GET /links/{id} is also for a link
// that is called batch.
func widened(places map[string]place) map[string]place {
	all := make(map[string]place, len(places))
	for narrow, own := range places {
		routes := maps.Clone(own)
		for wide, lent := range places {
			if wide == narrow || !covers(wide, narrow) {
				continue
			}
			for method, route := range lent {
				if _, has := own[method]; !has {
					routes[method] = route
				}
			}
		}
		all[narrow] = routes
	}
	return all
}

// covers reports whether every path of a narrow pattern matches a wide one. One
// with a wildcard for many segments covers nothing here.
func covers(wide, narrow string) bool {
	segments, others := strings.Split(wide, "/"), strings.Split(narrow, "/")
	if len(segments) != len(others) {
		return false
	}
	for i, segment := range segments {
		if strings.HasSuffix(segment, "...}") || !isWildcard(segment) && segment != others[i] {
			return false
		}
	}
	return true
}

func isWildcard(segment string) bool { return strings.HasPrefix(segment, "{") }

// bind gives the request the path values of a route that it found behind a
// narrower pattern than the route's own.
func bind(r *http.Request, pattern string) {
	if r.Pattern == pattern {
		return
	}
	values := strings.Split(r.URL.EscapedPath(), "/")
	for i, segment := range strings.Split(pattern, "/") {
		if !isWildcard(segment) || i >= len(values) {
			continue
		}
		if value, err := url.PathUnescape(values[i]); err == nil {
			r.SetPathValue(strings.Trim(segment, "{}"), value)
		}
	}
}
