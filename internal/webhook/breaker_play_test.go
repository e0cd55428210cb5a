package webhook_test

import (
	"net/http"
	"slices"
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
	in := func(format string) func() string {
		return func() string { return time.Now().UTC().Add(120 * second).Format(format) }
	}
	for name, check := range map[string]struct {
		wish  func() string
		pause time.Duration
	}{
		"for seconds":                {func() string { return "120" }, 120 * second},
		"until a date":               {in(http.TimeFormat), 120 * second},
		"until a date of RFC 850":    {in("Monday, 02-Jan-06 15:04:05 GMT"), 120 * second},
		"until a date of C":          {in(time.ANSIC), 120 * second},
		"longer than we ever do":     {func() string { return "3600" }, 300 * second},
		"longer than numbers do":     {func() string { return "99999999999999999999" }, 300 * second},
		"for less than is any use":   {func() string { return "0" }, 5 * second},
		"until a date that has past": {func() string { return time.Unix(0, 0).UTC().Format(http.TimeFormat) }, 5 * second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stage{answer: func(n int, _ *http.Request) (*http.Response, error) {
				if n == 1 {
					return reply(429, "Retry-After", check.wish())
				}
				return reply(200)
			}}
			play(t, s, func(t *testing.T, r *rig, looks *lookingStore) { waitAsAWhole(t, s, r, looks, check.pause) })
		})
	}
}

func waitAsAWhole(t *testing.T, s *stage, r *rig, looks *lookingStore, pause time.Duration) {
	t.Helper()
	endpoint := r.mustEndpoint("https://shop.example/hook")
	r.Start(t.Context())
	began := time.Now()
	limited := r.mustSend(endpoint, 1)[0]
	sleep(second)
	others := r.mustSend(endpoint, 9)
	sleep(pause - second - time.Millisecond)
	wantTimes(t, s.times(began), 0)
	if walks := looks.walks.Load() + looks.claims.Load(); walks > int64(pause/second)+30 {
		t.Errorf("the table was asked %d times in %v", walks, pause)
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
}

// Whoever enables a webhook again, or gives it another address, sees at once
// what it does now, however long the pause had become.
func TestAChangeEndsAPause(t *testing.T) {
	t.Parallel()
	disabled, active := webhook.Disabled, webhook.Active
	for name, down := range map[string]func(int, *http.Request) (*http.Response, error){
		"of the breaker":                unreachable,
		"that was asked for":            always(429, "Retry-After", "3600"),
		"of both":                       always(503, "Retry-After", "3600"),
		"of a receiver that is silent":  silent,
		"of a receiver that is at odds": always(500),
	} {
		for what, change := range map[string]func(t *testing.T, r *rig, id webhook.EndpointID){
			"enabling": func(_ *testing.T, r *rig, id webhook.EndpointID) {
				mustUpdate(r, webhook.UpdateEndpointIn{ID: id, State: &disabled})
				mustUpdate(r, webhook.UpdateEndpointIn{ID: id, State: &active})
			},
			"moving": func(t *testing.T, r *rig, id webhook.EndpointID) {
				r.mustWrite(func(tx webhook.Tx) error { return move(t, tx, id, "https://shop.example/new") })
			},
		} {
			t.Run(what+" ends one "+name, func(t *testing.T) {
				t.Parallel()
				var up atomic.Bool
				s := &stage{answer: func(n int, request *http.Request) (*http.Response, error) {
					if up.Load() {
						return reply(200)
					}
					return down(n, request)
				}}
				play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
					r.Start(t.Context())
					endpoint := r.mustEndpoint("https://shop.example/hook")
					r.mustSend(endpoint, 40)
					sleep(20*time.Minute + 7*second)
					up.Store(true)
					change(t, r, endpoint.ID)
					sleep(second) // what waits goes first
					next := r.mustSend(r.mustReadEndpoint(endpoint.ID), 1)[0]
					sleep(second)
					if read := r.mustRead(next.ID); read.State != webhook.Succeeded {
						t.Errorf("%s after %d attempts", read.State, read.Attempts)
					}
				})
			})
		}
	}
}

// A sample and a resend are sent at once, in spite of an open breaker or a
// pause, beside a probe that hangs, and before all that waits: a person wants to
// see what comes of it. To the others it makes no difference.
func TestWhatAPersonAskedForWaitsForNoPause(t *testing.T) {
	t.Parallel()
	for name, down := range map[string]func(int, *http.Request) (*http.Response, error){
		"of the breaker":               unreachable,
		"that was asked for":           always(429, "Retry-After", "3600"),
		"of a receiver that is silent": silent,
	} {
		for where, alone := range map[string]bool{"": true, " on one node of several": false} {
			t.Run(name+where, func(t *testing.T) {
				t.Parallel()
				s := &stage{answer: down, change: func(c *webhook.Config) { c.Alone = alone }}
				play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
					r.Start(t.Context())
					endpoint := r.mustEndpoint("https://shop.example/hook")
					waiting := r.mustSend(endpoint, 60)
					sleep(20*time.Minute + 7*second)
					began, before := time.Now(), len(s.times(time.Now()))
					var asked []webhook.DeliveryID
					var due []time.Duration
					for i := range 2 {
						sample := r.birth(endpoint)
						sample.Origin, sample.Schedule = webhook.FromTest, webhook.Once.Name
						born := sample.Delivery()
						r.mustInsert(born)
						r.Admit(born)
						resent := waiting[len(waiting)-1-i]
						if read := r.mustRead(resent.ID); read.Attempts != 0 {
							t.Fatalf("the last in the line was tried %d times", read.Attempts)
						}
						r.mustWrite(func(tx webhook.Tx) error {
							_, err := webhook.ResendDelivery(t.Context(), tx, webhook.ResendIn{ID: resent.ID, Now: time.Now()})
							return err
						})
						r.SendNow(resent)
						asked = append(asked, born.ID, resent.ID)
						due = append(due, time.Since(began), time.Since(began))
						sleep(40 * second)
					}
					var times []time.Duration
					others := 0
					for _, request := range s.received[before:] {
						if slices.Contains(asked, webhook.DeliveryID(request.Header.Get(webhook.StandardID))) {
							times = append(times, request.At.Sub(began))
						} else {
							others++
						}
					}
					wantTimes(t, times, due...)
					if others > 1 {
						t.Errorf("%d other requests in 80 seconds", others)
					}
				})
			})
		}
	}
}
