package webhook_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// desk is a webhook.Listeners of one stream, which a test opens and answers.
type desk struct {
	open  atomic.Bool
	calls chan call
}

type call struct {
	delivery webhook.Delivery
	request  *http.Request
	body     []byte
	ack      chan<- ack
}

type ack struct {
	status int
	err    error
}

func newDesk() *desk { return &desk{calls: make(chan call, 64)} }

func (d *desk) Connected(webhook.EndpointID) bool { return d.open.Load() }

func (d *desk) To(delivery webhook.Delivery) webhook.Client { return deskClient{d, delivery} }

type deskClient struct {
	desk     *desk
	delivery webhook.Delivery
}

func (c deskClient) Do(request *http.Request) (*http.Response, error) {
	if !c.desk.open.Load() {
		return nil, webhook.ErrAway
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	if err := webhook.AwaitTurn(request.Context()); err != nil {
		return nil, err
	}
	answer := make(chan ack, 1)
	c.desk.calls <- call{c.delivery, request, body, answer}
	webhook.PassTurn(request.Context())
	select {
	case got := <-answer:
		if got.err != nil {
			return nil, got.err
		}
		return &http.Response{StatusCode: got.status, Header: http.Header{}, Body: http.NoBody}, nil
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
}

// next is the next request on the stream.
func (d *desk) next(t *testing.T) call {
	t.Helper()
	select {
	case got := <-d.calls:
		return got
	case <-time.After(30 * time.Second): // only a failing test waits so long
		t.Fatal("nothing was sent to the listener")
		return call{}
	}
}

// claims counts the calls that lease rows.
type claims struct {
	webhook.Store
	mu    sync.Mutex
	walks int
	asked map[webhook.QueueID]int
}

func (c *claims) DueQueues(ctx context.Context, after webhook.QueueID, limit int) (webhook.QueuePage, error) {
	c.mu.Lock()
	c.walks++
	c.mu.Unlock()
	return c.Store.DueQueues(ctx, after, limit)
}

func (c *claims) Claim(ctx context.Context, claim webhook.Claim) ([]webhook.Claimed, error) {
	c.mu.Lock()
	for _, share := range claim.Shares {
		c.asked[share.Queue]++
	}
	c.mu.Unlock()
	return c.Store.Claim(ctx, claim)
}

func (c *claims) counts(queue webhook.QueueID) (walks, asked int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.walks, c.asked[queue]
}

// mustListener saves a listener's endpoint.
func (r *rig) mustListener() webhook.Endpoint {
	r.t.Helper()
	var endpoint webhook.Endpoint
	r.mustWrite(func(tx webhook.Tx) (err error) {
		endpoint, err = webhook.Listen(r.t.Context(), tx, webhook.ListenIn{
			Store: "STO_1", Env: webhook.Test, Dialect: "pancake", Name: "till", Forward: "http://localhost:3000/hook",
			Events: []webhook.EventType{"order.completed"}, Now: time.Now(),
		})
		return err
	})
	return endpoint
}

func withDesk(d *desk) func(*webhook.Config) {
	return func(c *webhook.Config) { c.Listeners, c.Poll = d, 10*time.Millisecond }
}

func TestWhatNobodyListensToWaitsInTheTable(t *testing.T) {
	t.Parallel()
	d := newDesk()
	counted := &claims{asked: map[webhook.QueueID]int{}}
	r := startRig(t, func(c *webhook.Config) {
		withDesk(d)(c)
		counted.Store = c.Store
		c.Store = counted
	})
	listener := r.mustListener()
	deliveries := make([]webhook.Delivery, 8)
	for i := range deliveries {
		birth := r.birth(listener)
		birth.Now = time.Now().Add(time.Duration(i-len(deliveries)) * time.Second)
		deliveries[i] = birth.Delivery()
	}
	r.mustInsert(deliveries...)
	r.Admit(deliveries...)
	before, _ := counted.counts(listener.Queue())
	// Walks go on for the sake of other endpoints, and pass this one by.
	receiver := webhooktest.NewReceiver(t)
	other := r.mustEndpoint(receiver.URL)
	for n := 1; ; n++ {
		r.mustInsert(due(r.birth(other).Delivery()))
		receiver.Wait(t, n)
		if walks, _ := counted.counts(""); walks > before+5 {
			break
		}
	}
	if _, asked := counted.counts(listener.Queue()); asked != 0 {
		t.Errorf("the listener's rows were asked for %d times while nobody listened", asked)
	}
	for _, delivery := range deliveries {
		if read := r.mustRead(delivery.ID); read.State != webhook.Pending || read.Attempts != 0 || read.Owner != "" {
			t.Errorf("%s is %s of %q after %d attempts, want pending of nobody after none", read.ID, read.State, read.Owner, read.Attempts)
		}
	}

	d.open.Store(true)
	r.Listening(listener.ID)
	at := map[webhook.DeliveryID]int{}
	for i, delivery := range deliveries {
		at[delivery.ID] = i
	}
	for seen := range deliveries {
		got := d.next(t)
		if place := at[got.delivery.ID]; place != seen {
			t.Errorf("number %d was sent as number %d", place, seen)
		}
		if got.request.URL.String() != listener.URL || got.request.Header.Get(webhook.StandardSignature) == "" {
			t.Errorf("sent to %s with %v", got.request.URL, got.request.Header)
		}
		got.ack <- ack{status: 200}
	}
	r.mustStop()
	for _, delivery := range deliveries {
		if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded || read.Attempts != 1 {
			t.Errorf("%s is %s after %d attempts", read.ID, read.State, read.Attempts)
		}
	}
}

func TestAnEventForAConnectedListenerIsSentAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk()
	// No walk would find it in time.
	r := startRig(t, func(c *webhook.Config) { c.Listeners, c.Poll = d, time.Hour })
	d.open.Store(true)
	delivery := r.mustSend(r.mustListener(), 1)[0]
	if got := d.next(t); got.delivery.ID != delivery.ID || !bytes.Equal(got.body, delivery.Body) {
		t.Errorf("sent %s %q", got.delivery.ID, got.body)
	} else {
		got.ack <- ack{status: 204}
	}
}

func TestAStreamThatBreaksIsNoAttempt(t *testing.T) {
	t.Parallel()
	d := newDesk()
	r := startRig(t, withDesk(d))
	listener := r.mustListener()
	d.open.Store(true)
	delivery := r.mustSend(listener, 1)[0]
	first := d.next(t)
	d.open.Store(false)
	first.ack <- ack{err: webhook.ErrAway}
	for owner := first.delivery.Owner; owner != ""; {
		owner = r.mustRead(delivery.ID).Owner // the lease comes back
	}
	if read := r.mustRead(delivery.ID); read.State != webhook.Pending || read.Attempts != 0 || len(r.mustAttempts(delivery.ID)) != 0 {
		t.Errorf("the delivery is %s after %d attempts", read.State, read.Attempts)
	}
	d.open.Store(true)
	r.Listening(listener.ID)
	second := d.next(t)
	if second.delivery.ID != first.delivery.ID || !bytes.Equal(second.body, first.body) {
		t.Errorf("sent %s %q, then %s %q", first.delivery.ID, first.body, second.delivery.ID, second.body)
	}
	second.ack <- ack{status: 200}
	r.mustStop()
	if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded || read.Attempts != 1 {
		t.Errorf("the delivery is %s after %d attempts", read.State, read.Attempts)
	}
}

func TestWhatAListenersProgramSaysCountsAsOfAnyReceiver(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		ack   ack
		class webhook.Class
	}{
		"a 500 is retried by the schedule":                {ack{status: 500}, webhook.Status},
		"a 410 disables nothing":                          {ack{status: 410}, webhook.Status},
		"a program that is not there, too":                {ack{err: &webhook.Reported{Class: webhook.Connect, Reason: "No."}}, webhook.Connect},
		"a program that is silent is a time-out like any": {ack{err: &webhook.Reported{Class: webhook.Timeout, Reason: "No."}}, webhook.Timeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			r := startRig(t, withDesk(d))
			d.open.Store(true)
			listener := r.mustListener()
			delivery := r.mustSend(listener, 1)[0]
			d.next(t).ack <- check.ack
			r.mustStop()
			if kept := r.mustReadEndpoint(listener.ID); kept.State != webhook.Active || !kept.FailingSince.IsZero() {
				t.Errorf("the listener is %s, failing since %v", kept.State, kept.FailingSince)
			}
			read, attempts := r.mustRead(delivery.ID), r.mustAttempts(delivery.ID)
			if len(attempts) != 1 || attempts[0].Class != check.class || attempts[0].Reason == "" {
				t.Errorf("the attempts are %+v", attempts)
			}
			if read.State != webhook.Pending || read.WakeAt.Before(time.Now().Add(50*time.Minute)) {
				t.Errorf("the delivery is %s, due %v", read.State, read.WakeAt)
			}
		})
	}
}

func TestWhatWaitedForAListenerThatIsGoneEnds(t *testing.T) {
	t.Parallel()
	d := newDesk()
	r := newRig(t, withDesk(d))
	listener := r.mustListener()
	long := r.birth(listener).Delivery()
	long.WakeAt = time.Now().Add(-webhook.ListenerLife - 3*time.Hour)
	r.mustInsert(long)
	r.mustWrite(func(tx webhook.Tx) error { return tx.DeleteEndpoint(listener.ID) })
	r.Start(t.Context())
	for state := webhook.Pending; state == webhook.Pending; {
		state = r.mustRead(long.ID).State
	}
	if read := r.mustRead(long.ID); read.State != webhook.Failed || read.Attempts != 0 {
		t.Errorf("the delivery is %s after %d attempts, want failed after none", read.State, read.Attempts)
	}
}
