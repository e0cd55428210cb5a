package api

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"":                           nil,
		"&&":                         nil,
		"a=1&b=%20+&c":               nil,
		"a=%zz":                      {"a"},
		"a=1&b=%":                    {"b"},
		"a=1;b=2":                    {"a"},
		"a;b=1":                      {"a;b"},
		"%zz=1":                      {"%zz"},
		"a%5B0%5D=%2":                {"a[0]"},
		"=%zz":                       {"query"},
		"a=%zz&b=1&c=%zz&d=2&a=3;&e": {"a", "c", "a"},
	} {
		call := &Call{request: httptest.NewRequest(http.MethodGet, "/x?"+query, nil)}
		var names []string
		for _, wrong := range call.Unreadable() {
			if wrong.Code != "unreadable_query" {
				t.Errorf("%s: %v", query, wrong)
			}
			names = append(names, wrong.Field)
		}
		if !slices.Equal(names, want) {
			t.Errorf("%s names %q, want %q", query, names, want)
		}
		// Together they are the whole query.
		if read := call.Query(); query == "a=%zz&b=1&c=%zz&d=2&a=3;&e" && (len(read) != 3 || read.Get("b") != "1" || read.Get("d") != "2" || !read.Has("e")) {
			t.Errorf("%s reads %v", query, read)
		}
	}
}
