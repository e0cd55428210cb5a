package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

// slow answers after a while, unless the request is over before.
type slow time.Duration

func (s slow) RoundTrip(request *http.Request) (*http.Response, error) {
	select {
	case <-time.After(time.Duration(s)):
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), Request: request}, nil
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
}

// A program has as long as an endpoint of the delivery's schedule would.
func TestTheDeliveryLimitsTheProgram(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit, takes time.Duration
		status       int
		failure      webhook.Class
	}{
		"a patient schedule waits":          {20 * time.Second, 19 * time.Second, 200, ""},
		"and no longer than it says":        {20 * time.Second, 21 * time.Second, 0, webhook.Timeout},
		"an impatient one waits":            {5 * time.Second, 4 * time.Second, 200, ""},
		"and does not wait ten seconds":     {5 * time.Second, 6 * time.Second, 0, webhook.Timeout},
		"what is over at once is told soon": {20 * time.Second, 0, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newForwarder(&url.URL{Scheme: "http", Host: "localhost"})
				f.client.Transport = slow(c.takes)
				got := f.forward(t.Context(), listen.Delivery{ID: "d1", LimitMS: c.limit.Milliseconds()})
				if got.status != c.status || got.failure != c.failure || got.took != min(c.takes, c.limit) {
					t.Errorf("status %d, failure %q after %v", got.status, got.failure, got.took)
				}
			})
		})
	}
}

// What the program asks for is kept whatever else it sends, and every run keeps
// the same.
func TestHeadersThatAskForSomethingAreKept(t *testing.T) {
	t.Parallel()
	header := http.Header{"Retry-After": {"7"}, "Webhook-Delivery": {"abort-message"}, "Huge": {strings.Repeat("x", webhook.HeadersKept)}}
	for i := range 100 {
		header.Set(fmt.Sprintf("A-%03d", i), strings.Repeat("x", 95))
	}
	first := headerLines(header)
	size := 0
	for _, line := range first {
		size += len(line.Name) + len(line.Value)
	}
	if size > webhook.HeadersKept || size < webhook.HeadersKept-100 {
		t.Errorf("%d bytes are kept, want all that fit into %d", size, webhook.HeadersKept)
	}
	for _, line := range []listen.Header{{Name: "Retry-After", Value: "7"}, {Name: "Webhook-Delivery", Value: "abort-message"}, {Name: "A-000", Value: header.Get("A-000")}} {
		if !slices.Contains(first, line) {
			t.Errorf("%+v is not kept of %+v", line, first)
		}
	}
	if !slices.IsSortedFunc(first, func(a, b listen.Header) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("kept out of order: %+v", first)
	}
	for range 20 {
		if again := headerLines(header); !slices.Equal(again, first) {
			t.Fatalf("kept %+v, and then %+v", first, again)
		}
	}
}
