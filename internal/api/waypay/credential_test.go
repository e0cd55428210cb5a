package waypay_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/api"
	"tillway/internal/api/waypay"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, header := range map[string]http.Header{
		"none":        {},
		"an empty":    {"Swich-Api-Key": {""}},
		"an unknown":  {"Swich-Api-Key": {"pk_test_unknown"}},
		"two":         {"Swich-Api-Key": {myKey, myKey}},
		"as a bearer": {"Authorization": {"Bearer " + myKey}},
	} {
		for _, path := range []string{initiatePath, refundsPath} {
			answer := w.askWith(t, header, http.MethodPost, path, newCheckout(t, "ORD1", nil))
			if answer.Code != http.StatusUnauthorized || answer.body["code"] != "unauthorized" {
				t.Errorf("%s key: %d %s", name, answer.Code, answer.Body)
			}
			if strings.Contains(answer.Body.String(), myKey) {
				t.Errorf("the answer repeats the key: %s", answer.Body)
			}
		}
		for _, route := range [][2]string{
			{http.MethodGet, lookPath + "ORD1"}, {http.MethodGet, "/Gateway/v1/Transaction/x"}, {http.MethodGet, refundsPath + "/x"}, {http.MethodPost, refundsPath + "/x/cancel"},
		} {
			w.askWith(t, header, route[0], route[1], nil).wantsFailure(t, http.StatusUnauthorized, "unauthorized", "", "")
		}
	}
	for _, name := range []string{"SWICH-API-Key", "Swich-API-Key", "swich-api-key"} {
		header := http.Header{}
		header.Set(name, myKey)
		w.askWith(t, header, http.MethodGet, lookPath+"nothing", nil).wants(t, http.StatusNotFound)
	}
}

func TestAnUnknownPathOrVersionIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{
		"/Gateway/v2/Payment/initiate-checkout", "/Gateway/v1.0/Refunds", "/Gateway/v1/Payment", "/Gateway/v1/Refunds/", "/v1/Refunds", "/Gateway/v1//Refunds",
	} {
		w.ask(t, http.MethodPost, path, object{}).wantsFailure(t, http.StatusNotFound, "not_found", "", "")
	}
	w.ask(t, http.MethodGet, initiatePath, nil).wantsFailure(t, http.StatusMethodNotAllowed, "method_not_allowed", "", "")
}

// To whom it concerns: every call needs a key (spec/waypay.md §2).
func TestWhatIsNotBuiltSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, route := range [][2]string{
		{http.MethodPost, "/Gateway/v1/Payment/deposit"},
		{http.MethodPost, "/Gateway/v1/Payment/withdraw"},
		{http.MethodPost, "/Gateway/v1/Payment/charge-mobile-wallet"},
		{http.MethodPost, "/Gateway/v1/Payment/initiate-token"},
		{http.MethodGet, "/Gateway/v1/Payment/token/abc"},
		{http.MethodPost, "/Gateway/v1/Account/query-balance"},
		{http.MethodPost, "/Gateway/v1/Settlements"},
		{http.MethodPut, "/Gateway/v1/Settlements/schedule"},
		{http.MethodGet, "/gateway/v1/settlements/550e8400-e29b-41d4-a716-446655440000"},
	} {
		w.ask(t, route[0], route[1], object{}).wantsFailure(t, http.StatusNotImplemented, "not_implemented", "", "")
		for _, key := range []string{"", "pk_test_unknown"} {
			w.askWith(t, http.Header{"Swich-Api-Key": {key}}, route[0], route[1], object{}).wantsFailure(t, http.StatusUnauthorized, "unauthorized", "", "")
		}
	}
}

func TestTooManyRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *waypay.Config) {
		c.Limiter = api.NewBuckets(api.BucketsConfig{PerSecond: 0.5, Burst: 1})
	})
	w.ask(t, http.MethodGet, lookPath+"nothing", nil).wants(t, http.StatusNotFound)
	answer := w.ask(t, http.MethodGet, lookPath+"nothing", nil).wantsFailure(t, http.StatusTooManyRequests, "rate_limited", "", "")
	if answer.Header().Get("Retry-After") != "2" {
		t.Errorf("Retry-After is %q", answer.Header().Get("Retry-After"))
	}
	w.Clock.Advance(2 * time.Second)
	w.ask(t, http.MethodGet, lookPath+"nothing", nil).wants(t, http.StatusNotFound)
}
