package fanout_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/fanout"
	"tillway/internal/fault"
	"tillway/internal/webhook"
)

func TestSample(t *testing.T) {
	t.Parallel()
	b := newBench(t, false)
	for name, c := range map[string]struct {
		endpoint webhook.Endpoint
		body     string
		headers  []webhook.Header
		scheme   webhook.Scheme
		key      string
		url      string
		schedule webhook.ScheduleName
	}{
		"raw, and signed as events are": {
			endpoint("E1", nil), "sample order.completed D1 STO_1 Acme test",
			[]webhook.Header{{Name: "X-Event", Value: "order.completed"}},
			"scheme a", "", "https://example.com/E1", "once",
		},
		"with the endpoint's own scheme": {
			endpoint("E1", func(e *webhook.Endpoint) { e.Scheme = "own" }), "sample order.completed D1 STO_1 Acme test",
			[]webhook.Header{{Name: "X-Event", Value: "order.completed"}},
			"own", "E1", "https://example.com/E1", "once",
		},
		"with the time limit of the endpoint's schedule": {
			endpoint("E1", func(e *webhook.Endpoint) { e.Schedule = webhook.Diddo.Name }), "sample order.completed D1 STO_1 Acme test",
			[]webhook.Header{{Name: "X-Event", Value: "order.completed"}},
			"scheme a", "", "https://example.com/E1", "diddo-once",
		},
		"a chat's in its format": {
			endpoint("E1", func(e *webhook.Endpoint) { e.Channel, e.Secret = webhook.Feishu, "8737" }), "sample order.completed in zh Acme",
			[]webhook.Header{{Name: "Content-Type", Value: "application/json"}},
			"", "", "https://example.com/…", "once",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := b.fanout.Sample(fanout.SampleIn{ID: "D1", Endpoint: c.endpoint, StoreName: "Acme", Event: "order.completed", Now: at})
			want := webhook.Delivery{
				ID: "D1", Endpoint: "E1", Queue: "E1", Store: "STO_1", Env: webhook.Test, Channel: c.endpoint.Channel, Origin: webhook.FromTest,
				EventType: "order.completed", URL: c.url, Headers: c.headers, Body: []byte(c.body), Scheme: c.scheme, KeyName: c.key, Schedule: c.schedule,
				State: webhook.Pending, WakeAt: at.Add(webhook.BornLease), Owner: "me", CreatedAt: at, Route: c.endpoint.Route(),
			}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}

	t.Run("an unknown event is refused", func(t *testing.T) {
		t.Parallel()
		_, err := b.fanout.Sample(fanout.SampleIn{ID: "D1", Endpoint: endpoint("E1", nil), Event: "order.paid", Now: at})
		if !fault.Is(err, fault.Invalid) || fault.From(err).Field != "event" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("an endpoint that nobody writes for is refused", func(t *testing.T) {
		t.Parallel()
		for _, e := range []webhook.Endpoint{
			endpoint("E1", func(e *webhook.Endpoint) { e.Channel = webhook.Discord }), endpoint("E1", func(e *webhook.Endpoint) { e.Dialect = "c" }),
		} {
			if _, err := b.fanout.Sample(fanout.SampleIn{ID: "D1", Endpoint: e, Event: "order.completed", Now: at}); !fault.Is(err, fault.State) {
				t.Errorf("got %v", err)
			}
		}
	})
}
