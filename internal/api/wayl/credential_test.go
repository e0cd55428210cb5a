package wayl_test

import (
	"net/http"
	"strings"
	"testing"

	"tillway/internal/api"
	"tillway/internal/api/wayl"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const refused = `{"success":false,"message":"Invalid authentication key"}`
	for name, token := range map[string]string{
		"none": "", "unknown": "x", "cut off": w.token[:len(w.token)-1], "in upper case": strings.ToUpper(w.token), "twice": w.token + "," + w.token,
	} {
		for _, path := range []string{"/api/v1/verify-auth-key", "/api/v1/links", "/api/v1/nowhere", "/nowhere", "/api/v1//links"} {
			if got := w.askAs(t, token, http.MethodGet, path, nil); got.Code != http.StatusUnauthorized || got.Body.String() != refused {
				t.Errorf("%s at %s: %d %s", name, path, got.Code, got.Body)
			}
		}
	}
	// With a good one, what is not there is not there.
	w.ask(t, http.MethodGet, "/api/v1/nowhere", nil).wants(t, http.StatusNotFound)
	w.ask(t, http.MethodPut, "/api/v1/links", nil).wants(t, http.StatusMethodNotAllowed)
	w.ask(t, http.MethodGet, "/api/v1/refunds/x/cancel", nil).wants(t, http.StatusMethodNotAllowed)
}

func TestTooManyRequestsAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *wayl.Config) { c.Limiter = api.NewBuckets(api.BucketsConfig{PerSecond: 0.5, Burst: 1}) })
	w.ask(t, http.MethodGet, "/api/v1/verify-auth-key", nil).wants(t, http.StatusOK)
	limited := w.ask(t, http.MethodGet, "/api/v1/verify-auth-key", nil).wants(t, http.StatusTooManyRequests)
	if limited.Header().Get("Retry-After") != "2" || limited.body["success"] != false {
		t.Errorf("Retry-After %q: %s", limited.Header().Get("Retry-After"), limited.Body)
	}
}

func TestADatabaseThatIsAwayIsToldApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.DB.Close(); err != nil {
		t.Fatal(err)
	}
	for _, got := range []answer{
		w.ask(t, http.MethodGet, "/api/v1/links", nil), w.ask(t, http.MethodPost, "/api/v1/links", newLink("order-1", nil)),
		w.ask(t, http.MethodGet, "/api/v1/refunds", nil), w.ask(t, http.MethodGet, "/api/v1/products", nil),
	} {
		if got.wants(t, http.StatusServiceUnavailable); strings.Contains(got.Body.String(), "sql") {
			t.Errorf("%s", got.Body)
		}
	}
}
