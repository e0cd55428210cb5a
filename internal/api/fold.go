package api

import (
	"net/http"
	"net/url"
	"strings"
)

// spellings are the paths of routes by segment, for dialects whose routes are
// found in either case (see Config.FoldPath).
type spellings [][]string

func spellingsOf(places map[string]place) spellings {
	all := make(spellings, 0, len(places))
	for pattern := range places {
		all = append(all, strings.Split(pattern, "/"))
	}
	return all
}

// fold brings what of an escaped path belongs to a route's own name into the
// route's spelling. A path value keeps its own, and so does a path of no route.
func (s spellings) fold(path string) string {
	segments := strings.Split(path, "/")
	var alike spellings // routes that the path may still be one of
	for _, pattern := range s {
		if len(pattern) == len(segments) {
			alike = append(alike, pattern)
		}
	}
	for i, segment := range segments {
		var left spellings
		for _, pattern := range alike {
			switch {
			case strings.HasPrefix(pattern[i], "{"):
				left = append(left, pattern)
			case strings.EqualFold(pattern[i], segment):
				left = append(left, pattern)
				segments[i] = pattern[i]
			}
		}
		alike = left
	}
	if len(alike) == 0 {
		return path
	}
	return strings.Join(segments, "/")
}

// folded is the request under the route's own spelling of its path.
func (k *Kernel) folded(r *http.Request) *http.Request {
	if !k.config.FoldPath {
		return r
	}
	written := r.URL.EscapedPath()
	path := k.spellings.fold(written)
	plain, err := url.PathUnescape(path)
	if path == written || err != nil {
		return r
	}
	meant := r.WithContext(r.Context())
	meant.URL = new(url.URL)
	*meant.URL = *r.URL
	meant.URL.Path, meant.URL.RawPath = plain, path
	return meant
}
