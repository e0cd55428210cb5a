package webhook_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"tillway/internal/egress"
	"tillway/internal/id"
	"tillway/internal/store"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// call describes a delivery to a callback, unsigned unless it has a scheme.
func (r *rig) call(callback webhook.Callback) webhook.Birth {
	birth := r.birth(webhook.Endpoint{})
	birth.Endpoint, birth.Callback = webhook.Endpoint{}, callback
	birth.Scheme, birth.KeyName = callback.Scheme, callback.KeyName()
	return birth
}

// mustCall commits count deliveries to the callback and hands them over.
func (r *rig) mustCall(callback webhook.Callback, count int) []webhook.Delivery {
	r.t.Helper()
	deliveries := make([]webhook.Delivery, count)
	for i := range deliveries {
		deliveries[i] = r.call(callback).Delivery()
	}
	r.mustInsert(deliveries...)
	r.Admit(deliveries...)
	return deliveries
}

// A host that hangs keeps neither the store's other hosts waiting nor another
// store's callbacks to a host of their own, nor an endpoint. The hanging requests
// outlast the healthy ones or the test fails.
func TestAHangingCallbackHostDelaysNobody(t *testing.T) {
	t.Parallel()
	const each = 50
	r := startRig(t, func(c *webhook.Config) { c.Slots = 32 })
	hung := webhooktest.NewReceiver(t).Set(webhooktest.Hang)
	healthy, other, registered := webhooktest.NewReceiver(t), webhooktest.NewReceiver(t), webhooktest.NewReceiver(t)
	r.mustCall(called(hung.URL, nil), 100)
	hung.Wait(t, 2) // as many as a line begins with

	same := r.mustCall(called(healthy.URL, nil), each)
	foreign := r.mustCall(called(other.URL, func(c *webhook.Callback) { c.Store = "STO_2" }), each)
	endpoint := r.birth(r.mustEndpoint(registered.URL)).Delivery()
	r.mustInsert(endpoint)
	r.Admit(endpoint)
	healthy.Wait(t, each)
	other.Wait(t, each)
	registered.Wait(t, 1)
	if held := hung.Holding(); held < 2 {
		t.Errorf("only %d requests still hang: the healthy ones waited for them", held)
	}
	wantBodies(t, healthy, same)
	wantBodies(t, other, foreign)
}

// The same for rows that wait in the table.
func TestABacklogOfACallbackHostHidesNoOther(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *webhook.Config) { c.Slots = 8 })
	hung, healthy := webhooktest.NewReceiver(t).Set(webhooktest.Hang), webhooktest.NewReceiver(t)
	var backlog []webhook.Delivery
	for range 1000 {
		backlog = append(backlog, due(r.call(called(hung.URL, nil)).Delivery()))
	}
	r.mustInsert(append(backlog, due(r.call(called(healthy.URL, nil)).Delivery()))...)
	r.Start(t.Context())
	healthy.Wait(t, 1)
	hung.Wait(t, 1)
	if hung.Holding() == 0 {
		t.Error("nothing hangs any more: the healthy one waited")
	}
}

// wantBodies holds what came against what was sent, whatever the order.
func wantBodies(t *testing.T, receiver *webhooktest.Receiver, deliveries []webhook.Delivery) {
	t.Helper()
	var want, got []string
	for _, delivery := range deliveries {
		want = append(want, string(delivery.Body))
	}
	for _, received := range receiver.Received() {
		got = append(got, string(received.Body))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("received %d bodies, want %d, each once", len(got), len(want))
	}
}

// A request to a callback bears the signature of the callback's own secret,
// found by its key's name in the database.
func TestACallbackIsSignedWithItsOwnSecret(t *testing.T) {
	t.Parallel()
	const (
		waylBody  = `{"referenceId":"order-1001","paymentStatus":"Paid","total":10000}`
		diddoBody = `{"id":"9f0c2a52-6b1f-4a52-8f6b-0d5a4b6f1c01","type":"checkout.succeeded","created_at":"2026-01-18T08:17:57Z","data":{"checkout_id":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z4","cart_id":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z5"}}`
	)
	diddo, err := webhook.NewDiddoSigner(webhook.DiddoConfig{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1768724277, 0) // of the vectors
	r := newRig(t, nil)
	r.config.Now = func() time.Time { return at }
	r.config.Signers = []webhook.Signer{webhook.WaylSigner{}, webhook.WaypaySigner{}, diddo}
	secrets := store.NewEndpointKeys(r.db, r.keys, r.config.Now)
	r.config.Keys = webhook.KeysByScheme{webhook.WaylScheme: secrets, webhook.WaypayScheme: secrets, webhook.DiddoScheme: secrets}
	r.Dispatcher = webhook.New(r.config)
	r.Start(t.Context())
	for n, vector := range []struct {
		scheme webhook.Scheme
		secret id.Secret
		body   string
		want   map[string]string
	}{
		{webhook.WaylScheme, "1234567890", waylBody, map[string]string{
			"X-Wayl-Signature-256": "c74cce5b27c0e23c017c980be8c8571f527739497a1e5e98123a337bf09b3029",
		}},
		{webhook.WaypayScheme, "mer_sk_abc123def4567", `{"id":1}`, map[string]string{
			"X-Waypay-Timestamp": "1768724277", "X-Waypay-Signature": "99e41ccbcbcd649937ffbef88c012d93a27611d67475b9920aedb0f25aed05ea",
		}},
		{webhook.DiddoScheme, "whsec_5f2b6c1e9a7d4c3b8e0f1a2b3c4d5e6f", diddoBody, map[string]string{
			"X-Diddo-Timestamp": "1768724277", "X-Diddo-Signature": "t=1768724277,v1=fc19eb4be2d96d63f37a8c758ee3bce82b83bf2ebc7a60791ab17d1316793b71",
		}},
		{"", "", `{"id":2}`, map[string]string{"X-Wayl-Signature-256": "", "X-Waypay-Signature": "", "X-Diddo-Signature": ""}},
	} {
		receiver := webhooktest.NewReceiver(t)
		callback := called(receiver.URL, func(c *webhook.Callback) {
			c.ID, c.Scheme, c.Secret = webhook.CallbackID("callback-"+strconv.Itoa(n)), vector.scheme, vector.secret
		})
		r.mustWrite(func(tx webhook.Tx) error { return tx.InsertCallback(callback) })
		birth := r.call(callback)
		birth.Body, birth.Now = []byte(vector.body), at
		delivery := birth.Delivery()
		r.mustInsert(delivery)
		r.Admit(delivery)
		got := receiver.Wait(t, 1)[0]
		for name, want := range vector.want {
			if value := got.Header.Get(name); value != want {
				t.Errorf("%q: %s is %q, want %q", vector.scheme, name, value, want)
			}
		}
		if string(got.Body) != vector.body {
			t.Errorf("%q: body %s", vector.scheme, got.Body)
		}
	}
}

// Nothing is sent where the secret cannot be found; the delivery goes on by its
// schedule.
func TestACallbackWithoutItsSecretIsNotTold(t *testing.T) {
	t.Parallel()
	r, receiver := newRig(t, nil), webhooktest.NewReceiver(t)
	r.config.Signers = []webhook.Signer{webhook.WaylSigner{}}
	r.config.Keys = store.NewEndpointKeys(r.db, r.keys, time.Now)
	r.Dispatcher = webhook.New(r.config)
	r.Start(t.Context())
	delivery := r.mustCall(called(receiver.URL, func(c *webhook.Callback) { c.Scheme = webhook.WaylScheme }), 1)[0]
	r.mustStop()
	if attempts := r.mustAttempts(delivery.ID); len(attempts) != 1 || attempts[0].Class != webhook.Unsigned || len(receiver.Received()) != 0 {
		t.Errorf("attempts %+v and %d requests", attempts, len(receiver.Received()))
	}
	if read := r.mustRead(delivery.ID); read.State != webhook.Pending {
		t.Errorf("the delivery is %s", read.State)
	}
}

// The rules for addresses are applied to a callback at each send, whatever was
// allowed when its request came.
func TestACallbacksAddressIsCheckedAtEachSend(t *testing.T) {
	t.Parallel()
	receiver := webhooktest.NewReceiver(t)
	strict := egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(egress.Config{})})
	t.Cleanup(strict.Close)
	r := startRig(t, func(c *webhook.Config) { c.Clients = map[webhook.Env]webhook.Client{webhook.Test: strict} })
	delivery := r.mustCall(called(receiver.URL, nil), 1)[0]
	r.mustStop()
	if attempts := r.mustAttempts(delivery.ID); len(attempts) != 1 || attempts[0].Class != webhook.Refused || len(receiver.Received()) != 0 {
		t.Errorf("attempts %+v and %d requests", attempts, len(receiver.Received()))
	}
}

// What would disable an endpoint ends the delivery that was answered so, and
// no other: another callback of the host is told all the same.
func TestAnAnswerEndsOneCallbackAlone(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		answer func(int, *http.Request) (*http.Response, error)
		state  webhook.State
	}{
		"by 410":                    {always(410), webhook.Failed},
		"by a header on a failure":  {always(500, "webhook-delivery", "disable"), webhook.Failed},
		"by giving one message up":  {always(500, "webhook-delivery", "abort-message"), webhook.Failed},
		"by a header on acceptance": {always(200, "webhook-delivery", "disable"), webhook.Succeeded},
		"not by any other failure":  {always(404), webhook.Pending},
		"nor by a header of ours":   {always(500, "webhook-delivery", "later"), webhook.Pending},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told notices
			s := &stage{answer: check.answer, change: told.hook}
			play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
				r.Start(t.Context())
				answered := r.mustCall(called("https://shop.example/1", nil), 1)[0]
				sleep(second)
				other := r.mustCall(called("https://shop.example/2", nil), 1)[0]
				sleep(second)
				for _, delivery := range []webhook.Delivery{answered, other} {
					if read := r.mustRead(delivery.ID); read.State != check.state || read.Attempts != 1 {
						t.Errorf("the delivery is %s after %d attempts, want %s after 1", read.State, read.Attempts, check.state)
					}
				}
				if len(s.received) != 2 || len(told) != 0 {
					t.Errorf("%d requests and notices %v", len(s.received), told)
				}
			})
		})
	}
}

// Five days of failures disable nothing that nobody registered: the deliveries
// end by their schedules, and the next callback of the host is told at once.
func TestAFailingCallbackHostIsNotDisabled(t *testing.T) {
	t.Parallel()
	var told notices
	s := &stage{answer: always(404), change: told.hook, poll: time.Hour}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		for range 8 {
			r.mustCall(called("https://shop.example/told", nil), 1)
			sleep(24 * time.Hour)
		}
		s.answer = always(200)
		last := r.mustCall(called("https://shop.example/told", nil), 1)[0]
		sleep(second)
		if read := r.mustRead(last.ID); read.State != webhook.Succeeded || len(told) != 0 {
			t.Errorf("the last delivery is %s, and notices %v", read.State, told)
		}
	})
}

// A host that is down meets one breaker, whatever callbacks lead to it; another
// host of the store does not.
func TestABreakerIsOfOneCallbackHost(t *testing.T) {
	t.Parallel()
	s := &stage{answer: func(_ int, request *http.Request) (*http.Response, error) {
		if request.URL.Host == "down.example" {
			return unreachable(0, request)
		}
		return reply(200)
	}}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		for n := range 40 {
			r.mustCall(called("https://down.example/"+strconv.Itoa(n), func(c *webhook.Callback) {
				c.ID = webhook.CallbackID(strconv.Itoa(n))
			}), 1)
		}
		sleep(second)
		if tried := len(s.received); tried >= 10 {
			t.Errorf("%d requests to a host that is down", tried)
		}
		before := len(s.received)
		up := r.mustCall(called("https://up.example/", nil), 3)
		sleep(second)
		for _, delivery := range up {
			if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded {
				t.Errorf("the delivery to the host that is up is %s", read.State)
			}
		}
		if got := len(s.received) - before; got != 3 {
			t.Errorf("%d requests meanwhile, want the 3 to the host that is up", got)
		}
	})
}

// What a callback missed is found in the table after a restart, and sent once.
func TestCallbacksInTheTableAreSentOnce(t *testing.T) {
	t.Parallel()
	for name, alone := range map[string]bool{"by a node that is alone": true, "by one of several nodes": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, receiver := newRig(t, func(c *webhook.Config) { c.Alone = alone }), webhooktest.NewReceiver(t)
			deliveries := make([]webhook.Delivery, 100)
			for i := range deliveries {
				deliveries[i] = due(r.call(called(receiver.URL, nil)).Delivery())
			}
			r.mustInsert(deliveries...)
			r.Start(context.WithoutCancel(t.Context()))
			receiver.Wait(t, len(deliveries))
			r.mustStop()
			wantBodies(t, receiver, deliveries)
			for _, delivery := range deliveries {
				if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded || read.URL != receiver.URL || read.Endpoint != "" {
					t.Errorf("%s is %s at %s", read.ID, read.State, read.URL)
				}
			}
		})
	}
}
