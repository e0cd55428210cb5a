package webhook_test

import (
	"net/http"
	"testing"
	"time"

	"tillway/internal/webhook"
)

// changes are what a person does to an endpoint that leads to /old, and how many
// requests go to which path after it.
var changes = map[string]struct {
	change func(t *testing.T, tx webhook.Tx, id webhook.EndpointID) error
	path   string // where what waited goes; empty: nowhere
	header string // X-Till of it
}{
	"disabled": {change: update(webhook.UpdateEndpointIn{State: new(webhook.Disabled)})},
	"removed": {change: func(t *testing.T, tx webhook.Tx, id webhook.EndpointID) error {
		_, err := webhook.RemoveEndpoint(t.Context(), tx, id)
		return err
	}},
	"moved": {change: func(t *testing.T, tx webhook.Tx, id webhook.EndpointID) error {
		return move(t, tx, id, "https://shop.example/new")
	}, path: "/new"},
	"given a header": {
		change: update(webhook.UpdateEndpointIn{Headers: &[]webhook.Header{{Name: "X-Till", Value: "7"}}}), path: "/old", header: "7",
	},
}

func update(in webhook.UpdateEndpointIn) func(*testing.T, webhook.Tx, webhook.EndpointID) error {
	return func(t *testing.T, tx webhook.Tx, id webhook.EndpointID) error {
		in.ID, in.Now = id, time.Now()
		_, err := webhook.UpdateEndpoint(t.Context(), tx, in)
		return err
	}
}

// move writes another URL without vetting it.
func move(_ *testing.T, tx webhook.Tx, id webhook.EndpointID, url string) error {
	read, err := tx.Endpoint(id)
	if err != nil {
		return err
	}
	next := read
	next.URL, next.UpdatedAt = url, time.Now()
	return tx.UpdateEndpoint(next, read)
}

// slowly takes a second for each answer.
func slowly(int, *http.Request) (*http.Response, error) {
	time.Sleep(time.Second)
	return reply(200)
}

func TestWhatWaitsFollowsAChangeOfItsEndpoint(t *testing.T) {
	t.Parallel()
	for where, check := range map[string]struct {
		alone, here bool
		within      time.Duration
	}{
		"on the only node":      {alone: true, here: true},
		"on the node itself":    {here: true},
		"on another of several": {within: 1200 * time.Millisecond}, // a poll, and the request after it
	} {
		for what, wanted := range changes {
			t.Run(what+" "+where, func(t *testing.T) {
				t.Parallel()
				s := &stage{answer: slowly, change: func(c *webhook.Config) { c.Alone = check.alone }}
				play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
					r.Start(t.Context())
					endpoint := r.mustEndpoint("https://shop.example/old")
					sent := r.mustSend(endpoint, 100)
					sleep(2500 * time.Millisecond)
					write := r.mustWrite
					if !check.here {
						write = r.mustWriteElsewhere
					}
					changed := time.Now()
					write(func(tx webhook.Tx) error { return wanted.change(t, tx, endpoint.ID) })
					sleep(100 * time.Second)
					after := 0
					for _, request := range s.received {
						if since := request.At.Sub(changed); since > check.within {
							after++
							if request.Path != wanted.path || request.Header.Get("X-Till") != wanted.header {
								t.Fatalf("a request for %s with header %q came %v after the change", request.Path, request.Header.Get("X-Till"), since)
							}
						}
					}
					if (after > 0) != (wanted.path != "") {
						t.Errorf("%d requests after the change", after)
					}
					for _, delivery := range sent {
						read := r.mustRead(delivery.ID)
						if read.State == webhook.Pending || wanted.path != "" && read.State != webhook.Succeeded || read.Attempts > 1 {
							t.Errorf("%s is %s after %d attempts", read.ID, read.State, read.Attempts)
						}
					}
					if load := r.Load(); load.Waiting+load.Sending != 0 {
						t.Errorf("in hand: %+v", load)
					}
				})
			})
		}
	}
}

// What a transaction read before the change may be handed over after it.
func TestABirthFromBeforeAChangeIsSentThePresentWay(t *testing.T) {
	t.Parallel()
	s := &stage{answer: always(200)}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/old")
		r.mustSend(endpoint, 1)
		sleep(second)
		r.mustWrite(func(tx webhook.Tx) error { return move(t, tx, endpoint.ID, "https://shop.example/new") })
		late := r.mustSend(endpoint, 3)
		sleep(second)
		if got := len(s.received); got != 4 {
			t.Fatalf("%d requests, want 4", got)
		}
		for _, request := range s.received[1:] {
			if request.Path != "/new" {
				t.Errorf("a request for %s", request.Path)
			}
		}
		for _, delivery := range late {
			if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded {
				t.Errorf("%s is %s", read.ID, read.State)
			}
		}
	})
}

// Requests that hang where the endpoint led before keep nothing from where it
// leads now, and teach nothing of it.
func TestAnEndpointThatMovedBeginsAnew(t *testing.T) {
	t.Parallel()
	s := &stage{answer: func(n int, request *http.Request) (*http.Response, error) {
		if request.URL.Path == "/old" {
			return silent(n, request)
		}
		return reply(200)
	}}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/old")
		r.mustSend(endpoint, 10)
		sleep(5 * second)
		r.mustWrite(func(tx webhook.Tx) error { return move(t, tx, endpoint.ID, "https://shop.example/new") })
		moved := time.Now()
		sleep(second)
		if got := len(s.times(moved)); got != 10 {
			t.Errorf("%d requests, want the 2 that hang and 8 after the change", got)
		}
		sleep(30 * second) // those that hung have timed out
		later := time.Now()
		r.mustSend(r.mustReadEndpoint(endpoint.ID), 2)
		sleep(second)
		wantTimes(t, s.times(later)[10:], 0, 0)
	})
}
