package api

import (
	"net/http"
	"testing"
)

func TestFoldKeepsPathValues(t *testing.T) {
	t.Parallel()
	routes := spellingsOf(map[string]place{
		"/Gateway/v1/Transaction/{id}": nil, "/Gateway/v1/Transaction/by-ref/{identifier}": nil, "/Gateway/v1/Refunds": nil,
		"/Gateway/v1/Refunds/{id}/cancel": nil,
	})
	for path, want := range map[string]string{
		"/gateway/V1/transaction/BY-REF/Abc%2Fd": "/Gateway/v1/Transaction/by-ref/Abc%2Fd",
		"/GATEWAY/V1/TRANSACTION/AbC":            "/Gateway/v1/Transaction/AbC",
		"/gateway/v1/refunds/ReFunds/CANCEL":     "/Gateway/v1/Refunds/ReFunds/cancel",
		"/gateway/v1/refunds":                    "/Gateway/v1/Refunds",
		"/gateway/v2/refunds":                    "/gateway/v2/refunds",
		"/gateway/v1/refunds/":                   "/gateway/v1/refunds/",
		"/":                                      "/",
	} {
		if got := routes.fold(path); got != want {
			t.Errorf("%s is folded to %s, want %s", path, got, want)
		}
	}
}

func TestFoldedRequestsAreServedAndOthersAreNot(t *testing.T) {
	t.Parallel()
	k := &Kernel{config: Config{FoldPath: true}, spellings: spellings{{"", "Gateway", "{id}"}}}
	request := func(path string) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://tillway.test"+path+"?A=b", nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	written := request("/gateway/a%2FB")
	if got := k.folded(written); got.URL.Path != "/Gateway/a/B" || got.URL.EscapedPath() != "/Gateway/a%2FB" || got.URL.RawQuery != "A=b" {
		t.Errorf("folded to %s", got.URL)
	}
	if written.URL.Path != "/gateway/a/B" {
		t.Errorf("the caller's request was changed to %s", written.URL)
	}
	k.config.FoldPath = false
	if got := k.folded(written); got != written {
		t.Error("a dialect that did not ask for it has its paths folded")
	}
}
