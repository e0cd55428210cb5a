package webhook_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tillway/internal/lease"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

func TestACommittedDeliveryArrivesSignedAndIsRecorded(t *testing.T) {
	t.Parallel()
	r, receiver := startRig(t, nil), webhooktest.NewReceiver(t).Reply(webhooktest.Reply{Status: 202, Body: "thanks"})
	birth := r.birth(r.mustEndpoint(receiver.URL))
	birth.Scheme, birth.Schedule = webhook.PancakeScheme, webhook.Pancake.Name
	delivery := birth.Delivery()
	r.mustInsert(delivery)
	r.Admit(delivery)

	got := receiver.Wait(t, 1)[0]
	if string(got.Body) != string(delivery.Body) {
		t.Errorf("body %q, want %q", got.Body, delivery.Body)
	}
	if _, err := webhooktest.VerifyPancake(got, &pancakeKey().PublicKey, time.Now()); err != nil {
		t.Errorf("the signature does not verify: %v", err)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/json", "X-Waffo-Event": "order.completed",
		"User-Agent": "Tillway-Webhooks/1.0", "Accept-Encoding": "",
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("%s: %q, want %q", name, value, want)
		}
	}
	r.mustStop()
	if read := r.mustRead(delivery.ID); read.State != webhook.Succeeded || read.Attempts != 1 || !read.WakeAt.IsZero() {
		t.Errorf("the delivery is %s after %d attempts, due %v", read.State, read.Attempts, read.WakeAt)
	}
	attempts := r.mustAttempts(delivery.ID)
	if len(attempts) != 1 {
		t.Fatalf("%d attempts, want 1", len(attempts))
	}
	attempt := attempts[0]
	if attempt.Status != 202 || string(attempt.Response) != "thanks" || attempt.URL != receiver.URL ||
		!strings.Contains(receiver.URL, attempt.Address) || attempt.Timings.Total == 0 || attempt.Timings.FirstByte == 0 {
		t.Errorf("the attempt's log is %+v", attempt)
	}
}

func TestFailuresAreClassified(t *testing.T) {
	t.Parallel()
	quick := webhook.Schedule{Name: "quick", Delays: []time.Duration{time.Hour}, TimeLimit: 100 * time.Millisecond}
	for name, check := range map[string]struct {
		prepare func(*webhooktest.Receiver)
		url     string
		class   webhook.Class
		status  int
		limit   webhook.Schedule
	}{
		"a 500 is a failure":             {prepare: status(500), class: webhook.Status, status: 500},
		"a 404 is a failure":             {prepare: status(404), class: webhook.Status, status: 404},
		"a 204 is a success":             {prepare: status(204), status: 204},
		"a redirect is a failure":        {prepare: mode(webhooktest.Redirect), class: webhook.Redirect, status: 302},
		"silence is a time-out":          {prepare: mode(webhooktest.Hang), class: webhook.Timeout, limit: quick},
		"a reset is a broken connection": {prepare: mode(webhooktest.Reset), class: webhook.Broken},
		"nonsense is a bad response":     {prepare: mode(webhooktest.Garbage), class: webhook.BadResponse},
		"a dripping body is a success":   {prepare: mode(webhooktest.Drip), status: 200},
		"an endless body is a success":   {prepare: mode(webhooktest.BigBody), status: 200},
		"a closed port":                  {url: "http://127.0.0.1:9/", class: webhook.Refused},
		"a port nobody listens on":       {url: "http://127.0.0.1:1024/", class: webhook.Connect},
		"a private address":              {url: "https://10.0.0.1/", class: webhook.Refused},
		"a name that does not exist":     {url: "https://no-such-host.invalid/", class: webhook.Resolve},
		"TLS to a server without it":     {prepare: mode(webhooktest.Answer), url: "tls", class: webhook.TLS},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startRig(t, func(c *webhook.Config) { c.Schedules = append(c.Schedules, quick) })
			receiver := webhooktest.NewReceiver(t)
			if check.prepare != nil {
				check.prepare(receiver)
			}
			url := check.url
			switch url {
			case "":
				url = receiver.URL
			case "tls":
				url = strings.Replace(receiver.URL, "http://", "https://", 1)
			}
			birth := r.birth(r.mustEndpoint(url))
			if check.limit.Name != "" {
				birth.Schedule = check.limit.Name
			}
			delivery := birth.Delivery()
			r.mustInsert(delivery)
			r.Admit(delivery)
			r.mustStop()

			attempt := r.mustAttempts(delivery.ID)[0]
			if attempt.Class != check.class || attempt.Status != check.status {
				t.Errorf("class %q and status %d, want %q and %d (%s)", attempt.Class, attempt.Status, check.class, check.status, attempt.Reason)
			}
			if attempt.OK() != (attempt.Reason == "") || len(attempt.Response) > webhook.ResponseKept {
				t.Errorf("reason %q and %d bytes of response", attempt.Reason, len(attempt.Response))
			}
			want := webhook.Succeeded
			if check.class != "" {
				want = webhook.Pending
			}
			if read := r.mustRead(delivery.ID); read.State != want || read.Attempts != 1 || read.Owner != "" {
				t.Errorf("the delivery is %s of %q after %d attempts", read.State, read.Owner, read.Attempts)
			}
		})
	}
}

func status(code int) func(*webhooktest.Receiver) {
	return func(r *webhooktest.Receiver) { r.Reply(webhooktest.Reply{Status: code}) }
}

func mode(mode webhooktest.Mode) func(*webhooktest.Receiver) {
	return func(r *webhooktest.Receiver) { r.Set(mode) }
}

func TestAWishForAPauseLengthensTheDelay(t *testing.T) {
	t.Parallel()
	r, receiver := startRig(t, nil), webhooktest.NewReceiver(t)
	receiver.Reply(webhooktest.Reply{Status: 503, Header: map[string][]string{"Retry-After": {"5400"}}})
	delivery := r.mustSend(r.mustEndpoint(receiver.URL), 1)[0]
	r.mustStop()
	started := r.mustAttempts(delivery.ID)[0].StartedAt
	if wake := r.mustRead(delivery.ID).WakeAt; wake.Before(started.Add(90 * time.Minute)) {
		t.Errorf("due %v after the attempt, want at least 90 minutes", wake.Sub(started))
	}
}

func TestABacklogInTheTableIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, alone := range map[string]bool{"by a node that is alone": true, "by one of several": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const count = 500
			r, receiver := newRig(t, func(c *webhook.Config) { c.Alone = alone }), webhooktest.NewReceiver(t)
			endpoint := r.mustEndpoint(receiver.URL)
			var backlog []webhook.Delivery
			for range count {
				backlog = append(backlog, due(r.birth(endpoint).Delivery()))
			}
			r.mustInsert(backlog...)
			r.Start(t.Context())
			receiver.Wait(t, count)
			r.mustStop()
			wantEachOnce(t, receiver, backlog)
		})
	}
}

func TestOnlyOneOfSeveralNodesLeasesWhatItSends(t *testing.T) {
	t.Parallel()
	for alone, owner := range map[bool]lease.Owner{true: "", false: "this-node"} {
		r, receiver := startRig(t, func(c *webhook.Config) { c.Alone = alone }), webhooktest.NewReceiver(t)
		receiver.Set(webhooktest.Hang)
		waiting := due(r.birth(r.mustEndpoint(receiver.URL)).Delivery())
		r.mustInsert(waiting)
		r.Wake()
		receiver.Wait(t, 1)
		if read := r.mustRead(waiting.ID); read.Owner != owner {
			t.Errorf("alone %t: while it is sent, the row is leased to %q, want %q", alone, read.Owner, owner)
		}
	}
}

func TestWhatDoesNotFitIntoMemoryIsSentFromTheTable(t *testing.T) {
	t.Parallel()
	const count = 200
	r, receiver := startRig(t, func(c *webhook.Config) { c.Queued = 16 }), webhooktest.NewReceiver(t)
	deliveries := r.mustSend(r.mustEndpoint(receiver.URL), count)
	receiver.Wait(t, count)
	r.mustStop()
	wantEachOnce(t, receiver, deliveries)
}

func wantEachOnce(t *testing.T, receiver *webhooktest.Receiver, deliveries []webhook.Delivery) {
	t.Helper()
	times := map[string]int{}
	for _, received := range receiver.Received() {
		times[string(received.Body)]++
	}
	for _, delivery := range deliveries {
		if got := times[string(delivery.Body)]; got != 1 {
			t.Errorf("%s arrived %d times", delivery.ID, got)
		}
	}
}

func TestWhatAPredecessorHeldIsSentAtOnce(t *testing.T) {
	t.Parallel()
	r, receiver := newRig(t, nil), webhooktest.NewReceiver(t)
	orphan := leased(r.birth(r.mustEndpoint(receiver.URL)).Delivery(), "predecessor", time.Now().Add(webhook.BornLease))
	r.mustInsert(orphan)
	r.Start(t.Context())
	receiver.Wait(t, 1)
}

func TestAnotherLivingNodesLeaseIsRespected(t *testing.T) {
	t.Parallel()
	r, receiver := newRig(t, func(c *webhook.Config) { c.Alone = false }), webhooktest.NewReceiver(t)
	endpoint := r.mustEndpoint(receiver.URL)
	foreign := leased(r.birth(endpoint).Delivery(), "other-node", time.Now().Add(time.Hour))
	mine := due(r.birth(endpoint).Delivery())
	r.mustInsert(foreign, mine)
	r.Start(t.Context())
	receiver.Wait(t, 1)
	r.mustStop()
	wantEachOnce(t, receiver, []webhook.Delivery{mine})
	if read := r.mustRead(foreign.ID); read.Owner != "other-node" || len(receiver.Received()) != 1 {
		t.Errorf("the foreign delivery belongs to %q, %d requests", read.Owner, len(receiver.Received()))
	}
}

func TestALapsedLeaseIsNotSent(t *testing.T) {
	t.Parallel()
	r, receiver := newRig(t, func(c *webhook.Config) { c.Alone = false }), webhooktest.NewReceiver(t)
	born := r.birth(r.mustEndpoint(receiver.URL)).Delivery()
	// Another node has claimed it meanwhile.
	r.mustInsert(leased(born, "other-node", time.Now().Add(time.Hour)))
	r.Start(t.Context())
	r.Admit(leased(born, r.config.Owner, time.Now()))
	r.mustStop()
	if got := len(receiver.Received()); got != 0 {
		t.Errorf("%d requests under a lapsed lease", got)
	}
	if read := r.mustRead(born.ID); read.Owner != "other-node" {
		t.Errorf("the delivery belongs to %q", read.Owner)
	}
}

func TestALeaseThatEndsSoonIsRenewedBeforeSending(t *testing.T) {
	t.Parallel()
	r, receiver := startRig(t, func(c *webhook.Config) { c.Alone = false }), webhooktest.NewReceiver(t)
	receiver.Set(webhooktest.Hang)
	endpoint := r.mustEndpoint(receiver.URL)
	soon := time.Now().Add(20 * time.Second) // below the time limit and LeaseSpare
	held := leased(r.birth(endpoint).Delivery(), r.config.Owner, soon)
	lost := leased(r.birth(endpoint).Delivery(), r.config.Owner, soon)
	r.mustInsert(held, leased(lost, "other-node", soon))
	r.Admit(held, lost)
	receiver.Wait(t, 1)
	least := patient.TimeLimit + webhook.LeaseSpare
	if read := r.mustRead(held.ID); read.WakeAt.Before(receiver.Received()[0].At.Add(least)) {
		t.Errorf("the lease ends %v after the request began, want at least %v", read.WakeAt.Sub(receiver.Received()[0].At), least)
	}
	stopping, cancel := context.WithCancel(context.Background())
	cancel()
	_ = r.Stop(stopping)
	wantEachOnce(t, receiver, []webhook.Delivery{held})
	if got := len(receiver.Received()); got != 1 {
		t.Errorf("%d requests, want the held one only", got)
	}
}

func TestDeliveriesWithoutAReceivingEndpointAreEnded(t *testing.T) {
	t.Parallel()
	r, receiver := newRig(t, nil), webhooktest.NewReceiver(t)
	gone, kept := r.mustEndpoint(receiver.URL), r.mustEndpoint(receiver.URL)
	orphan, sent := due(r.birth(gone).Delivery()), due(r.birth(kept).Delivery())
	r.mustInsert(orphan, sent)
	r.mustWrite(func(tx webhook.Tx) error { return tx.DeleteEndpoint(gone.ID) })
	r.Start(t.Context())
	receiver.Wait(t, 1)
	r.mustStop()
	wantEachOnce(t, receiver, []webhook.Delivery{sent})
	if read := r.mustRead(orphan.ID); read.State != webhook.Failed || read.Attempts != 0 {
		t.Errorf("the delivery is %s after %d attempts, want failed after none", read.State, read.Attempts)
	}
}

func TestEachAttemptIsLoggedOnceWithoutSecrets(t *testing.T) {
	t.Parallel()
	r, receiver := startRig(t, nil), webhooktest.NewReceiver(t)
	delivery := r.mustSend(r.mustEndpoint(receiver.URL), 1)[0]
	receiver.Wait(t, 1)
	r.mustStop()
	lines := strings.Split(strings.TrimSpace(r.logged.String()), "\n")
	if len(lines) != 1 || !strings.Contains(lines[0], string(delivery.ID)) || !strings.Contains(lines[0], `"status":200`) {
		t.Errorf("the log is\n%s", r.logged)
	}
	signature := receiver.Received()[0].Header.Get(webhook.StandardSignature)
	for _, secret := range []string{signature, string(delivery.Body), "0123456789abcdef"} {
		if strings.Contains(r.logged.String(), secret) {
			t.Errorf("the log shows %q", secret)
		}
	}
}

func TestAMissingKeySendsNothing(t *testing.T) {
	t.Parallel()
	r, receiver := startRig(t, func(c *webhook.Config) { c.Keys = fixedKeys{} }), webhooktest.NewReceiver(t)
	delivery := r.mustSend(r.mustEndpoint(receiver.URL), 1)[0]
	r.mustStop()
	if got := r.mustAttempts(delivery.ID)[0].Class; got != webhook.Unsigned || len(receiver.Received()) != 0 {
		t.Errorf("class %q and %d requests", got, len(receiver.Received()))
	}
}
