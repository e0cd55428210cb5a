package webhook_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

func TestStopIsLegalAtAnyTime(t *testing.T) {
	t.Parallel()
	t.Run("without a start", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, nil)
		r.mustStop()
		r.Start(t.Context()) // does nothing any more
		r.mustStop()
	})
	t.Run("twice at once", func(t *testing.T) {
		t.Parallel()
		r := startRig(t, nil)
		r.Start(t.Context())
		second := make(chan error)
		go func() { second <- r.Stop(context.Background()) }()
		r.mustStop()
		if err := <-second; err != nil {
			t.Error(err)
		}
	})
}

func TestStopLetsRequestsUnderWayEnd(t *testing.T) {
	t.Parallel()
	r, receiver := startRig(t, nil), webhooktest.NewReceiver(t)
	deliveries := r.mustSend(r.mustEndpoint(receiver.URL), 1)
	receiver.Wait(t, 1)
	r.mustStop()
	if read := r.mustRead(deliveries[0].ID); read.State != webhook.Succeeded {
		t.Errorf("the delivery is %s", read.State)
	}
}

func TestStopBreaksOffWhatHangsAndGivesEverythingBack(t *testing.T) {
	t.Parallel()
	r, receiver := startRig(t, nil), webhooktest.NewReceiver(t).Set(webhooktest.Hang)
	deliveries := r.mustSend(r.mustEndpoint(receiver.URL), 20)
	receiver.Wait(t, 2)
	stopping, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Stop(stopping); !errors.Is(err, context.Canceled) {
		t.Errorf("stop gave %v, want the context's error", err)
	}
	for _, delivery := range deliveries {
		if read := r.mustRead(delivery.ID); read.State != webhook.Pending || read.Attempts != 0 || read.Owner != "" {
			t.Errorf("%s is %s of %q after %d attempts, want pending of nobody after none",
				read.ID, read.State, read.Owner, read.Attempts)
		}
	}
}

func TestAnotherRunTakesUpWhatStopGaveBack(t *testing.T) {
	t.Parallel()
	r, receiver := startRig(t, nil), webhooktest.NewReceiver(t).Set(webhooktest.Hang)
	deliveries := r.mustSend(r.mustEndpoint(receiver.URL), 20)
	receiver.Wait(t, 2)
	stopping, cancel := context.WithCancel(context.Background())
	cancel()
	_ = r.Stop(stopping)

	receiver.Set(webhooktest.Answer)
	before := len(receiver.Received())
	config := r.config
	config.Owner = "next-run"
	next := webhook.New(config)
	next.Start(t.Context())
	receiver.Wait(t, before+len(deliveries))
	if err := next.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, delivery := range deliveries {
		if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded {
			t.Errorf("%s is %s", read.ID, read.State)
		}
	}
}

// awayStore is a database that does not take outcomes until it is back.
type awayStore struct {
	webhook.Store
	back atomic.Bool
}

func (s *awayStore) Record(ctx context.Context, outcomes []webhook.Outcome) ([]webhook.Notice, error) {
	if s.back.Load() {
		return s.Store.Record(ctx, outcomes)
	}
	return nil, errors.New("the database is away")
}

// More outcomes may wait for the database than there is room for: then requests
// that have ended, and the claim, wait to hand theirs over.
func TestStopEndsWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	for what, state := range map[string]webhook.EndpointState{
		"with requests that wait to be recorded":      webhook.Active,
		"with a claim that ends what nobody receives": webhook.Disabled,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			away := &awayStore{}
			s := &stage{answer: always(200), change: func(c *webhook.Config) { away.Store, c.Store = c.Store, away }}
			play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
				endpoint := r.mustEndpoint("https://shop.example/hook")
				mustUpdate(r, webhook.UpdateEndpointIn{ID: endpoint.ID, State: &state})
				waiting := make([]webhook.Delivery, 1700)
				for i := range waiting {
					waiting[i] = due(r.birth(endpoint).Delivery())
				}
				r.mustInsert(waiting...)
				r.Start(t.Context())
				sleep(10 * second)
				stopping, cancel := context.WithCancel(context.Background())
				cancel()
				stopped := make(chan struct{})
				go func() {
					defer close(stopped)
					_ = r.Stop(stopping)
				}()
				select {
				case <-stopped:
				case <-time.After(time.Minute):
					t.Error("Stop waits for the database")
					away.back.Store(true)
					<-stopped
				}
			})
		})
	}
}
