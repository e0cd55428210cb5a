package webhook_test

import (
	"testing"
	"time"

	"tillway/internal/webhook"
)

func TestARatedEndpointGetsItsRateAndNoMore(t *testing.T) {
	t.Parallel()
	s := &stage{answer: always(200)}
	play(t, s, func(t *testing.T, r *rig, looks *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		endpoint.RatePerMinute = 60
		mustUpdate(r, webhook.UpdateEndpointIn{ID: endpoint.ID, RatePerMinute: &endpoint.RatePerMinute})
		began := time.Now()
		first := r.mustSend(endpoint, 30)
		sleep(30*second + 100*time.Millisecond)
		if got := len(s.times(began)); got < 29 || got > 31 {
			t.Errorf("%d requests in 30 seconds at 60 a minute", got)
		}
		r.mustSend(endpoint, 570)
		if load := r.Load(); load.Waiting > 1 {
			t.Errorf("%d deliveries wait in memory", load.Waiting)
		}
		sleep(60 * second)
		for _, delivery := range first { // what came later did not go before
			if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded {
				t.Errorf("%s is %s", read.ID, read.State)
			}
		}
		if got := len(s.times(began)); got < 88 || got > 92 {
			t.Errorf("%d requests in 90 seconds at 60 a minute", got)
		}
		if asked := looks.walks.Load() + looks.claims.Load(); asked > 500 {
			t.Errorf("the table was asked %d times in 90 seconds", asked)
		}

		faster := 6000
		mustUpdate(r, webhook.UpdateEndpointIn{ID: endpoint.ID, RatePerMinute: &faster})
		sleep(10 * second)
		if got := len(s.times(began)); got != 600 {
			t.Errorf("%d requests 10 seconds after the rate was raised to 6000 a minute, want all 600", got)
		}
		at := s.times(began)
		if took := at[599] - at[100]; took < 3*second || took > 7*second {
			t.Errorf("500 requests at 6000 a minute took %v", took)
		}
	})
}

func mustUpdate(r *rig, in webhook.UpdateEndpointIn) {
	r.t.Helper()
	in.Now = time.Now()
	r.mustWrite(func(tx webhook.Tx) error {
		_, err := webhook.UpdateEndpoint(r.t.Context(), tx, in)
		return err
	})
}
