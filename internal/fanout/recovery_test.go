package fanout_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"tillway/internal/egress"
	"tillway/internal/fanout"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/job"
	"tillway/internal/lease"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
	"tillway/internal/webhook/format/telegram"
	"tillway/internal/webhook/webhooktest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(
		m,
		// The test server of PostgreSQL is watched until the process ends.
		goleak.IgnoreAnyFunction("os/exec.(*Cmd).watchCtx"),
	)
}

// telling has one name for each event but thing.gone, and samples.
type telling struct{ fanout.Codec }

// namesOfGone is what thing.gone is told as, in turn.
var namesOfGone = []webhook.EventType{"thing.sold", "thing.packed", "thing.done"}

func (telling) Dialect() string       { return "told" }
func (telling) SampleNames() []string { return []string{"thing.sold", "thing.done"} }

func (telling) Names(e pay.Event) (names []string) {
	if e.Type != "thing.gone" {
		return []string{string(e.Type)}
	}
	for _, name := range namesOfGone {
		names = append(names, string(name))
	}
	return names
}

func (telling) Card(e pay.Event, at time.Time, name string, _ format.Language) (format.Card, error) {
	return format.Card{Title: name, Footer: e.Key, At: at}, nil
}

func (telling) Encode(e pay.Event, delivery string, at time.Time, name string) ([]byte, map[string]string, error) {
	if e.Key == "unspeakable" {
		return nil, nil, errors.New("there are no words")
	}
	body, err := json.Marshal(map[string]string{"id": delivery, "type": name, "key": e.Key, "at": at.Format(time.RFC3339Nano), "product": e.Sale.ProductName})
	return body, map[string]string{"Content-Type": "application/json"}, err
}

func (telling) Sample(name string, in webhook.SampleIn) ([]byte, map[string]string, error) {
	return []byte(strings.Join([]string{"sample", name, string(in.Store), in.StoreName, string(in.Env), string(in.Delivery)}, " ")), map[string]string{"X-Sample": name}, nil
}

// hmacKeys signs everything with one key.
type hmacKeys struct{}

func (hmacKeys) Keys(context.Context, webhook.KeyRef) ([]webhook.Key, error) {
	return []webhook.Key{webhook.HMACKey([]byte("0123456789abcdef01234567"))}, nil
}

// world is a database with a store, and everything that delivers its events.
type world struct {
	t        *testing.T
	db       sqldb.DB
	rows     *store.Store
	webhooks *store.Webhooks
	tx       func(pay.Records) webhook.Tx
	core     *pay.Core
	operator *operator.Service
	horizon  time.Time

	bridge     *fanout.Fanout
	recoverer  *fanout.Recoverer
	dispatcher *webhook.Dispatcher // nil while nothing is delivered
	number     int
}

const shopID = "STO_0000000000000000000001"

func newWorld(t *testing.T, db sqldb.DB) *world {
	t.Helper()
	keys, err := seal.NewKeyring(make([]byte, seal.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: db, rows: store.New(db, keys), webhooks: store.NewWebhooks(db, keys)}
	w.tx = func(r pay.Records) webhook.Tx { return w.webhooks.Tx(store.TxOf(r)) }
	w.bridge = fanout.New(fanout.Config{
		Dialects: []fanout.Dialect{{Codec: telling{}, Scheme: webhook.StandardScheme, Schedule: webhook.Once.Name}},
		Formats:  map[webhook.Channel]format.Format{webhook.Telegram: telegram.Format{}},
		Tx:       w.tx, Owner: "this-node", Log: slog.New(slog.DiscardHandler),
		Admit: func(born []webhook.Delivery) {
			if w.dispatcher != nil {
				w.dispatcher.Admit(born...)
			}
		},
		Horizon: func() time.Time { return w.horizon },
	})
	wake := func() {
		if w.dispatcher != nil {
			w.dispatcher.Wake()
		}
	}
	sendNow := func(delivery webhook.Delivery) {
		if w.dispatcher != nil {
			w.dispatcher.SendNow(delivery)
		}
	}
	w.recoverer = fanout.NewRecoverer(fanout.RecoveryConfig{DB: w.rows, Fanout: w.bridge, Wake: wake, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	w.core = pay.New(pay.Config{DB: w.rows, Fanout: w.bridge, Now: time.Now, IDs: id.NewSource(nil, nil)})
	t.Cleanup(func() { w.core.Stop(context.Background()) })
	w.operator = operator.New(operator.Config{
		Core: w.core, Endpoints: w.tx, WebhookLog: store.NewWebhookLog(db),
		Recovery: operator.RecoveryConfig{Log: w.webhooks, Trigger: w.bridge.Trigger, SendNow: sendNow, WakeTimers: func() {}},
		Dialects: []operator.WebhookDialect{{Name: telling{}.Dialect(), Legal: []string{"thing.sold", "thing.packed", "thing.done"}}},
	})
	if _, err := pay.Run(t.Context(), w.core, pay.CreateStore, pay.NewStore{ID: shopID, Slug: "one", Name: "One", Owner: "MER_1", At: w.core.Now()}); err != nil {
		t.Fatal(err)
	}
	return w
}

// delivering runs a dispatcher while work lasts; when it returns, every
// attempt has ended and is recorded.
func (w *world) delivering(work func()) {
	w.t.Helper()
	client := egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true})})
	defer client.Close()
	w.dispatcher = webhook.New(webhook.Config{
		Store: w.webhooks, Clients: map[webhook.Env]webhook.Client{webhook.Test: client, webhook.Prod: client},
		Signers: []webhook.Signer{webhook.StandardSigner{}}, Keys: hmacKeys{}, Schedules: []webhook.Schedule{webhook.Once, webhook.Pancake},
		Verdicts: map[webhook.Channel]webhook.Verdict{webhook.Telegram: telegram.Format{}.Verdict},
		Fills:    map[webhook.Channel]webhook.Fill{webhook.Telegram: telegram.Format{}.Fill},
		Owner:    "this-node", Alone: true, Log: slog.New(slog.DiscardHandler),
	})
	defer func() {
		if err := w.dispatcher.Stop(context.Background()); err != nil {
			w.t.Error(err)
		}
		w.dispatcher = nil
	}()
	w.dispatcher.Start(w.t.Context())
	work()
}

func (w *world) mustWrite(fn func(pay.Records) error) {
	w.t.Helper()
	if err := w.rows.Write(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) mustEndpoint(url string, change func(*webhook.Endpoint)) webhook.Endpoint {
	w.t.Helper()
	w.number++
	e := webhook.Endpoint{
		ID: webhook.EndpointID(fmt.Sprintf("endpoint-%d", w.number)), Store: shopID, Env: webhook.Test, Dialect: "told", Channel: webhook.HTTP,
		URL: url, Events: []webhook.EventType{"thing.sold"}, State: webhook.Active, CreatedAt: w.core.Now(), UpdatedAt: w.core.Now(),
	}
	if change != nil {
		change(&e)
	}
	w.mustWrite(func(r pay.Records) error { return w.tx(r).InsertEndpoint(e) })
	return e
}

// mustEmit commits events as commands do.
func (w *world) mustEmit(env pay.Env, keys ...string) {
	w.t.Helper()
	w.mustEmitWith(func(*pay.Event) {}, env, keys...)
}

// mustEmitWith commits events that are changed before.
func (w *world) mustEmitWith(change func(*pay.Event), env pay.Env, keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		event := pay.Event{
			ID: pay.EventID(w.core.IDs().New("EVT")), Store: shopID, Env: env, Type: "thing.sold", Key: key, At: w.core.Now(),
			Sale: &pay.Sale{ProductName: "The Thing", Order: pay.Order{ID: pay.OrderID("ORD_" + key), Row: 2}},
		}
		change(&event)
		_, err := pay.Run(w.t.Context(), w.core, func(_ context.Context, tx pay.Tx, e pay.Event) (struct{}, error) {
			return struct{}{}, tx.Emit(e)
		}, event)
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) mustStart(in operator.StartRecoveryIn) operator.Recovery {
	w.t.Helper()
	in.Store, in.Since = shopID, time.Now().Add(-time.Hour)
	if in.Environment == "" {
		in.Environment = pay.Test
	}
	started, err := w.operator.StartRecovery(w.t.Context(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	return started
}

// mustFinish runs a new job runner on the data until the recovery has ended.
func (w *world) mustFinish(id webhook.RecoveryID) operator.Recovery {
	w.t.Helper()
	timers, owner, ended := store.NewTimers(w.db), lease.Owner(w.core.IDs().UUID()), make(chan struct{})
	if err := timers.FreeTimers(w.t.Context(), owner); err != nil {
		w.t.Fatal(err)
	}
	runner := job.New(job.Config{Store: timers, Owner: owner, Handlers: map[job.Kind]job.Handler{
		webhook.RecoveryTimer: func(ctx context.Context, timer job.Timer) error {
			err := w.recoverer.Run(ctx, webhook.RecoveryID(timer.Subject))
			if err != nil {
				w.t.Errorf("page: %v", err)
			}
			if shown := w.mustShow(id); shown.State != webhook.RecoveryRunning {
				close(ended)
			}
			return err
		},
	}})
	runner.Start(w.t.Context())
	select {
	case <-ended:
	case <-time.After(time.Minute):
		w.t.Error("the recovery does not end")
	}
	if err := runner.Stop(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	if left := w.count(`SELECT COUNT(*) FROM timers`); left != 0 {
		w.t.Errorf("%d timers are left", left)
	}
	return w.mustShow(id)
}

func (w *world) mustShow(id webhook.RecoveryID) operator.Recovery {
	w.t.Helper()
	shown, err := w.operator.ShowRecovery(context.Background(), operator.RecoveryIn{ID: id})
	if err != nil {
		w.t.Error(err)
	}
	return shown
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	err := w.db.Read(w.t.Context(), func(q sqldb.Querier) error { return q.QueryRow(query, args...).Scan(&n) })
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// wantCounts compares found, done and skipped.
func (w *world) wantCounts(r operator.Recovery, found, done, skipped int) {
	w.t.Helper()
	want, got := [3]int{found, done, skipped}, [3]int{r.Found, r.Done, r.Skipped}
	if got != want || r.State != webhook.RecoveryDone {
		w.t.Errorf("the recovery is %s with %v found, done and skipped, want done with %v", r.State, got, want)
	}
}

// wantVerified holds what events were given against what is kept.
func (w *world) wantVerified(events int) {
	w.t.Helper()
	verdict, err := report.Verify(w.t.Context(), report.VerifyConfig{Facts: store.NewFacts(w.db), Now: time.Now})
	if err != nil || !verdict.Clean() || verdict.Checked.Events != events {
		w.t.Errorf("verify: %+v, %v", verdict, err)
	}
	if differ := w.count(`SELECT COUNT(*) FROM events e WHERE e.deliveries <> (SELECT COUNT(*) FROM webhook_deliveries d WHERE d.event_id = e.id)`); differ != 0 {
		w.t.Errorf("%d events miscount their deliveries", differ)
	}
}

// heard is what came of each delivery: id in the header, and the body.
func heard(received []webhooktest.Received) map[string]string {
	bodies := map[string]string{}
	for _, request := range received {
		bodies[request.Header.Get("Webhook-Id")] = string(request.Body)
	}
	return bodies
}

func TestRecoverySendsWhatFailed(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver := webhooktest.NewReceiver(t).Reply(webhooktest.Reply{Status: 500})
		other := webhooktest.NewReceiver(t).Reply(webhooktest.Reply{Status: 500})
		endpoint := w.mustEndpoint(receiver.URL, nil)
		w.mustEndpoint(other.URL, nil)
		w.delivering(func() {
			w.mustEmit(pay.Test, "1", "2", "3")
			receiver.Wait(t, 3)
			other.Wait(t, 3)
		})
		if failed := w.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'failed'`); failed != 6 {
			t.Fatalf("%d deliveries failed, want 6", failed)
		}
		first := receiver.Received()

		receiver.Reply(webhooktest.Reply{})
		w.delivering(func() {
			w.wantCounts(w.mustFinish(w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed, Webhook: endpoint.ID}).ID), 3, 3, 0)
			receiver.Wait(t, 6)
		})
		again := receiver.Received()[3:]
		if diff := cmp.Diff(heard(first), heard(again)); diff != "" || len(heard(again)) != 3 {
			t.Errorf("what was recovered differs from what failed (-first +again):\n%s", diff)
		}
		if succeeded := w.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'succeeded' AND attempts = 2 AND base = 1`); succeeded != 3 {
			t.Errorf("%d deliveries succeeded in their second run, want 3", succeeded)
		}
		if got := len(other.Received()); got != 3 {
			t.Errorf("the other endpoint got %d requests, want its first 3", got)
		}
		// Again there is nothing left to recover of this one.
		w.wantCounts(w.mustFinish(w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed, Webhook: endpoint.ID}).ID), 0, 0, 0)
		w.wantVerified(3)
	})
}

// A delivery that was made before the span, and whose last try failed in it, is
// among those that failed since.
func TestRecoveryGoesByTheEndOfADelivery(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver := webhooktest.NewReceiver(t).Reply(webhooktest.Reply{Status: 500})
		endpoint := w.mustEndpoint(receiver.URL, nil)
		w.mustEmit(pay.Test, "1", "2")
		made := time.Now().Add(-2 * time.Hour).UnixMicro() // mustStart asks for the last hour
		w.mustExec(`UPDATE webhook_deliveries SET created_at = $1, wake_at = $1, lease_owner = ''`, made)
		w.delivering(func() { receiver.Wait(t, 2) })
		w.mustExec(`UPDATE webhook_deliveries SET ended_at = $1 WHERE event_key = '2'`, made+1)
		w.wantCounts(w.mustFinish(w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed, Webhook: endpoint.ID}).ID), 1, 1, 0)
		if due := w.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE event_key = '1' AND state = 'pending' AND base = 1`); due != 1 {
			t.Error("what failed in the span is not due again")
		}
	})
}

func TestResendSendsTheSameAgain(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		receiver := webhooktest.NewReceiver(t)
		w.mustEndpoint(receiver.URL, nil)
		w.delivering(func() {
			w.mustEmit(pay.Test, "1")
			receiver.Wait(t, 1)
		})
		var delivery webhook.DeliveryID
		for id := range heard(receiver.Received()) {
			delivery = webhook.DeliveryID(id)
		}
		w.delivering(func() {
			resent, err := w.operator.ResendDelivery(t.Context(), operator.ResendDeliveryIn{Delivery: delivery})
			if err != nil || resent.Effect != webhook.Restarted {
				t.Fatalf("resent: %+v, %v", resent, err)
			}
			receiver.Wait(t, 2)
		})
		received := receiver.Received()
		if diff := cmp.Diff(heard(received[:1]), heard(received[1:])); diff != "" {
			t.Errorf("the second differs from the first:\n%s", diff)
		}
		outcomes, err := w.operator.DeliveryOutcomes(t.Context(), operator.DeliveryOutcomesIn{Deliveries: []webhook.DeliveryID{delivery}})
		if err != nil || outcomes.Deliveries[0].Attempts != 2 || outcomes.Deliveries[0].Status != 200 || outcomes.Deliveries[0].State != webhook.Succeeded {
			t.Errorf("outcomes %+v, %v", outcomes, err)
		}
	})
}

// A schedule that was used up begins again with its first delay.
func TestResendStartsTheScheduleAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	receiver := webhooktest.NewReceiver(t).Reply(webhooktest.Reply{Status: 500})
	w.mustEndpoint(receiver.URL, func(e *webhook.Endpoint) { e.Schedule = webhook.Pancake.Name })
	w.mustEmit(pay.Test, "1")
	w.mustExec(`UPDATE webhook_deliveries SET state = 'failed', attempts = 6, wake_at = 0, lease_owner = ''`)
	before := time.Now()
	w.delivering(func() {
		if _, err := w.operator.ResendDelivery(t.Context(), operator.ResendDeliveryIn{Delivery: w.mustReadOnly().ID}); err != nil {
			t.Fatal(err)
		}
		receiver.Wait(t, 1)
	})
	got := w.mustReadOnly()
	if pause := got.WakeAt.Sub(before); got.State != webhook.Pending || got.Attempts != 7 || pause < 5*time.Minute || pause > 6*time.Minute {
		t.Errorf("after the first try: %s, attempt %d, next in %v", got.State, got.Attempts, pause)
	}
}

// insertFailed fills the table with more failed deliveries than fit in a page.
func (w *world) insertFailed(endpoint webhook.Endpoint, rows int) {
	w.t.Helper()
	w.mustWrite(func(r pay.Records) error {
		for n := range rows {
			delivery := webhook.Birth{
				ID: webhook.DeliveryID(fmt.Sprintf("0190c0de-0000-7000-8000-%012d", n)), Endpoint: endpoint, EventType: "thing.sold",
				Body: []byte("{}"), Scheme: webhook.StandardScheme, Schedule: webhook.Once.Name, Now: w.core.Now(),
			}.Delivery()
			delivery.State, delivery.WakeAt, delivery.Attempts = webhook.Failed, time.Time{}, 1
			if _, err := w.tx(r).InsertDelivery(delivery); err != nil {
				return err
			}
		}
		return nil
	})
}

// breaking loses a transaction at the moment of its commit.
type breaking struct{ pay.DB }

var errCrash = errors.New("crash")

func (b breaking) Write(ctx context.Context, fn func(pay.Records) error) error {
	return b.DB.Write(ctx, func(r pay.Records) error { return errors.Join(fn(r), errCrash) })
}

func TestRecoveryGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		const rows = 2*webhook.RecoveryPage + 50
		w := newWorld(t, db)
		w.insertFailed(w.mustEndpoint("https://example.com/", nil), rows)
		recovery := w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed})

		// The first page is done, the second is cut off, and who ran it is dead
		// with the timer in its hands.
		if err := w.recoverer.Run(t.Context(), recovery.ID); err != nil {
			t.Fatal(err)
		}
		halfway := w.mustShow(recovery.ID)
		if halfway.State != webhook.RecoveryRunning || halfway.Done != webhook.RecoveryPage {
			t.Fatalf("after the first page: %+v", halfway)
		}
		_, err := store.NewTimers(db).ClaimTimers(t.Context(), job.Claim{
			Lease: lease.Lease{Owner: "dead", Until: time.Now().Add(time.Hour)}, Now: time.Now().Add(time.Minute), Limit: 10,
		})
		if err != nil {
			t.Fatal(err)
		}
		cut := fanout.NewRecoverer(fanout.RecoveryConfig{DB: breaking{w.rows}, Fanout: w.bridge, Wake: func() {}, Now: time.Now})
		if err := cut.Run(t.Context(), recovery.ID); !errors.Is(err, errCrash) {
			t.Fatalf("the broken page: %v", err)
		}
		if diff := cmp.Diff(halfway, w.mustShow(recovery.ID)); diff != "" {
			t.Fatalf("a page that was cut off left a trace:\n%s", diff)
		}

		w.wantCounts(w.mustFinish(recovery.ID), rows, rows, 0)
		if once := w.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'pending' AND base = 1 AND attempts = 1`); once != rows {
			t.Errorf("%d rows were made due, want %d", once, rows)
		}
	})
}

func TestRecoveryIsCanceledBetweenPages(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorld(t, db)
		w.insertFailed(w.mustEndpoint("https://example.com/", nil), webhook.RecoveryPage+50)
		recovery := w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed})
		if err := w.recoverer.Run(t.Context(), recovery.ID); err != nil {
			t.Fatal(err)
		}
		canceled, err := w.operator.CancelRecovery(t.Context(), operator.RecoveryIn{ID: recovery.ID})
		if err != nil || canceled.State != webhook.RecoveryCanceled || canceled.EndedAt.IsZero() {
			t.Fatalf("canceled: %+v, %v", canceled, err)
		}
		// A runner that claimed the timer before that finds nothing to do.
		if err := w.recoverer.Run(t.Context(), recovery.ID); err != nil {
			t.Fatal(err)
		}
		if left := w.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'failed'`); left != 50 {
			t.Errorf("%d rows are left alone, want 50", left)
		}
		if left := w.count(`SELECT COUNT(*) FROM timers`); left != 0 {
			t.Errorf("%d timers are left", left)
		}
		list, err := w.operator.ListRecoveries(t.Context(), operator.ListRecoveriesIn{Store: shopID})
		if err != nil || len(list.Recoveries) != 1 || list.Recoveries[0] != canceled {
			t.Errorf("the list: %+v, %v", list, err)
		}
		// What is left is another recovery's.
		w.wantCounts(w.mustFinish(w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed}).ID), 50, 50, 0)
	})
}

func TestRecoveryRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	disabled := w.mustEndpoint("https://example.com/", func(e *webhook.Endpoint) { e.State = webhook.Disabled })
	now := time.Now()
	for name, c := range map[string]struct {
		change func(*operator.StartRecoveryIn)
		kind   fault.Kind
		says   string // field of an Invalid, code of the others
	}{
		"an unknown kind":             {func(in *operator.StartRecoveryIn) { in.Kind = "repair" }, fault.Invalid, "kind"},
		"an unknown environment":      {func(in *operator.StartRecoveryIn) { in.Environment = "live" }, fault.Invalid, "env"},
		"no beginning":                {func(in *operator.StartRecoveryIn) { in.Since = time.Time{} }, fault.Invalid, "since"},
		"a beginning in the future":   {func(in *operator.StartRecoveryIn) { in.Since = now.Add(time.Hour) }, fault.Invalid, "since"},
		"an end before it":            {func(in *operator.StartRecoveryIn) { in.Until = in.Since }, fault.Invalid, "until"},
		"an event that nobody tells":  {func(in *operator.StartRecoveryIn) { in.Event = "thing.slod" }, fault.Invalid, "unknown_event"},
		"an unknown store":            {func(in *operator.StartRecoveryIn) { in.Store = "STO_2" }, fault.NotFound, "store_not_found"},
		"an unknown webhook":          {func(in *operator.StartRecoveryIn) { in.Webhook = "nowhere" }, fault.NotFound, "webhook_not_found"},
		"a webhook elsewhere":         {func(in *operator.StartRecoveryIn) { in.Webhook, in.Environment = disabled.ID, pay.Prod }, fault.NotFound, "webhook_not_found"},
		"a disabled webhook":          {func(in *operator.StartRecoveryIn) { in.Webhook = disabled.ID }, fault.State, "webhook_disabled"},
		"live events not yet allowed": {func(in *operator.StartRecoveryIn) { in.Kind, in.Environment = webhook.ReplayMissed, pay.Prod }, fault.State, "store_not_approved"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := operator.StartRecoveryIn{Kind: webhook.RecoverFailed, Store: shopID, Environment: pay.Test, Since: now.Add(-time.Hour)}
			c.change(&in)
			_, err := w.operator.StartRecovery(t.Context(), in)
			found := fault.From(err)
			if found == nil || found.Kind != c.kind || (found.Code != c.says && found.Field != c.says) {
				t.Errorf("error %v, want %s %s", err, c.kind, c.says)
			}
			if left := w.count(`SELECT COUNT(*) FROM webhook_recoveries`) + w.count(`SELECT COUNT(*) FROM timers`); left != 0 {
				t.Errorf("a refused recovery left %d rows", left)
			}
		})
	}
}

// What is sealed under another master key is over at birth, and can be sent
// once the key is right.
func TestResendAfterTheKeyIsRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS))
	right, err := seal.NewKeyring([]byte(strings.Repeat("k", seal.MasterSize)))
	if err != nil {
		t.Fatal(err)
	}
	wrong := w.webhooks
	w.webhooks = store.NewWebhooks(w.db, right)
	receiver := webhooktest.NewReceiver(t)
	w.mustEndpoint(receiver.URL, func(e *webhook.Endpoint) { e.Secret = "whsec_abc" })
	w.mustEmit(pay.Test, "before")
	w.mustExec(`DELETE FROM webhook_deliveries`)
	w.mustExec(`UPDATE events SET deliveries = 0`)

	w.webhooks = wrong
	w.mustEmit(pay.Test, "sealed")
	failed := w.mustReadOnly()
	if failed.State != webhook.Failed {
		t.Fatalf("the sealed delivery is %s", failed.State)
	}
	in := operator.ResendDeliveryIn{Delivery: failed.ID}
	if _, err := w.operator.ResendDelivery(t.Context(), in); fault.CodeOf(err) != "webhook_sealed" || fault.From(err).Hint == "" {
		t.Errorf("resent under the wrong key: %v", err)
	}
	w.wantCounts(w.mustFinish(w.mustStart(operator.StartRecoveryIn{Kind: webhook.RecoverFailed}).ID), 1, 0, 1)
	w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 2, 0, 2)

	w.webhooks = store.NewWebhooks(w.db, right)
	w.delivering(func() {
		if resent, err := w.operator.ResendDelivery(t.Context(), in); err != nil || resent.Effect != webhook.Restarted {
			t.Errorf("resent under the right key: %+v, %v", resent, err)
		}
		if bodies := heard(receiver.Wait(t, 1)); bodies[string(failed.ID)] != string(failed.Body) {
			t.Errorf("received %v", bodies)
		}
	})
	w.wantCounts(w.mustReplay(operator.StartRecoveryIn{}), 2, 1, 1)
}

// The chat is a placeholder in what is stored: whatever it was when the event
// happened, a message goes to the one that the webhook has when it is sent.
func TestResendFollowsTheChat(t *testing.T) {
	t.Parallel()
	const wrong, right id.Secret = "-1001112223334", "-1005556667778"
	for name, c := range map[string]struct {
		// born makes the delivery, which fails.
		born func(w *world, chat *webhooktest.Chat)
	}{
		"of a message that went to another": {born: func(w *world, chat *webhooktest.Chat) {
			chat.Refuse(true)
			w.delivering(func() {
				w.mustEmit(pay.Test, "1")
				if post := chat.Wait(t, 1)[0]; post.Chat != wrong.Reveal() {
					t.Errorf("the first message went to %q", post.Chat)
				}
			})
			chat.Refuse(false)
		}},
		"of an event under a wrong master key": {born: func(w *world, _ *webhooktest.Chat) {
			opening := w.webhooks
			other, err := seal.NewKeyring([]byte(strings.Repeat("k", seal.MasterSize)))
			if err != nil {
				t.Fatal(err)
			}
			w.webhooks = store.NewWebhooks(w.db, other)
			w.mustEmit(pay.Test, "1")
			w.webhooks = opening
		}},
		"of a body that has a chat": {born: func(w *world, _ *webhooktest.Chat) {
			w.mustEmit(pay.Test, "1")
			w.mustEnd([]byte(`{"chat_id":"-1001112223334","text":"✅ <b>thing.sold</b>","parse_mode":"HTML"}`))
		}},
		"of a body whose chat is empty": {born: func(w *world, _ *webhooktest.Chat) {
			w.mustEmit(pay.Test, "1")
			w.mustEnd([]byte(`{"chat_id":"","text":"✅ <b>thing.sold</b>","parse_mode":"HTML"}`))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, chat := newWorld(t, sqldbtest.OpenSQLite(t, migrations.FS)), webhooktest.NewTelegram(t)
			endpoint := w.mustEndpoint(chat.URL, func(e *webhook.Endpoint) { e.Channel, e.Secret = webhook.Telegram, wrong })
			c.born(w, chat)
			before, told := w.mustReadOnly(), len(chat.Posts())
			if before.State != webhook.Failed {
				t.Fatalf("it is %s", before.State)
			}
			w.mustWrite(func(r pay.Records) error {
				read, err := w.tx(r).Endpoint(endpoint.ID)
				if err != nil {
					return err
				}
				next := read
				next.Secret, next.UpdatedAt = right, read.UpdatedAt.Add(time.Second)
				return w.tx(r).UpdateEndpoint(next, read)
			})
			w.delivering(func() {
				if _, err := w.operator.ResendDelivery(t.Context(), operator.ResendDeliveryIn{Delivery: before.ID}); err != nil {
					t.Fatal(err)
				}
				if post := chat.Wait(t, told+1)[told]; post.Chat != right.Reveal() || !strings.Contains(post.Text, "thing.sold") {
					t.Errorf("resent to %q: %q", post.Chat, post.Text)
				}
			})
			if after := w.mustReadOnly(); after.State != webhook.Succeeded || string(after.Body) != string(before.Body) {
				t.Errorf("%s, its body\n%s\nwas\n%s", after.State, after.Body, before.Body)
			}
		})
	}
}

// mustEnd makes every delivery one that failed with this body.
func (w *world) mustEnd(body []byte) {
	w.t.Helper()
	w.mustExec(`UPDATE webhook_deliveries SET state = 'failed', attempts = 1, wake_at = 0, lease_owner = '', body = $1`, body)
}

// mustReadOnly reads the only delivery there is.
func (w *world) mustReadOnly() webhook.Delivery {
	w.t.Helper()
	var only webhook.DeliveryID
	if err := w.db.Read(w.t.Context(), func(q sqldb.Querier) error {
		return q.QueryRow(`SELECT id FROM webhook_deliveries`).Scan(&only)
	}); err != nil {
		w.t.Fatal(err)
	}
	delivery, err := w.webhooks.Delivery(w.t.Context(), only)
	if err != nil {
		w.t.Fatal(err)
	}
	return delivery
}
