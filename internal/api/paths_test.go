package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	known := new(paths)
	answer := func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Pattern + " " + r.PathValue("id")))
	}
	for _, path := range []string{
		"/", "/cart/{id}", "/cart/{id}/shipping", "/cart/status/{id}", "/cart/add", "/cart/shipping/method",
		"/c/{id}/x/{b}", "/c/{a}/{id}/y", "/cart/{id}/{other}",
	} {
		known.Handle(path, http.HandlerFunc(answer))
	}
	known.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("nowhere")) }))
	for path, want := range map[string]string{
		"/cart/add":             "/cart/add ",
		"/cart/01":              "/cart/{id} 01",
		"/cart/a%2Fb":           "/cart/{id} a/b",
		"/cart/01/shipping":     "/cart/{id}/shipping 01",
		"/cart/status/01":       "/cart/status/{id} 01",
		"/cart/status/shipping": "/cart/status/{id} shipping",
		"/cart/shipping/method": "/cart/shipping/method ",
		"/cart/01/else":         "/cart/{id}/{other} 01",
		"/c/1/x/y":              "/c/{id}/x/{b} 1",
		"/c/1/2/y":              "/c/{a}/{id}/y 2",
		"/c/1/2/z":              "nowhere",
		"/cart/":                "nowhere",
		"/cart":                 "nowhere",
		"/cart/01/":             "nowhere",
		"/cart//shipping":       "nowhere",
		"/cart/01/shipping/":    "nowhere",
		"/cart/01/shipping/x":   "nowhere",
		"/":                     "nowhere",
		"/cart/add/":            "nowhere",
		"/elsewhere/01":         "nowhere",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			recorder := httptest.NewRecorder()
			known.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if got := recorder.Body.String(); got != want {
				t.Errorf("found %q, want %q", got, want)
			}
		})
	}
}

func TestPathsInEitherCaseKeepWhatIsNamed(t *testing.T) {
	t.Parallel()
	const look, refunds, cancel = "/Gateway/v1/Transaction/by-ref/{id}", "/Gateway/v1/Refunds", "/Gateway/v1/Refunds/{id}/cancel"
	for path, want := range map[string]string{
		"/gateway/V1/transaction/BY-REF/Abc%2Fd": look + " Abc/d",
		"/GATEWAY/V1/refunds":                    refunds + " ",
		"/gateway/v1/REFUNDS/ReFunds/CANCEL":     cancel + " ReFunds",
		"/gateway/v2/refunds":                    "nowhere ",
		"/gateway/v1/refunds/":                   "nowhere ",
	} {
		for _, fold := range []bool{true, false} {
			var got string
			routes := &paths{fold: fold}
			for _, pattern := range []string{look, refunds, cancel, "/"} {
				routes.Handle(pattern, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					got = r.Pattern + " " + r.PathValue("id") // one name for all spellings, which is counted
					if pattern == "/" {
						got = "nowhere "
					}
				}))
			}
			routes.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			expected := want
			if !fold {
				expected = "nowhere "
			}
			if got != expected {
				t.Errorf("%s, either case %t: %q, want %q", path, fold, got, expected)
			}
		}
	}
}
