package app

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestFront(t *testing.T) {
	t.Parallel()
	named := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(name)) })
	}
	mux := http.NewServeMux()
	mux.Handle("POST /store/{slug}/checkout/{id}", named("page"))
	mux.Handle("POST /{$}", named("start"))
	mux.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		if r.Pattern != "/v1/" {
			t.Errorf("%s is counted as %q", r.URL, r.Pattern)
		}
		named("dialect").ServeHTTP(w, r)
	})
	handler := front(mux, nil)
	for target, want := range map[string]string{
		"/v1/actions/store/create-store":    "dialect",
		"/v1//actions/store/create-store":   "dialect",
		"//v1/actions/store/create-store":   "dialect",
		"/x/../v1/actions/x":                "dialect",
		"/v1/actions/x/":                    "dialect",
		"/v1":                               "dialect",
		"/v1/":                              "dialect",
		"//v1":                              "dialect",
		"/v1?a=b":                           "dialect",
		"/v1/x/%2E%2E":                      "dialect", // a segment of its own, which leads nowhere
		"/v1/x/..%2F..%2F..":                "dialect",
		"/v1/x/..%2F..%2F..%2Fstore":        "dialect",
		"/v1/x/a%2F%2Fb":                    "dialect",
		"/v1/x/order%2F":                    "dialect",
		"/v1/..%2Fstore/acme/checkout/cs_1": "dialect",
		"/store/a%2Fb/checkout/cs_1":        "page",
		"/":                                 "start",
		"/store/acme/checkout/cs_1":         "page",
		"/v1/../store/acme/checkout/cs_1":   "", // left to the mux, which redirects
		"/store//acme/checkout/cs_1?a=/v1/": "",
	} {
		t.Run("a request for "+target+" is answered by its own part", func(t *testing.T) {
			t.Parallel()
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "http://shop.example"+target, nil))
			switch {
			case want == "" && recorder.Code != http.StatusTemporaryRedirect:
				t.Errorf("status %d, want a redirect to the clean path", recorder.Code)
			case want != "" && recorder.Body.String() != want:
				t.Errorf("status %d, body %q, want %q", recorder.Code, recorder.Body, want)
			}
		})
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	serve := func(t *testing.T, value any) (recorder *httptest.ResponseRecorder, log string) {
		t.Helper()
		var lines bytes.Buffer
		a := &App{log: slog.New(slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelWarn}))}
		handler := a.recovered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(value) }))
		recorder = httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "http://shop.example/store/acme/checkout/cs_1", nil))
		return recorder, lines.String()
	}
	t.Run("a handler that panics is answered 500 and told in the log", func(t *testing.T) {
		t.Parallel()
		recorder, log := serve(t, "the till is on fire")
		if recorder.Code != http.StatusInternalServerError || strings.Contains(recorder.Body.String(), "fire") {
			t.Errorf("status %d, body %q", recorder.Code, recorder.Body)
		}
		for _, want := range []string{`"level":"ERROR"`, "the till is on fire", "front_test.go", "/store/acme/checkout/cs_1"} {
			if !strings.Contains(log, want) {
				t.Errorf("the log does not tell %q: %s", want, log)
			}
		}
	})
	t.Run("a connection dropped on purpose is dropped", func(t *testing.T) {
		t.Parallel()
		defer func() {
			if value := recover(); value != http.ErrAbortHandler {
				t.Errorf("the panic became %v", value)
			}
		}()
		serve(t, http.ErrAbortHandler)
	})
}
