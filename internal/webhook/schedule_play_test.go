package webhook_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// refusing is a network whose one receiver answers 500 until told otherwise.
type refusing struct {
	mu       sync.Mutex
	status   int
	received []webhooktest.Received
}

func (n *refusing) Do(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, errors.New("the body cannot be read")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.received = append(n.received, webhooktest.Received{At: time.Now(), Header: request.Header, Body: body})
	return &http.Response{StatusCode: n.status, Body: io.NopCloser(strings.NewReader("no")), Header: http.Header{}}, nil
}

// Pancake's whole schedule in fake time: six attempts over 34 hours and a
// half, each with the same bytes and a signature that is fresh when it arrives.
func TestPancakesScheduleIsPlayedAttemptByAttempt(t *testing.T) {
	t.Parallel()
	pancakeKey() // outside: making a key takes real time
	synctest.Test(t, func(t *testing.T) {
		network := &refusing{status: 500}
		r := startRig(t, func(c *webhook.Config) {
			c.Clients = map[webhook.Env]webhook.Client{webhook.Test: network}
			c.Poll = time.Minute // fewer looks into the table; what is due is known ahead
		})
		birth := r.birth(r.mustEndpoint("https://shop.example/hook"))
		birth.Scheme, birth.Schedule = webhook.PancakeScheme, webhook.Pancake.Name
		delivery := birth.Delivery()
		began := time.Now()
		r.mustInsert(delivery)
		r.Admit(delivery)
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		r.mustStop()

		due := time.Duration(0)
		if len(network.received) != 6 {
			t.Fatalf("%d attempts, want 6", len(network.received))
		}
		for i, received := range network.received {
			if i > 0 {
				due += webhook.Pancake.Delays[i-1]
			}
			if late := received.At.Sub(began) - due; late < 0 || late > time.Second {
				t.Errorf("attempt %d came %v after it was due", i+1, late)
			}
			if string(received.Body) != string(delivery.Body) {
				t.Errorf("attempt %d has other bytes", i+1)
			}
			signed, err := webhooktest.VerifyPancake(received, &pancakeKey().PublicKey, received.At)
			if err != nil || received.At.Sub(signed) > time.Second {
				t.Errorf("attempt %d is signed at %v: %v", i+1, signed, err)
			}
		}
		read := r.mustRead(delivery.ID)
		if read.State != webhook.Failed || read.Attempts != 6 || len(r.mustAttempts(delivery.ID)) != 6 {
			t.Errorf("the delivery is %s after %d attempts", read.State, read.Attempts)
		}
	})
}
