package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// subjects notes whom a limiter was asked about.
type subjects map[string]bool

// Allow implements api.Limiter.
func (s subjects) Allow(subject string, _ time.Time) (time.Duration, bool) {
	s[subject] = true
	return 0, true
}

func TestVisitorsAreLimitedByNetwork(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		addresses []string
		subjects  int
	}{
		"addresses of IPv4 are told apart":                {[]string{"192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:1"}, 2},
		"the addresses of one IPv6 customer count as one": {[]string{"[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff::9]:1"}, 1},
		"two customers of IPv6 are told apart":            {[]string{"[2001:db8:1:2::1]:1", "[2001:db8:1:3::1]:1"}, 2},
		"a mapped address is the one it stands for":       {[]string{"[::ffff:192.0.2.1]:1", "192.0.2.1:1"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := subjects{}
			shop := paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS))
			kernel := api.New(api.Config{
				Dialect: "plain", Core: shop.Core, Limiter: asked,
				Routes: []api.Route{{
					Method: http.MethodPost, Path: "/things", Accepts: []auth.Class{auth.VisitorClass},
					Handle: func(context.Context, *api.Call) (pay.Answer, error) { return pay.Answer{Status: http.StatusOK}, nil },
				}},
				Authenticate: func(context.Context, auth.Presented) (auth.Credential, error) {
					return auth.Credential{Class: auth.VisitorClass, Actor: pay.Actor{Kind: pay.ByVisitor, Env: pay.Test, Store: "STO_1"}}, nil
				},
				Fault: func(_ *api.Route, problem *fault.Error) pay.Answer {
					return pay.Answer{Status: http.StatusBadRequest, Body: []byte(problem.Code)}
				},
			})
			for _, address := range c.addresses {
				request := httptest.NewRequest(http.MethodPost, "/things", strings.NewReader("{}"))
				request.RemoteAddr = address
				kernel.ServeHTTP(httptest.NewRecorder(), request)
			}
			if len(asked) != c.subjects {
				t.Errorf("%d are limited: %v, want %d", len(asked), asked, c.subjects)
			}
		})
	}
}
