package fanout_test

import (
	"strings"
	"testing"

	"tillway/internal/fanout"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

func TestTriggerSendsASample(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver, other := webhooktest.NewReceiver(t), webhooktest.NewReceiver(t)
		patient := func(e *webhook.Endpoint) { e.Schedule = webhook.Pancake.Name }
		asking := w.mustEndpoint(receiver.URL, patient)
		silent := w.mustEndpoint(other.URL, func(e *webhook.Endpoint) { e.Events = nil })
		w.mustEndpoint(other.URL, func(e *webhook.Endpoint) { e.State = webhook.Disabled })
		w.mustEndpoint(other.URL, func(e *webhook.Endpoint) { e.Channel = webhook.Slack })
		trigger := func(in operator.TriggerEventIn) operator.Triggered {
			t.Helper()
			in.Store, in.Environment, in.Event = shopID, pay.Test, "thing.sold"
			triggered, err := w.operator.TriggerEvent(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			return triggered
		}

		var all, one operator.Triggered
		w.delivering(func() {
			all = trigger(operator.TriggerEventIn{})
			receiver.Wait(t, 1)
			one = trigger(operator.TriggerEventIn{Webhook: silent.ID})
			other.Wait(t, 1)
		})
		if len(all.Deliveries) != 1 || all.Deliveries[0].Webhook != asking.ID || len(one.Deliveries) != 1 || one.Deliveries[0].Webhook != silent.ID {
			t.Fatalf("triggered %+v and %+v", all, one)
		}
		got := receiver.Received()[0]
		want := "sample thing.sold " + shopID + " One test " + string(all.Deliveries[0].Delivery)
		if string(got.Body) != want || got.Header.Get("X-Sample") != "thing.sold" || !strings.HasPrefix(got.Header.Get("Webhook-Signature"), "v1,") {
			t.Errorf("received %q with %v", got.Body, got.Header)
		}
		delivery, err := w.webhooks.Delivery(t.Context(), all.Deliveries[0].Delivery)
		if err != nil || delivery.Origin != webhook.FromTest || delivery.Schedule != webhook.Once.Name || delivery.State != webhook.Succeeded {
			t.Errorf("the sample in the log: %+v, %v", delivery, err)
		}

		// A sample that fails is not tried again, whatever the endpoint's
		// schedule, and no recovery takes it for an event.
		receiver.Reply(webhooktest.Reply{Status: 500})
		w.delivering(func() {
			all = trigger(operator.TriggerEventIn{})
			receiver.Wait(t, 2)
		})
		outcomes, err := w.operator.DeliveryOutcomes(t.Context(), operator.DeliveryOutcomesIn{Deliveries: []webhook.DeliveryID{all.Deliveries[0].Delivery}})
		if err != nil || outcomes.Deliveries[0].State != webhook.Failed || outcomes.Deliveries[0].Status != 500 || outcomes.Deliveries[0].Attempts != 1 {
			t.Errorf("outcomes %+v, %v", outcomes, err)
		}
		w.wantCounts(w.mustFinish(w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed}).ID), 0, 0, 0)
		w.wantVerified(0)
	})
}

func TestTriggerRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	disabled := w.mustEndpoint("https://example.com/", func(e *webhook.Endpoint) { e.State = webhook.Disabled })
	foreign := w.mustEndpoint("https://example.com/", func(e *webhook.Endpoint) { e.Dialect = "unheard" })
	chat := w.mustEndpoint("https://example.com/x", func(e *webhook.Endpoint) { e.Channel = webhook.Slack })
	for name, c := range map[string]struct {
		change func(*operator.TriggerEventIn)
		kind   fault.Kind
		code   string
	}{
		"an unknown event":         {func(in *operator.TriggerEventIn) { in.Event = "thing.lost" }, fault.Invalid, "unknown_event"},
		"no event":                 {func(in *operator.TriggerEventIn) { in.Event = "" }, fault.Invalid, "event_required"},
		"an unknown environment":   {func(in *operator.TriggerEventIn) { in.Environment = "live" }, fault.Invalid, "unknown_environment"},
		"an unknown store":         {func(in *operator.TriggerEventIn) { in.Store = "STO_2" }, fault.NotFound, "store_not_found"},
		"an unknown webhook":       {func(in *operator.TriggerEventIn) { in.Webhook = "nowhere" }, fault.NotFound, "webhook_not_found"},
		"a disabled webhook":       {func(in *operator.TriggerEventIn) { in.Webhook = disabled.ID }, fault.State, "webhook_disabled"},
		"a dialect without it":     {func(in *operator.TriggerEventIn) { in.Webhook = foreign.ID }, fault.Invalid, "unknown_event"},
		"a channel without it":     {func(in *operator.TriggerEventIn) { in.Webhook = chat.ID }, fault.State, "channel_not_drawn"},
		"nobody who asks":          {func(in *operator.TriggerEventIn) { in.Event = "thing.done" }, fault.State, "no_webhook_asks"},
		"a store not yet approved": {func(in *operator.TriggerEventIn) { in.Environment = pay.Prod }, fault.State, "store_not_approved"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := operator.TriggerEventIn{Event: "thing.sold", Store: shopID, Environment: pay.Test}
			c.change(&in)
			_, err := w.operator.TriggerEvent(t.Context(), in)
			if !fault.Is(err, c.kind) || fault.CodeOf(err) != c.code {
				t.Errorf("error %v, want %s %s", err, c.kind, c.code)
			}
			if c.code == "unknown_event" && in.Webhook == "" && !strings.Contains(fault.From(err).Hint, "thing.done, thing.sold") {
				t.Errorf("the hint %q does not name the known events", fault.From(err).Hint)
			}
			if left := w.count(`SELECT COUNT(*) FROM webhook_deliveries`); left != 0 {
				t.Errorf("a refused sample left %d rows", left)
			}
		})
	}
}

// A process that delivers nothing leaves samples to whoever claims them.
func TestTriggerWithoutADispatcher(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	w.mustEndpoint("https://example.com/", nil)
	aside := fanout.New(fanout.Config{Dialects: []fanout.Dialect{{Codec: telling{}, Scheme: webhook.StandardScheme, Schedule: webhook.Pancake.Name}}, Tx: w.tx})
	now := w.core.Now()
	w.mustWrite(func(r pay.Records) error {
		_, err := aside.Trigger(r, webhook.TriggerIn{ID: "sample", Store: shopID, Env: webhook.Test, Event: "thing.sold", Now: now})
		return err
	})
	if due := w.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE lease_owner = '' AND wake_at = $1`, now.UnixMicro()); due != 1 {
		t.Errorf("%d samples are due, want 1", due)
	}
}
