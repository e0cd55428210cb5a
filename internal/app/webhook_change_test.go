package app_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// webhookChanges are what a person does to a webhook that leads to one address,
// and how many of the 16 deliveries that wait then go to another.
var webhookChanges = map[string]struct {
	change    func(t *testing.T, s *till, command operator.Operator, id, elsewhere string)
	elsewhere int64
}{
	"disabled": {change: func(t *testing.T, _ *till, command operator.Operator, id, _ string) {
		if _, err := command.SetWebhook(t.Context(), operator.SetWebhookIn{Webhook: webhook.EndpointID(id), State: new(webhook.Disabled)}); err != nil {
			t.Fatal(err)
		}
	}},
	"removed": {change: func(t *testing.T, _ *till, command operator.Operator, id, _ string) {
		if _, err := command.RemoveWebhook(t.Context(), operator.RemoveWebhookIn{Webhook: webhook.EndpointID(id)}); err != nil {
			t.Fatal(err)
		}
	}},
	"moved by a call": {change: func(t *testing.T, s *till, _ operator.Operator, id, elsewhere string) {
		s.mustCall(t, pay.Test, "store/update-webhook", object{"id": id, "url": elsewhere})
	}, elsewhere: 16},
}

// What waits in the server's memory when a person disables, removes or moves a
// webhook is not sent to where it led, whether the server makes the change or a
// command beside it.
func TestWhatWaitsFollowsAChangeOfItsWebhook(t *testing.T) {
	t.Parallel()
	for name, wanted := range webhookChanges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			places(t, func(t *testing.T, where config.Data) { follow(t, where, wanted.change, wanted.elsewhere) })
		})
	}
}

func follow(t *testing.T, where config.Data, change func(*testing.T, *till, operator.Operator, string, string), toElsewhere int64) {
	t.Helper()
	const count, underWay = 20, 4 // a line begins with two, and samples take two more
	var came, moved atomic.Int64
	under := make(chan struct{}, count)
	gate := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		came.Add(1)
		under <- struct{}{}
		<-gate
	}))
	t.Cleanup(slow.Close)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { moved.Add(1) }))
	t.Cleanup(elsewhere.Close)
	open := sync.OnceFunc(func() { close(gate) })
	t.Cleanup(open)

	s := newTill(t, where)
	command, closeIt, err := app.OpenOperator(t.Context(), where, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeIt(); err != nil {
			t.Error(err)
		}
	})
	id := s.mustCall(t, pay.Test, "store/add-webhook", object{
		"storeId": s.made.StoreID, "channel": "http", "url": slow.URL, "events": []string{"order.completed"}, "testMode": true,
	})["webhook"].(object)["id"].(string)
	var sent []webhook.DeliveryID
	for range count {
		triggered, err := s.server.Operator().TriggerEvent(t.Context(), operator.TriggerEventIn{
			Event: "order.completed", Store: s.made.StoreID, Environment: pay.Test, Webhook: webhook.EndpointID(id),
		})
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, triggered.Deliveries[0].Delivery)
	}
	for range underWay {
		<-under
	}
	change(t, s, command, id, elsewhere.URL)
	awaitPending(t, s, sent, underWay) // but for those that are under way
	open()
	awaitPending(t, s, sent, 0)
	if got := came.Load(); got != underWay {
		t.Errorf("%d requests for where the webhook led, want the %d that were under way", got, underWay)
	}
	if got := moved.Load(); got != toElsewhere {
		t.Errorf("%d requests for where it leads now, want %d", got, toElsewhere)
	}
}

// awaitPending waits until no more than so many deliveries are not over.
func awaitPending(t *testing.T, s *till, deliveries []webhook.DeliveryID, most int) {
	t.Helper()
	for lost := time.Now().Add(time.Minute); ; {
		outcomes, err := s.server.Operator().DeliveryOutcomes(t.Context(), operator.DeliveryOutcomesIn{Deliveries: deliveries})
		if err != nil {
			t.Fatal(err)
		}
		pending := 0
		for _, delivery := range outcomes.Deliveries {
			if delivery.State == webhook.Pending {
				pending++
			}
		}
		if pending <= most {
			return
		}
		if time.Now().After(lost) {
			t.Fatalf("%d deliveries are still pending", pending)
		}
	}
}
