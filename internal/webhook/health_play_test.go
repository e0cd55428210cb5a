package webhook_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/webhook"
)

func TestAnEndpointThatFailsForFiveDaysIsDisabled(t *testing.T) {
	t.Parallel()
	var told notices
	s := &stage{answer: always(500), poll: time.Minute, change: told.hook}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		var began time.Time
		for n := 0; r.mustReadEndpoint(endpoint.ID).State == webhook.Active; n++ {
			if n > 6*24 {
				t.Fatal("still active after six days")
			}
			delivery := r.mustSend(endpoint, 1)[0]
			sleep(second)
			if n == 0 {
				began = r.mustAttempts(delivery.ID)[0].StartedAt
			}
			if since := r.mustReadEndpoint(endpoint.ID).FailingSince; !since.Equal(began) {
				t.Fatalf("failing since %v, want %v", since, began)
			}
			if n == 30 {
				mustRestart(t, r) // what was known in memory is not needed
			}
			sleep(time.Hour - second)
		}
		read := r.mustReadEndpoint(endpoint.ID)
		if read.DisabledFor != webhook.IsFailing || read.DisabledAt.Sub(began) < webhook.FailingSpan || read.DisabledAt.Sub(began) > webhook.FailingSpan+2*time.Hour {
			t.Errorf("disabled for %q after %v", read.DisabledFor, read.DisabledAt.Sub(began))
		}
		stored := r.mustNotices(endpoint.ID)
		if len(stored) != 3 || len(told) != 3 {
			t.Fatalf("stored %+v and told %+v, want three", stored, told)
		}
		for i, level := range []int{50, 90, 100} {
			at := stored[i].At.Sub(began)
			if want := webhook.FailingSpan / 100 * time.Duration(level); stored[i].Level != level || at < want || at > want+2*time.Hour {
				t.Errorf("notice %d is of level %d after %v", i, stored[i].Level, at)
			}
			if told[i].ID != stored[i].ID || !stored[i].Since.Equal(began) || stored[i].Store != endpoint.Store {
				t.Errorf("told %+v, stored %+v", told[i], stored[i])
			}
		}

		active := webhook.Active
		mustUpdate(r, webhook.UpdateEndpointIn{ID: endpoint.ID, State: &active})
		read = r.mustReadEndpoint(endpoint.ID)
		if read.State != active || !read.FailingSince.IsZero() || read.Noticed != 0 || read.DisabledFor != "" || !read.DisabledAt.IsZero() {
			t.Errorf("enabled again: %+v", read)
		}
	})
}

func TestOneSuccessEndsATimeOfFailing(t *testing.T) {
	t.Parallel()
	var up atomic.Bool
	var told notices
	s := &stage{poll: time.Minute, change: told.hook, answer: func(int, *http.Request) (*http.Response, error) {
		if up.Load() {
			return reply(200)
		}
		return reply(500)
	}}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		send := func() {
			r.mustSend(r.mustReadEndpoint(endpoint.ID), 1)
			sleep(second)
		}
		for range 2 {
			for range 4 * 24 { // four days, with a notice at half the span
				send()
				sleep(time.Hour - second)
			}
			if read := r.mustReadEndpoint(endpoint.ID); read.Noticed != 50 {
				t.Errorf("noticed %d", read.Noticed)
			}
			up.Store(true)
			send()
			if read := r.mustReadEndpoint(endpoint.ID); !read.FailingSince.IsZero() || read.Noticed != 0 {
				t.Errorf("failing since %v, noticed %d, after a success", read.FailingSince, read.Noticed)
			}
			up.Store(false)
		}
		if len(told) != 2 || told[0].ID == told[1].ID {
			t.Errorf("told %+v, want one for each time", told)
		}
	})
}

// A shop that sells little gets few attempts: that those of five days failed
// disables its endpoint all the same, with the levels told that lay between.
func TestAnEndpointThatFailsSeldomIsDisabledAfterFiveDaysToo(t *testing.T) {
	t.Parallel()
	var told notices
	s := &stage{answer: always(500), poll: time.Hour, change: told.hook}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		began := time.Now()
		var third time.Time
		for _, at := range []time.Duration{0, 48 * time.Hour, 121 * time.Hour} {
			sleep(time.Until(began.Add(at)))
			if read := r.mustReadEndpoint(endpoint.ID); read.State != webhook.Active {
				t.Fatalf("%s after %v", read.State, at)
			}
			once := r.birth(endpoint)
			once.Schedule = webhook.Once.Name
			delivery := once.Delivery()
			r.mustInsert(delivery)
			r.Admit(delivery)
			sleep(second)
			third = r.mustAttempts(delivery.ID)[0].StartedAt
		}
		read := r.mustReadEndpoint(endpoint.ID)
		if read.DisabledFor != webhook.IsFailing || !read.DisabledAt.Equal(third) || read.Noticed != 100 {
			t.Errorf("%+v after the third failure", read)
		}
		stored := r.mustNotices(endpoint.ID)
		if len(stored) != 3 || len(told) != 3 {
			t.Fatalf("stored %+v and told %+v, want three", stored, told)
		}
		for i, level := range []int{50, 90, 100} {
			if stored[i].Level != level || told[i].ID != stored[i].ID || !stored[i].At.Equal(third) {
				t.Errorf("notice %d is %+v, told as %+v", i, stored[i], told[i])
			}
		}
	})
}
