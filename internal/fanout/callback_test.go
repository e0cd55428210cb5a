package fanout_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/fanout"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// own is a codec that tells only of its own dialect's sales.
type own struct{ codec }

func (c own) Names(e pay.Event) []string {
	if e.Dialect != pay.Dialect(c.dialect) {
		return nil
	}
	return c.codec.Names(e)
}

func callback(id string, change func(*webhook.Callback)) webhook.Callback {
	c := webhook.Callback{
		ID: webhook.CallbackID(id), Store: "STO_1", Env: webhook.Test, Dialect: "a", URL: "https://shop.example/" + id, CreatedAt: at,
	}
	if change != nil {
		change(&c)
	}
	return c
}

// calledEvent is an event of dialect a about a noun whose request brought a
// callback.
func calledEvent(id string, instead bool) pay.Event {
	e := event(pay.Test)
	e.Dialect, e.Noun = "a", pay.Noun{ID: "LNK_1", Row: 7, Callback: id, Instead: instead}
	return e
}

func TestPublishTellsTheCallback(t *testing.T) {
	t.Parallel()
	in := func(dialect webhook.Dialect, channel webhook.Channel) func(*webhook.Endpoint) {
		return func(e *webhook.Endpoint) { e.Dialect, e.Channel = dialect, channel }
	}
	all := []webhook.Endpoint{
		endpoint("http-a", nil), endpoint("http-b", in("b", webhook.HTTP)), endpoint("chat-a", in("a", webhook.Slack)), endpoint("listener-a", in("a", webhook.Listener)),
	}
	live := func(e pay.Event) pay.Event { e.Env = pay.Prod; return e }
	signed := func(c *webhook.Callback) { c.Scheme, c.Secret = webhook.WaylScheme, "1234567890" }
	both := []string{"C1 order.completed", "C1 order.paid"}
	for name, c := range map[string]struct {
		event     pay.Event
		callback  webhook.Callback
		endpoints []webhook.Endpoint
		approved  bool
		want      []string // "<receiver> <name>"
	}{
		"under each name, whoever asks":               {calledEvent("C1", false), callback("C1", nil), nil, false, both},
		"signed by its own scheme":                    {calledEvent("C1", false), callback("C1", signed), nil, false, both},
		"beside the store's endpoints":                {calledEvent("C1", false), callback("C1", nil), all, false, append([]string{"chat-a order.completed", "http-a order.completed", "listener-a order.completed"}, both...)},
		"instead of the dialect's own HTTP endpoints": {calledEvent("C1", true), callback("C1", nil), all, false, append([]string{"chat-a order.completed", "listener-a order.completed"}, both...)},
		"not of an event without one":                 {calledEvent("", true), callback("C1", nil), all[:1], false, []string{"http-a order.completed"}},
		"not where it is absent":                      {calledEvent("C2", false), callback("C1", nil), nil, false, nil},
		"not of another store":                        {calledEvent("C1", false), callback("C1", func(c *webhook.Callback) { c.Store = "STO_2" }), nil, false, nil},
		"not of another environment":                  {calledEvent("C1", false), callback("C1", func(c *webhook.Callback) { c.Env = webhook.Prod }), nil, false, nil},
		"not live before the store is approved":       {live(calledEvent("C1", false)), callback("C1", func(c *webhook.Callback) { c.Env = webhook.Prod }), nil, false, nil},
		"live once it is":                             {live(calledEvent("C1", false)), callback("C1", func(c *webhook.Callback) { c.Env = webhook.Prod }), nil, true, both},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, c.approved, c.endpoints...)
			b.fanout = b.speaking(own{codec{"a"}}, own{codec{"b"}})
			b.write(t, func(r pay.Records) error { return b.tx(r).InsertCallback(c.callback) })
			born := b.publish(t, c.event)
			var got []string
			for _, d := range b.admitted {
				receiver := string(d.Endpoint)
				if d.Called() {
					receiver = strings.TrimPrefix(d.URL, "https://shop.example/")
					if d.Scheme != c.callback.Scheme || d.KeyName != c.callback.KeyName() {
						t.Errorf("signed by %q with %q", d.Scheme, d.KeyName)
					}
				}
				got = append(got, receiver+" "+string(d.EventType))
			}
			if diff := cmp.Diff(c.want, got); diff != "" || born != len(c.want) {
				t.Errorf("born %d; handed over (-want +got):\n%s", born, diff)
			}
		})
	}
}

// speaking is the bench's fanout with other codecs.
func (b *bench) speaking(codecs ...fanout.Codec) *fanout.Fanout {
	config := fanout.Config{
		Formats: b.formats(), Tx: b.tx, Owner: "me", Log: slog.New(slog.DiscardHandler),
		Admit: func(born []webhook.Delivery) { b.admitted = append(b.admitted, born...) },
	}
	for _, codec := range codecs {
		config.Dialects = append(config.Dialects, fanout.Dialect{
			Codec: codec, Scheme: webhook.Scheme("scheme " + codec.Dialect()), Schedule: webhook.ScheduleName("schedule " + codec.Dialect()),
		})
	}
	return fanout.New(config)
}

func TestPublishRendersACallbacksDelivery(t *testing.T) {
	t.Parallel()
	told := callback("C1", func(c *webhook.Callback) { c.Scheme, c.Secret = webhook.WaylScheme, "1234567890" })
	publish := func() []webhook.Delivery {
		b := newBench(t, false)
		b.write(t, func(r pay.Records) error { return b.tx(r).InsertCallback(told) })
		b.publish(t, calledEvent("C1", false))
		return b.admitted
	}
	first := publish()
	if len(first) != 2 {
		t.Fatalf("%d deliveries handed over, want 2", len(first))
	}
	got := first[0]
	want := webhook.Delivery{
		ID: got.ID, Queue: "callback:STO_1:test:shop.example", Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP, Origin: webhook.FromEvent,
		Subject: "LNK_1", SubjectVersion: 7, EventID: "EVT_1", EventType: "order.completed", EventKey: "PAY_1", URL: "https://shop.example/C1",
		Headers: []webhook.Header{{Name: "Content-Type", Value: "text/plain"}, {Name: "X-Event", Value: "order.completed"}},
		Body:    []byte("order.completed " + string(got.ID) + " 2026-11-20T09:30:00.123456Z"),
		Scheme:  webhook.WaylScheme, KeyName: told.KeyName(), Schedule: "schedule a", State: webhook.Pending,
		WakeAt: at.Add(webhook.BornLease), Owner: "me", CreatedAt: at,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// A transaction that runs again makes the same ids and bytes.
	if diff := cmp.Diff(first, publish()); diff != "" || first[0].ID == first[1].ID {
		t.Errorf("two runs differ:\n%s", diff)
	}
}

// The noun is what deliveries follow each other by, where there is one.
func TestTheSubjectIsTheDialectsNoun(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, endpoint("E1", func(e *webhook.Endpoint) { e.Ordered = true }))
	b.publish(t, calledEvent("", false))
	if len(b.admitted) != 1 || b.admitted[0].Subject != "LNK_1" || b.admitted[0].SubjectVersion != 7 || !b.admitted[0].Ordered {
		t.Errorf("handed over %+v", b.admitted)
	}
}

// mustCallback saves a callback of the world's store.
func (w *world) mustCallback(id, url string, change func(*webhook.Callback)) webhook.Callback {
	w.t.Helper()
	c := webhook.Callback{
		ID: webhook.CallbackID(id), Store: shopID, Env: webhook.Test, Dialect: "told", URL: url,
		Scheme: webhook.StandardScheme, Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", CreatedAt: w.core.Now(),
	}
	if change != nil {
		change(&c)
	}
	w.mustWrite(func(r pay.Records) error { return w.tx(r).InsertCallback(c) })
	return c
}

// about has events tell of a noun whose request brought the callback.
func about(callback webhook.CallbackID, instead bool) func(*pay.Event) {
	return func(e *pay.Event) {
		e.Dialect = "told"
		e.Noun = pay.Noun{ID: "LNK_" + e.Key, Row: 1, Detail: `{"a":"<&>"}`, Callback: string(callback), Instead: instead}
	}
}

func TestCallbacksAreRecoveredWithTheStore(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		failing := webhooktest.Reply{Status: 500}
		registered, first, second := webhooktest.NewReceiver(t).Reply(failing), webhooktest.NewReceiver(t).Reply(failing), webhooktest.NewReceiver(t).Reply(failing)
		endpoint := w.mustEndpoint(registered.URL, nil)
		w.mustCallback("C1", first.URL, nil)
		w.mustCallback("C2", second.URL, func(c *webhook.Callback) { c.Scheme, c.Secret = "", "" })
		w.delivering(func() {
			w.mustEmitWith(about("C1", false), pay.Test, "1", "2")
			w.mustEmitWith(about("C2", false), pay.Test, "3")
			registered.Wait(t, 3)
			first.Wait(t, 2)
			second.Wait(t, 1)
		})
		w.wantVerified(3)
		for _, receiver := range []*webhooktest.Receiver{registered, first, second} {
			receiver.Reply(webhooktest.Reply{})
		}
		before := first.Received()
		w.delivering(func() {
			// One that names an endpoint is about that alone.
			w.wantCounts(w.mustFinish(w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed, Webhook: endpoint.ID}).ID), 3, 3, 0)
			registered.Wait(t, 6)
			w.wantCounts(w.mustFinish(w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed}).ID), 3, 3, 0)
			first.Wait(t, 4)
			second.Wait(t, 2)
		})
		if diff := cmp.Diff(heard(before), heard(first.Received()[2:])); diff != "" || len(heard(before)) != 2 {
			t.Errorf("what was recovered differs from what failed (-first +again):\n%s", diff)
		}
		if left := w.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state <> 'succeeded'`); left != 0 {
			t.Errorf("%d deliveries are not over well", left)
		}
		w.wantVerified(3)
	})
}

func TestADeliveryToACallbackIsResent(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver := webhooktest.NewReceiver(t).Reply(webhooktest.Reply{Status: 410})
		w.mustCallback("C1", receiver.URL, nil)
		w.delivering(func() {
			w.mustEmitWith(about("C1", false), pay.Test, "1")
			receiver.Wait(t, 1)
		})
		delivery := webhook.DeliveryID(receiver.Received()[0].Header.Get("Webhook-Id"))
		if read, err := w.webhooks.Delivery(t.Context(), delivery); err != nil || read.State != webhook.Failed || !read.Called() {
			t.Fatalf("the delivery %+v, %v", read, err)
		}
		receiver.Reply(webhooktest.Reply{})
		w.delivering(func() {
			resent, err := w.operator.ResendDelivery(t.Context(), operator.ResendDeliveryIn{Delivery: delivery})
			if err != nil || resent.Effect != webhook.Restarted {
				t.Errorf("resent %+v, %v", resent, err)
			}
			receiver.Wait(t, 2)
		})
		got := receiver.Received()
		if string(got[0].Body) != string(got[1].Body) || got[1].Header.Get("Webhook-Id") != string(delivery) {
			t.Errorf("resent %q with id %q, first %q", got[1].Body, got[1].Header.Get("Webhook-Id"), got[0].Body)
		}
	})
}

// The log shows where a delivery went that belongs to no webhook, and why.
func TestTheLogTellsWhatCameWithTheRequest(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver := webhooktest.NewReceiver(t)
		endpoint := w.mustEndpoint(receiver.URL, nil)
		w.mustCallback("C1", receiver.URL+"/link?n=1", nil)
		w.delivering(func() {
			w.mustEmitWith(about("C1", false), pay.Test, "1")
			receiver.Wait(t, 2)
		})
		list := func(in operator.WebhookLogIn) []operator.LoggedDelivery {
			t.Helper()
			in.Store, in.Environment = shopID, "test"
			page, err := w.operator.WebhookLog(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			return page.Deliveries
		}
		for name, in := range map[string]operator.WebhookLogIn{"all": {}, "of the noun": {Order: "LNK_1"}} {
			found := list(in)
			if len(found) != 2 {
				t.Fatalf("%s: %d deliveries, want 2", name, len(found))
			}
			for _, d := range found {
				if d.Called != (d.Webhook == "") || d.Called != (d.URL == receiver.URL+"/link?n=1") || d.Subject != "LNK_1" {
					t.Errorf("%s: %+v", name, d)
				}
				shown, err := w.operator.ShowDelivery(t.Context(), operator.ShowDeliveryIn{Delivery: d.ID})
				if err != nil || shown.Called != d.Called || shown.URL != d.URL || len(shown.Tries) != 1 || shown.Tries[0].URL != d.URL {
					t.Errorf("%s: shown %+v, %v", name, shown, err)
				}
			}
		}
		if found := list(operator.WebhookLogIn{Webhook: endpoint.ID}); len(found) != 1 || found[0].Called {
			t.Errorf("of the webhook: %+v", found)
		}
	})
}

func TestReplayTellsCallbacksWhatTheyMissed(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver, registered := webhooktest.NewReceiver(t), webhooktest.NewReceiver(t)
		endpoint := w.mustEndpoint(registered.URL, nil)
		w.mustCallback("C1", receiver.URL, nil)
		w.mustEmitWith(about("C1", true), pay.Test, "1", "2")
		w.mustEmit(pay.Test, "3")
		born := w.mustList(`SELECT id || ' ' || event_key || ' ' || url FROM webhook_deliveries WHERE endpoint_id = '' ORDER BY created_at, id`)
		// As if the callback's deliveries had never been made.
		w.mustExec(`DELETE FROM webhook_deliveries WHERE endpoint_id = ''`)
		w.mustExec(`UPDATE events SET deliveries = (SELECT COUNT(*) FROM webhook_deliveries d WHERE d.event_id = events.id)`)
		w.delivering(func() {
			// The endpoint did not miss what the callback was to be told in its place.
			w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Webhook: endpoint.ID}), 1, 0, 1)
			w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 3, 2, 1)
			receiver.Wait(t, 2)
			w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 3, 0, 3)
			w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Event: "thing.done"}), 0, 0, 0)
		})
		if diff := cmp.Diff(born, w.mustList(`SELECT id || ' ' || event_key || ' ' || url FROM webhook_deliveries WHERE endpoint_id = '' ORDER BY created_at, id`)); diff != "" || len(born) != 2 {
			t.Errorf("what was replayed differs from what was born (-born +replayed):\n%s", diff)
		}
		if got := len(heard(receiver.Received())); got != 2 {
			t.Errorf("the callback got %d deliveries, want each once", got)
		}
		w.wantVerified(3)
	})
}

func TestReplayTellsCallbacksOfTheTimeBeforeApproval(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	w.mustCallback("C1", "https://shop.example/", func(c *webhook.Callback) { c.Env = webhook.Prod })
	w.mustEmitWith(about("C1", false), pay.Prod, "1")
	if born := w.count(`SELECT COUNT(*) FROM webhook_deliveries`); born != 0 {
		t.Fatalf("%d deliveries were born of a live event before the approval", born)
	}
	if _, err := w.operator.ApproveStore(t.Context(), operator.ApproveStoreIn{Store: shopID}); err != nil {
		t.Fatal(err)
	}
	w.wantCounts(w.mustReplay(operator.StartRecoveryIn{Environment: pay.Prod}), 1, 1, 0)
	w.wantVerified(1)
}

func TestReplayPassesCallbacksThatCannotBeTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	w.mustCallback("C1", "https://shop.example/", nil)
	w.mustEmitWith(func(e *pay.Event) { about("C1", false)(e); e.Noun.Callback = "" }, pay.Test, "none came")
	w.mustEmitWith(about("lost", false), pay.Test, "lost")
	w.mustEmit(pay.Test, "unspeakable", "2")
	w.mustExec(`UPDATE events SET snapshot = (SELECT REPLACE(snapshot, 'lost', 'C1') FROM events WHERE event_key = 'lost') WHERE event_key = 'unspeakable'`)
	w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 1, 0, 1)
}

// A callback whose secret does not open fails its own delivery, and nothing else.
func TestASealedCallbackDoesNotUndoTheEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	w.mustEndpoint("https://example.com/", nil)
	w.mustCallback("C1", "https://shop.example/", nil)
	other, err := seal.NewKeyring([]byte(strings.Repeat("x", seal.MasterSize)))
	if err != nil {
		t.Fatal(err)
	}
	w.webhooks = store.NewWebhooks(w.db, other)
	w.mustEmitWith(about("C1", false), pay.Test, "1")
	got := w.mustList(`SELECT endpoint_id || ' ' || state || ' ' || last_class FROM webhook_deliveries ORDER BY endpoint_id`)
	if diff := cmp.Diff([]string{" failed sealed", "endpoint-1 pending "}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	w.wantVerified(1)
}

// mustList reads one column of text.
func (w *world) mustList(query string) (found []string) {
	w.t.Helper()
	err := w.db.Read(w.t.Context(), func(q sqldb.Querier) error {
		found = nil
		rows, err := q.Query(query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return err
			}
			found = append(found, text)
		}
		return rows.Err()
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}
