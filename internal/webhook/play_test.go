package webhook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// stage is a network with one receiver that answers as it is told, for plays in
// fake time.
type stage struct {
	answer func(number int, request *http.Request) (*http.Response, error)
	poll   time.Duration // of the dispatcher; its own when zero
	change func(*webhook.Config)

	mu       sync.Mutex
	received []webhooktest.Received
	now      int // requests under way
	most     int // of them at any time
}

func (s *stage) Do(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, errors.New("the body cannot be read")
	}
	s.mu.Lock()
	s.received = append(s.received, webhooktest.Received{At: time.Now(), Path: request.URL.Path, Header: request.Header, Body: body})
	number := len(s.received)
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now--
		s.mu.Unlock()
	}()
	return s.answer(number, request)
}

// times tells when the requests came, after the given moment.
func (s *stage) times(began time.Time) []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	times := make([]time.Duration, len(s.received))
	for i, received := range s.received {
		times[i] = received.At.Sub(began)
	}
	return times
}

func reply(status int, header ...string) (*http.Response, error) {
	lines := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		lines.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader("so")), Header: lines}, nil
}

func always(status int, header ...string) func(int, *http.Request) (*http.Response, error) {
	return func(int, *http.Request) (*http.Response, error) { return reply(status, header...) }
}

// silent never answers.
func silent(_ int, request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

// unreachable takes no connection.
func unreachable(int, *http.Request) (*http.Response, error) { return nil, errors.New("no connection") }

// lookingStore counts how often the table is asked for something to do.
type lookingStore struct {
	webhook.Store
	walks, claims atomic.Int64
}

func (s *lookingStore) DueQueues(ctx context.Context, after webhook.QueueID, limit int) (webhook.QueuePage, error) {
	s.walks.Add(1)
	return s.Store.DueQueues(ctx, after, limit)
}

func (s *lookingStore) Claim(ctx context.Context, claim webhook.Claim) ([]webhook.Claimed, error) {
	s.claims.Add(1)
	return s.Store.Claim(ctx, claim)
}

// play runs a scene in fake time: a dispatcher whose network is the stage.
func play(t *testing.T, s *stage, scene func(t *testing.T, r *rig, looks *lookingStore)) {
	t.Helper()
	pancakeKey() // outside: making a key takes real time
	synctest.Test(t, func(t *testing.T) {
		looks := &lookingStore{}
		r := newRig(t, func(c *webhook.Config) {
			looks.Store, c.Store, c.Poll = c.Store, looks, s.poll
			c.Clients = map[webhook.Env]webhook.Client{webhook.Test: s}
			if s.change != nil {
				s.change(c)
			}
		})
		scene(t, r, looks)
		r.mustStop()
	})
}

// sleep lets fake time pass, and what is to happen by then happen.
func sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func wantTimes(t *testing.T, got []time.Duration, want ...time.Duration) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d requests at %v, want %d at %v", len(got), got, len(want), want)
	}
	for i := range got {
		if late := got[i] - want[i]; late < 0 || late > 500*time.Millisecond {
			t.Errorf("request %d came after %v, want %v", i+1, got[i], want[i])
		}
	}
}
