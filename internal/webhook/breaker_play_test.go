package webhook_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/webhook"
)

const second = time.Second

func TestAReceiverThatIsDownGetsOneProbeAtATime(t *testing.T) {
	t.Parallel()
	const count = 40
	var up atomic.Bool
	s := &stage{answer: func(n int, request *http.Request) (*http.Response, error) {
		if up.Load() {
			return reply(200)
		}
		return unreachable(n, request)
	}}
	play(t, s, func(t *testing.T, r *rig, looks *lookingStore) {
		r.Start(t.Context())
		began := time.Now()
		deliveries := r.mustSend(r.mustEndpoint("https://shop.example/hook"), count)
		sleep(20 * time.Minute)
		want := []time.Duration{0, 0, 0, 0, 0}
		for at, pause := time.Duration(0), 5*second; ; pause = min(2*pause, 300*second) {
			if at += pause; at > 20*time.Minute {
				break
			}
			want = append(want, at)
		}
		wantTimes(t, s.times(began), want...)
		if load := r.Load(); load.Waiting+load.Sending != 0 {
			t.Errorf("%d deliveries in memory while the breaker is open", load.Waiting+load.Sending)
		}
		// A poll each second, a claim for each probe, and what the releases wake.
		if walks, claims := looks.walks.Load(), looks.claims.Load(); walks > 1300 || claims > 60 {
			t.Errorf("the table was walked %d times and asked %d times in 1200 seconds", walks, claims)
		}
		attempted := 0
		for _, delivery := range deliveries {
			read := r.mustRead(delivery.ID)
			if read.Attempts != len(r.mustAttempts(delivery.ID)) || read.State != webhook.Pending {
				t.Errorf("%s is %s after %d attempts", read.ID, read.State, read.Attempts)
			}
			attempted += read.Attempts
		}
		if attempted != len(want) {
			t.Errorf("%d attempts were counted for %d requests", attempted, len(want))
		}

		up.Store(true)
		sleep(6 * time.Minute) // the next probe, and all that waits behind it
		for _, delivery := range deliveries {
			read := r.mustRead(delivery.ID)
			if read.Attempts == 0 || read.State != webhook.Succeeded && read.Attempts != 1 {
				t.Errorf("%s is %s after %d attempts", read.ID, read.State, read.Attempts)
			}
		}
		sleep(2 * time.Hour) // the retries of those that failed as probes
		for _, delivery := range deliveries {
			if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded {
				t.Errorf("%s is %s after %d attempts", read.ID, read.State, read.Attempts)
			}
		}
	})
}

// New deliveries keep coming while the breaker is open: the oldest still get
// their turn, so nothing waits for ever.
func TestAnOpenBreakerStarvesNobody(t *testing.T) {
	t.Parallel()
	s := &stage{answer: unreachable}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		first := r.mustSend(endpoint, 12)
		for range 1800 {
			r.mustSend(endpoint, 1)
			sleep(2 * second)
		}
		for _, delivery := range first {
			if read := r.mustRead(delivery.ID); read.Attempts == 0 {
				t.Errorf("%s was never tried in an hour", read.ID)
			}
		}
		if load := r.Load(); load.Waiting != 0 {
			t.Errorf("%d deliveries wait in memory", load.Waiting)
		}
	})
}

func TestARestartDoesNotMultiplyProbes(t *testing.T) {
	t.Parallel()
	s := &stage{answer: unreachable}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		r.mustSend(r.mustEndpoint("https://shop.example/hook"), 30)
		sleep(second)
		r.mustStop()
		before := len(s.times(time.Now()))
		if before != 5 {
			t.Fatalf("%d requests before the restart, want 5", before)
		}
		config := r.config
		config.Owner = "next-run"
		next := webhook.New(config)
		began := time.Now()
		next.Start(t.Context())
		sleep(30 * second)
		wantTimes(t, s.times(began)[before:], 0, 5*second, 15*second)
		if err := next.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestALineThatIsToldToWaitWaitsAsAWhole(t *testing.T) {
	t.Parallel()
	s := &stage{answer: func(n int, _ *http.Request) (*http.Response, error) {
		if n == 1 {
			return reply(429, "Retry-After", "120")
		}
		return reply(200)
	}}
	play(t, s, func(t *testing.T, r *rig, looks *lookingStore) {
		endpoint := r.mustEndpoint("https://shop.example/hook")
		r.Start(t.Context())
		began := time.Now()
		limited := r.mustSend(endpoint, 1)[0]
		sleep(second)
		others := r.mustSend(endpoint, 9)
		sleep(119*second - time.Millisecond)
		wantTimes(t, s.times(began), 0)
		if walks := looks.walks.Load() + looks.claims.Load(); walks > 150 {
			t.Errorf("the table was asked %d times in 120 seconds", walks)
		}
		sleep(2 * second)
		for _, delivery := range others {
			if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded || read.Attempts != 1 {
				t.Errorf("%s is %s after %d attempts", read.ID, read.State, read.Attempts)
			}
		}
		if read := r.mustRead(limited.ID); read.State != webhook.Pending || read.Attempts != 1 {
			t.Errorf("the one that was told is %s after %d attempts", read.State, read.Attempts)
		}
	})
}
