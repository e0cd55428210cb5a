package webhook_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/webhook"
)

// notices collects what merchants are told.
type notices []webhook.Notice

func (n *notices) hook(c *webhook.Config) {
	c.Notify = func(notice webhook.Notice) { *n = append(*n, notice) }
}

func (r *rig) mustNotices(id webhook.EndpointID) []webhook.Notice {
	r.t.Helper()
	stored, err := r.webhooks.Notices(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return stored
}

func (r *rig) mustReadEndpoint(id webhook.EndpointID) (endpoint webhook.Endpoint) {
	r.t.Helper()
	r.mustWrite(func(tx webhook.Tx) (err error) {
		endpoint, err = tx.Endpoint(id)
		return err
	})
	return endpoint
}

func TestAReceiverMayDisableItsEndpoint(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		answer func(int, *http.Request) (*http.Response, error)
		reason webhook.DisabledFor
		state  webhook.State // of the delivery that was answered
	}{
		"by 410":                    {always(410), webhook.Gone, webhook.Pending},
		"by a header on a failure":  {always(500, "webhook-delivery", "disable"), webhook.ToldTo, webhook.Pending},
		"by a header on acceptance": {always(200, "Webhook-Delivery", " Disable "), webhook.ToldTo, webhook.Succeeded},
		"behind what the log keeps": {always(500, "Set-Cookie", strings.Repeat("x", webhook.HeadersKept), "Webhook-Delivery", "disable"), webhook.ToldTo, webhook.Pending},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stage{answer: check.answer}
			var told notices
			s.change = told.hook
			play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
				r.Start(t.Context())
				endpoint := r.mustEndpoint("https://shop.example/hook")
				answered := r.mustSend(endpoint, 1)[0]
				sleep(second)
				later := r.mustSend(endpoint, 20) // as if made before the commit
				sleep(2 * time.Hour)
				read := r.mustReadEndpoint(endpoint.ID)
				if read.State != webhook.Disabled || read.DisabledFor != check.reason || read.DisabledAt.IsZero() {
					t.Errorf("the endpoint is %s for %q at %v", read.State, read.DisabledFor, read.DisabledAt)
				}
				stored := r.mustNotices(endpoint.ID)
				if len(stored) != 1 || len(told) != 1 || stored[0].ID != told[0].ID || told[0].Reason != check.reason || !told[0].Disabled() {
					t.Errorf("stored %+v and told %+v", stored, told)
				}
				if !strings.Contains(r.logged.String(), "webhook endpoint disabled") {
					t.Error("the log does not say so")
				}
				if read := r.mustRead(answered.ID); read.Attempts != 1 || check.state == webhook.Succeeded != (read.State == webhook.Succeeded) {
					t.Errorf("the answered delivery is %s after %d attempts", read.State, read.Attempts)
				}
				for _, delivery := range later {
					if read := r.mustRead(delivery.ID); !read.State.Terminal() {
						t.Errorf("%s is %s", read.ID, read.State)
					}
				}
			})
		})
	}
}

func TestWhatWaitsForADisabledEndpointIsNotSent(t *testing.T) {
	t.Parallel()
	s := &stage{answer: always(410)}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		deliveries := r.mustSend(r.mustEndpoint("https://shop.example/hook"), 200)
		sleep(2 * time.Hour)
		if got := len(s.received); got > 2 {
			t.Errorf("%d requests to a receiver that is gone", got)
		}
		for _, delivery := range deliveries {
			if read := r.mustRead(delivery.ID); read.State != webhook.Failed || read.Attempts > 1 {
				t.Errorf("%s is %s after %d attempts", read.ID, read.State, read.Attempts)
			}
		}
	})
}

func TestAReceiverMayEndOneDelivery(t *testing.T) {
	t.Parallel()
	s := &stage{answer: always(500, "webhook-delivery", "abort-message")}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		delivery := r.mustSend(endpoint, 1)[0]
		sleep(2 * time.Hour)
		if read := r.mustRead(delivery.ID); read.State != webhook.Failed || read.Attempts != 1 || len(s.received) != 1 {
			t.Errorf("the delivery is %s after %d attempts", read.State, read.Attempts)
		}
		if read := r.mustReadEndpoint(endpoint.ID); read.State != webhook.Active {
			t.Errorf("the endpoint is %s", read.State)
		}
	})
}

func TestASampleSaysNothingAboutItsEndpoint(t *testing.T) {
	t.Parallel()
	s := &stage{answer: always(410, "webhook-delivery", "disable")}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		birth := r.birth(endpoint)
		birth.Origin, birth.Schedule = webhook.FromTest, webhook.Once.Name
		sample := birth.Delivery()
		r.mustInsert(sample)
		r.Admit(sample)
		sleep(second)
		read := r.mustReadEndpoint(endpoint.ID)
		if read.State != webhook.Active || !read.FailingSince.IsZero() || len(s.received) != 1 {
			t.Errorf("the endpoint is %s, failing since %v, after %d requests", read.State, read.FailingSince, len(s.received))
		}
	})
}
