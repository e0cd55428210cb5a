package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// named is a dialect whose things have names in their addresses. Its answers say
// which route it was, and for which thing.
func named(t *testing.T, change func(*api.Config)) *api.Kernel {
	t.Helper()
	shop := paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS))
	say := func(what string) api.Handler {
		return func(_ context.Context, call *api.Call) (pay.Answer, error) {
			return pay.Answer{Status: http.StatusOK, Body: []byte(what + " " + call.PathValue("name") + " " + call.Query().Get("q"))}, nil
		}
	}
	accepts := []auth.Class{auth.VisitorClass}
	config := api.Config{
		Dialect: "named", Core: shop.Core,
		Routes: []api.Route{
			{Method: http.MethodGet, Path: "/things/{name}", Accepts: accepts, Handle: say("get")},
			{Method: http.MethodPost, Path: "/things/batch", Accepts: accepts, Handle: say("batch")},
			{Method: http.MethodPost, Path: "/things/{name}/end", Accepts: accepts, Handle: say("end")},
		},
		Authenticate: func(_ context.Context, in auth.Presented) (auth.Credential, error) {
			if in.Header.Get("Authorization") == "" {
				return auth.Credential{}, auth.ErrRefused
			}
			return auth.Credential{Class: auth.VisitorClass}, nil
		},
		Fault: func(_ *api.Route, problem *fault.Error) pay.Answer {
			return pay.Answer{Status: http.StatusTeapot, Body: []byte(problem.Code)}
		},
	}
	if change != nil {
		change(&config)
	}
	return api.New(config)
}

func ask(t *testing.T, kernel *api.Kernel, method, path string, known bool) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(""))
	if known {
		request.Header.Set("Authorization", "x")
	}
	recorder := httptest.NewRecorder()
	kernel.ServeHTTP(recorder, request)
	return recorder
}

func TestNamesInAddresses(t *testing.T) {
	t.Parallel()
	kernel := named(t, nil)
	for _, c := range []struct{ method, path, want string }{
		{http.MethodGet, "/things/a?q=1", "get a 1"},
		{http.MethodGet, "/things/a%2Fb", "get a/b "},
		{http.MethodGet, "/things/%2Fa%2F%2Fb%2F", "get /a//b/ "},
		{http.MethodGet, "/things/%2E%2E", "get .. "},
		{http.MethodPost, "/things/a%2F..%2Fb/end", "end a/../b "},
		{http.MethodPost, "/things/batch", "batch  "},
		{http.MethodGet, "/things/batch?q=2", "get batch 2"}, // behind a narrower pattern
		{http.MethodGet, "/things/b%61tch", "get batch "},
		{http.MethodPost, "/things/batch/end", "end batch "},
		{http.MethodGet, "/things//a", "no_such_route"},
		{http.MethodGet, "/things/../a", "no_such_route"},
		{http.MethodGet, "/things/a/", "no_such_route"},
		{http.MethodPost, "/things/a", "method_not_allowed"},
		{http.MethodPut, "/things/batch", "method_not_allowed"},
	} {
		if got := ask(t, kernel, c.method, c.path, true); got.Body.String() != c.want {
			t.Errorf("%s %s: %q, want %q", c.method, c.path, got.Body, c.want)
		}
	}
	if allow := ask(t, kernel, http.MethodPut, "/things/batch", true).Header().Get("Allow"); allow != "GET, POST" {
		t.Errorf("Allow is %q", allow)
	}
}

func TestAuthenticateFirst(t *testing.T) {
	t.Parallel()
	first := named(t, func(c *api.Config) { c.AuthenticateFirst = true })
	later := named(t, nil)
	for _, path := range []string{"/nowhere", "/things//a", "/things/a/end"} {
		if got := ask(t, first, http.MethodGet, path, false).Body.String(); got != "authentication_failed" {
			t.Errorf("%s: %s", path, got)
		}
		if got := ask(t, first, http.MethodGet, path, true).Body.String(); got == "authentication_failed" {
			t.Errorf("%s with a credential: %s", path, got)
		}
		if got := ask(t, later, http.MethodGet, path, false).Body.String(); got == "authentication_failed" {
			t.Errorf("%s where the address goes first: %s", path, got)
		}
	}
	if got := ask(t, later, http.MethodGet, "/things/a", false).Body.String(); got != "authentication_failed" {
		t.Errorf("%s", got)
	}
}
