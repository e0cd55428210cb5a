package webhook_test

import (
	"net/http"
	"testing"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// Pancake's whole schedule in fake time: six attempts over 34 hours and a
// half, each with the same bytes and a signature that is fresh when it arrives,
// whichever way the receiver is down and whether or not the process restarts on
// the way. Nothing that protects a receiver under traffic delays them.
func TestPancakesScheduleIsPlayedAttemptByAttempt(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		answer  func(int, *http.Request) (*http.Response, error)
		took    time.Duration // by each attempt; the next delay begins when it has failed
		restart bool
	}{
		"it answers 500":                  {answer: always(500)},
		"it answers 429":                  {answer: always(429)},
		"it asks for less than the delay": {answer: always(503, "Retry-After", "200")},
		"it takes no connection":          {answer: unreachable},
		"it is silent":                    {answer: silent, took: webhook.Pancake.TimeLimit},
		"and the process restarts":        {answer: always(500), restart: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Fewer looks into the table; what is due is known ahead.
			s := &stage{answer: check.answer, poll: time.Minute}
			play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
				r.Start(t.Context())
				birth := r.birth(r.mustEndpoint("https://shop.example/hook"))
				birth.Scheme, birth.Schedule = webhook.PancakeScheme, webhook.Pancake.Name
				delivery := birth.Delivery()
				r.mustInsert(delivery)
				r.Admit(delivery)
				due := []time.Duration{0}
				for i, delay := range webhook.Pancake.Delays {
					due = append(due, due[i]+check.took+delay)
				}
				began := delivery.CreatedAt
				for i, at := range due {
					sleep(time.Until(began.Add(at)) + second)
					wantTimes(t, s.times(began), due[:i+1]...)
					if check.restart {
						mustRestart(t, r)
					}
				}
				sleep(25 * time.Hour)
				wantTimes(t, s.times(began), due...)
				for i, received := range s.received {
					if string(received.Body) != string(delivery.Body) {
						t.Errorf("attempt %d has other bytes", i+1)
					}
					signed, err := webhooktest.VerifyPancake(received, &pancakeKey().PublicKey, received.At)
					if err != nil || received.At.Sub(signed) > second {
						t.Errorf("attempt %d is signed at %v: %v", i+1, signed, err)
					}
				}
				read := r.mustRead(delivery.ID)
				if read.State != webhook.Failed || read.Attempts != 6 || len(r.mustAttempts(delivery.ID)) != 6 {
					t.Errorf("the delivery is %s after %d attempts", read.State, read.Attempts)
				}
			})
		})
	}
}

// mustRestart replaces the dispatcher by a new one on the same data.
func mustRestart(t *testing.T, r *rig) {
	t.Helper()
	r.mustStop()
	r.number++
	r.config.Owner += "+"
	r.Dispatcher = webhook.New(r.config)
	r.Start(t.Context())
}
