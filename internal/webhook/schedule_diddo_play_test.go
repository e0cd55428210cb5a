package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

const diddoSecret = "whsec_5f2b6c1e9a7d4c3b8e0f1a2b3c4d5e6f"

// diddoStage is a stage whose dispatcher speaks Diddo, without jitter.
func diddoStage(t *testing.T, stage *stage) *stage {
	t.Helper()
	signer, err := webhook.NewDiddoSigner(webhook.DiddoConfig{})
	if err != nil {
		t.Fatal(err)
	}
	stage.poll = time.Minute
	stage.change = func(c *webhook.Config) {
		c.Signers = []webhook.Signer{signer}
		c.Keys = fixedKeys{webhook.DiddoScheme: webhook.HMACKey([]byte(diddoSecret))}
		c.Schedules, c.Random = []webhook.Schedule{webhook.Diddo}, func() float64 { return 0.5 }
	}
	return stage
}

func diddoDelivery(r *rig) webhook.Delivery {
	birth := r.birth(r.mustEndpoint("https://platform.example/hook"))
	birth.Scheme, birth.Schedule = webhook.DiddoScheme, webhook.Diddo.Name
	birth.Headers = append(birth.Headers, webhook.Header{Name: "X-Diddo-Event-Id", Value: "9f0c2a52-6b1f-4a52-8f6b-0d5a4b6f1c01"})
	return birth.Delivery()
}

// Diddo's whole schedule in fake time: the first attempt and one behind each of
// the six delays (spec/diddo.md §3). All have the same event and bytes; each is
// signed when it is sent, and has a name of its own.
func TestDiddosScheduleIsPlayedAttemptByAttempt(t *testing.T) {
	t.Parallel()
	s := diddoStage(t, &stage{answer: always(500)})
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		delivery := diddoDelivery(r)
		r.mustInsert(delivery)
		r.Admit(delivery)
		due := []time.Duration{0}
		for i, delay := range webhook.Diddo.Delays {
			due = append(due, due[i]+delay)
		}
		sleep(due[len(due)-1] + 49*time.Hour)
		wantTimes(t, s.times(delivery.CreatedAt), due...)
		var names, stamps []string
		for i, received := range s.received {
			stamp := strconv.FormatInt(received.At.Unix(), 10)
			if err := checkDiddo(received, stamp); err != nil {
				t.Errorf("attempt %d: %v", i+1, err)
			}
			if string(received.Body) != string(delivery.Body) || received.Header.Get("X-Diddo-Event-Id") != "9f0c2a52-6b1f-4a52-8f6b-0d5a4b6f1c01" {
				t.Errorf("attempt %d is of another event: %v %s", i+1, received.Header, received.Body)
			}
			name := received.Header.Get(webhook.DiddoDelivery)
			if uuid.Validate(name) != nil || slices.Contains(names, name) || slices.Contains(stamps, stamp) {
				t.Errorf("attempt %d is named %q and signed at %s, after %q and %q", i+1, name, stamp, names, stamps)
			}
			names, stamps = append(names, name), append(stamps, stamp)
		}
		if read := r.mustRead(delivery.ID); read.State != webhook.Failed || read.Attempts != 7 {
			t.Errorf("the delivery is %s after %d attempts", read.State, read.Attempts)
		}
	})
}

// checkDiddo checks a request's signature, made at a time in unix seconds.
func checkDiddo(received webhooktest.Received, stamp string) error {
	mac := hmac.New(sha256.New, []byte(diddoSecret))
	mac.Write([]byte(stamp + "." + string(received.Body)))
	want := "t=" + stamp + ",v1=" + hex.EncodeToString(mac.Sum(nil))
	if got := received.Header.Get("X-Diddo-Signature"); got != want || received.Header.Get(webhook.DiddoTimestamp) != stamp {
		return fmt.Errorf("signed %q at %s, want %q", got, received.Header.Get(webhook.DiddoTimestamp), want)
	}
	return nil
}

// A retry that waited while its subscription was switched off is not sent when
// that is on again, whether or not it came due meanwhile.
func TestWhatWaitedForASwitchedOffWebhookIsNotSent(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]time.Duration{"and would come due later": 10 * time.Second, "and came due meanwhile": 5 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := diddoStage(t, &stage{answer: always(500)})
			play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
				r.Start(t.Context())
				delivery := diddoDelivery(r)
				r.mustInsert(delivery)
				r.Admit(delivery)
				sleep(10 * time.Second) // the first attempt has failed
				r.mustSwitch(delivery.Endpoint, webhook.Disabled)
				sleep(off)
				r.mustSwitch(delivery.Endpoint, webhook.Active)
				sleep(48 * time.Hour)
				wantTimes(t, s.times(delivery.CreatedAt), 0)
				if read := r.mustRead(delivery.ID); read.State != webhook.Failed || read.Attempts != 1 {
					t.Errorf("the delivery is %s after %d attempts", read.State, read.Attempts)
				}
			})
		})
	}
}

// mustSwitch sets an endpoint's state as Diddo's API does.
func (r *rig) mustSwitch(id webhook.EndpointID, state webhook.EndpointState) {
	r.t.Helper()
	r.mustWrite(func(tx webhook.Tx) error {
		_, err := webhook.UpdateEndpoint(r.t.Context(), tx, webhook.UpdateEndpointIn{ID: id, State: &state, Now: time.Now()})
		if err != nil || state != webhook.Active {
			return err
		}
		_, err = tx.HaltWaiting(webhook.Halt{Endpoint: id, Limit: 10, Now: time.Now()})
		return err
	})
}

// What is being sent goes on, and counts, although a node that is alone holds it
// without a lease that the table could tell of.
func TestARetryUnderWayWhileAWebhookIsSwitchedOffAndOnCounts(t *testing.T) {
	t.Parallel()
	s := diddoStage(t, &stage{answer: func(n int, _ *http.Request) (*http.Response, error) {
		if n == 1 {
			return reply(500)
		}
		time.Sleep(15 * time.Second)
		return reply(200)
	}})
	change := s.change
	s.change = func(c *webhook.Config) {
		if change != nil {
			change(c)
		}
		c.Alone = true
	}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		delivery := diddoDelivery(r)
		r.mustInsert(delivery)
		r.Admit(delivery)
		sleep(67500 * time.Millisecond) // the retry, after a minute give or take a tenth, is under way
		r.mustSwitch(delivery.Endpoint, webhook.Disabled)
		r.mustSwitch(delivery.Endpoint, webhook.Active)
		sleep(48 * time.Hour)
		if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded || read.Attempts != 2 {
			t.Errorf("the delivery is %s after %d attempts", read.State, read.Attempts)
		}
		if len(s.received) != 2 {
			t.Errorf("%d requests, want 2", len(s.received))
		}
	})
}
