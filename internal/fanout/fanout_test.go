package fanout_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"tillway/internal/fanout"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

var at = time.Date(2026, 11, 20, 9, 30, 0, 123456000, time.UTC)

// codec calls order.completed by two names and renders what it was given.
type codec struct{ dialect string }

func (c codec) Dialect() string { return c.dialect }

func (c codec) Names(e pay.Event) []string {
	if e.Type != pay.OrderDone {
		return nil
	}
	return []string{"order.completed", "order.paid"}
}

func (c codec) Encode(e pay.Event, delivery string, at time.Time, name string) ([]byte, map[string]string, error) {
	return []byte(name + " " + delivery + " " + at.Format(time.RFC3339Nano)), map[string]string{"X-Event": name, "Content-Type": "text/plain"}, nil
}

func (c codec) Card(e pay.Event, at time.Time, name string, language format.Language) (format.Card, error) {
	return format.Card{Title: name + " in " + string(language), Footer: string(e.Sale.Order.ID), At: at}, nil
}

func (c codec) SampleNames() []string { return []string{"order.completed"} }

func (c codec) Sample(name string, in webhook.SampleIn) ([]byte, map[string]string, error) {
	if name != "order.completed" {
		return nil, nil, fault.Invalidf("event", "unknown_event", "There is no event %q", name)
	}
	return []byte("sample " + name + " " + string(in.Delivery) + " " + string(in.Store) + " " + in.StoreName + " " + string(in.Env)), map[string]string{"X-Event": name}, nil
}

func (c codec) SampleCard(name string, in webhook.SampleIn, language format.Language) (format.Card, error) {
	return format.Card{Title: "sample " + name + " in " + string(language), Footer: in.StoreName}, nil
}

// drawer writes what it was given.
type drawer struct{ language format.Language }

func (d drawer) Language() format.Language { return d.language }

func (d drawer) Draw(card format.Card) ([]byte, error) {
	return []byte(card.Title + " " + card.Footer), nil
}

func (drawer) Fill(body []byte, _ id.Secret) []byte { return body }

func (drawer) Verdict(int, []byte) string { return "" }

// bench is a fanout over a real database with one store.
type bench struct {
	rows     *store.Store
	tx       func(pay.Records) webhook.Tx
	fanout   *fanout.Fanout
	admitted []webhook.Delivery
}

func newBench(t *testing.T, approved bool, endpoints ...webhook.Endpoint) *bench {
	t.Helper()
	keys, err := seal.NewKeyring(make([]byte, seal.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	db := sqldbtest.OpenSQLite(t, migrations.FS)
	webhooks := store.NewWebhooks(db, keys)
	b := &bench{rows: store.New(db, keys), tx: func(r pay.Records) webhook.Tx { return webhooks.Tx(store.TxOf(r)) }}
	b.fanout = fanout.New(fanout.Config{
		Dialects: []fanout.Dialect{
			{Codec: codec{"a"}, Scheme: "scheme a", Schedule: "schedule a"},
			{Codec: codec{"b"}, Scheme: "scheme b", Schedule: "schedule b"},
		},
		Formats: b.formats(),
		Tx:      b.tx, Owner: "me", Admit: func(born []webhook.Delivery) { b.admitted = append(b.admitted, born...) },
	})
	core := pay.New(pay.Config{DB: b.rows, Now: func() time.Time { return at }, IDs: id.NewSource(nil, nil)})
	t.Cleanup(func() { core.Stop(context.Background()) })
	if _, err := pay.Run(t.Context(), core, pay.CreateStore, pay.NewStore{
		ID: "STO_1", Slug: "one", Name: "One", Owner: "MER_1", Approved: approved, At: at,
	}); err != nil {
		t.Fatal(err)
	}
	b.write(t, func(r pay.Records) error {
		for _, endpoint := range endpoints {
			if err := b.tx(r).InsertEndpoint(endpoint); err != nil {
				return err
			}
		}
		return nil
	})
	return b
}

func (*bench) formats() map[webhook.Channel]format.Format {
	return map[webhook.Channel]format.Format{
		webhook.Slack: drawer{format.English}, webhook.Feishu: drawer{format.Chinese},
	}
}

func (b *bench) write(t *testing.T, fn func(pay.Records) error) {
	t.Helper()
	if err := b.rows.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// publish commits an event and returns how many deliveries it was born with.
func (b *bench) publish(t *testing.T, event pay.Event) (born int) {
	t.Helper()
	b.write(t, func(r pay.Records) (err error) {
		born, err = b.fanout.Publish(r, event)
		return err
	})
	return born
}

func endpoint(id string, change func(*webhook.Endpoint)) webhook.Endpoint {
	e := webhook.Endpoint{
		ID: webhook.EndpointID(id), Store: "STO_1", Env: webhook.Test, Dialect: "a", Channel: webhook.HTTP,
		URL: "https://example.com/" + id, Events: []webhook.EventType{"order.completed"}, State: webhook.Active,
		CreatedAt: at, UpdatedAt: at,
	}
	if change != nil {
		change(&e)
	}
	return e
}

func event(env pay.Env) pay.Event {
	return pay.Event{
		ID: "EVT_1", Store: "STO_1", Env: env, Type: pay.OrderDone, Key: "PAY_1", At: at,
		Sale: &pay.Sale{Order: pay.Order{ID: "ORD_1", Row: 3}},
	}
}

func TestPublishMatchesEndpoints(t *testing.T) {
	t.Parallel()
	prod := func(e *webhook.Endpoint) { e.Env = webhook.Prod }
	cases := []struct {
		name      string
		approved  bool
		env       pay.Env
		endpoints []webhook.Endpoint
		want      []string // "<endpoint> <name> <scheme>"
	}{
		{"one delivery for an endpoint that asks", false, pay.Test, []webhook.Endpoint{endpoint("E1", nil)}, []string{"E1 order.completed scheme a"}},
		{"one for each of several names asked for", false, pay.Test, []webhook.Endpoint{endpoint("E1", func(e *webhook.Endpoint) {
			e.Events = []webhook.EventType{"order.paid", "order.completed"}
		})}, []string{"E1 order.completed scheme a", "E1 order.paid scheme a"}},
		{"each endpoint in its own dialect", false, pay.Test, []webhook.Endpoint{
			endpoint("E1", nil), endpoint("E2", func(e *webhook.Endpoint) { e.Dialect = "b" }),
		}, []string{"E1 order.completed scheme a", "E2 order.completed scheme b"}},
		{"chats that there is a format for, unsigned whatever scheme they have, and listeners signed", false, pay.Test, []webhook.Endpoint{
			endpoint("E1", func(e *webhook.Endpoint) { e.Channel = webhook.Slack }),
			endpoint("E2", func(e *webhook.Endpoint) { e.Channel, e.Scheme = webhook.Feishu, "another scheme" }),
			endpoint("E3", func(e *webhook.Endpoint) { e.Channel = webhook.Listener }),
		}, []string{"E1 order.completed ", "E2 order.completed ", "E3 order.completed scheme a"}},
		{"none for other events, the disabled, other stores, other environments, chats without a format and unknown dialects", false, pay.Test, []webhook.Endpoint{
			endpoint("E1", func(e *webhook.Endpoint) { e.Events = []webhook.EventType{"refund.succeeded"} }),
			endpoint("E2", func(e *webhook.Endpoint) { e.Events = nil }),
			endpoint("E3", func(e *webhook.Endpoint) { e.State = webhook.Disabled }),
			endpoint("E4", func(e *webhook.Endpoint) { e.Store = "STO_2" }),
			endpoint("E5", prod),
			endpoint("E6", func(e *webhook.Endpoint) { e.Channel = webhook.Discord }),
			endpoint("E7", func(e *webhook.Endpoint) { e.Dialect = "c" }),
		}, nil},
		{"one for a listener, in the raw body of its dialect", false, pay.Test, []webhook.Endpoint{
			endpoint("E1", func(e *webhook.Endpoint) { e.Channel = webhook.Listener }),
		}, []string{"E1 order.completed scheme a"}},
		{"live events of an unapproved store are not sent", false, pay.Prod, []webhook.Endpoint{endpoint("E1", prod)}, nil},
		{"live events of an approved store are", true, pay.Prod, []webhook.Endpoint{endpoint("E1", prod)}, []string{"E1 order.completed scheme a"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, c.approved, c.endpoints...)
			born := b.publish(t, event(c.env))
			var got []string
			for _, d := range b.admitted {
				got = append(got, string(d.Endpoint)+" "+string(d.EventType)+" "+string(d.Scheme))
			}
			if diff := cmp.Diff(c.want, got); diff != "" || born != len(c.want) {
				t.Errorf("born %d; handed over (-want +got):\n%s", born, diff)
			}
		})
	}
}

func TestPublishRendersADelivery(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, endpoint("E1", nil))
	b.publish(t, event(pay.Test))
	if len(b.admitted) != 1 {
		t.Fatalf("%d deliveries handed over, want 1", len(b.admitted))
	}
	got := b.admitted[0]
	want := webhook.Delivery{
		ID: got.ID, Endpoint: "E1", Queue: "E1", Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP, Origin: webhook.FromEvent, Subject: "ORD_1", SubjectVersion: 3,
		EventID: "EVT_1", EventType: "order.completed", EventKey: "PAY_1", URL: "https://example.com/E1",
		Headers: []webhook.Header{{Name: "Content-Type", Value: "text/plain"}, {Name: "X-Event", Value: "order.completed"}},
		Body:    []byte("order.completed " + string(got.ID) + " 2026-11-20T09:30:00.123456Z"),
		Scheme:  "scheme a", Schedule: "schedule a", State: webhook.Pending,
		WakeAt: at.Add(webhook.BornLease), Owner: "me", CreatedAt: at,
		Route: webhook.Route{Version: webhook.Endpoint{UpdatedAt: at}.Version()},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	parsed, err := uuid.Parse(string(got.ID))
	if err != nil || parsed.Version() != 7 || parsed.Variant() != uuid.RFC4122 {
		t.Errorf("the id %s is no UUIDv7: %v", got.ID, err)
	}
	if seconds, nanos := parsed.Time().UnixTime(); time.Unix(seconds, nanos).UnixMilli() != at.UnixMilli() {
		t.Errorf("the id's time is %v, want the event's", time.Unix(seconds, nanos).UTC())
	}
}

func TestAWithheldEventIsTold(t *testing.T) {
	t.Parallel()
	for _, approved := range []bool{false, true} {
		b := newBench(t, approved)
		var withheld bool
		b.write(t, func(r pay.Records) error {
			e := event(pay.Prod)
			if _, err := r.InsertEvent(e); err != nil {
				return err
			}
			if _, err := b.fanout.Publish(r, e); err != nil {
				return err
			}
			return store.TxOf(r).QueryRow(`SELECT withheld FROM events WHERE id = $1`, e.ID).Scan(&withheld)
		})
		if withheld == approved {
			t.Errorf("approved %t: a live event that no delivery was made of is withheld %t", approved, withheld)
		}
	}
}

// A chat's delivery carries a card in the chat's language and format, drawn for
// the endpoint's secret; its URL is shown without what is a credential in it.
func TestPublishDrawsForChats(t *testing.T) {
	t.Parallel()
	for channel, body := range map[webhook.Channel]string{
		webhook.Slack: "order.completed in en ORD_1", webhook.Feishu: "order.completed in zh ORD_1",
	} {
		t.Run(string(channel), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, false, endpoint("E1", func(e *webhook.Endpoint) { e.Channel, e.Secret = channel, "8737" }))
			b.publish(t, event(pay.Test))
			if len(b.admitted) != 1 {
				t.Fatalf("%d deliveries handed over, want 1", len(b.admitted))
			}
			got := b.admitted[0]
			want := webhook.Delivery{
				ID: got.ID, Endpoint: "E1", Queue: "E1", Store: "STO_1", Env: webhook.Test, Channel: channel, Origin: webhook.FromEvent, Subject: "ORD_1", SubjectVersion: 3,
				EventID: "EVT_1", EventType: "order.completed", EventKey: "PAY_1", URL: "https://example.com/…",
				Headers: []webhook.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(body),
				Schedule: "schedule a", State: webhook.Pending, WakeAt: at.Add(webhook.BornLease), Owner: "me", CreatedAt: at,
				Route: webhook.Route{Version: webhook.Endpoint{UpdatedAt: at}.Version(), Address: "https://example.com/E1", Secret: "8737"},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPublishIsRepeatable(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, endpoint("E1", nil), endpoint("E2", nil))

	t.Run("a run that is discarded hands nothing over", func(t *testing.T) {
		discarded := errors.New("discarded")
		err := b.rows.Write(t.Context(), func(r pay.Records) error {
			if _, err := b.fanout.Publish(r, event(pay.Test)); err != nil {
				return err
			}
			return discarded
		})
		if !errors.Is(err, discarded) || len(b.admitted) != 0 {
			t.Fatalf("error %v, %d deliveries handed over", err, len(b.admitted))
		}
	})
	t.Run("the next run makes the same ids and bytes", func(t *testing.T) {
		b.publish(t, event(pay.Test))
		first := b.admitted
		other := newBench(t, false, endpoint("E1", nil), endpoint("E2", nil))
		other.publish(t, event(pay.Test))
		if diff := cmp.Diff(first, other.admitted); diff != "" {
			t.Errorf("two runs differ:\n%s", diff)
		}
		if first[0].ID == first[1].ID {
			t.Errorf("two endpoints share the delivery id %s", first[0].ID)
		}
	})
	t.Run("an id that exists already fails the whole transaction", func(t *testing.T) {
		err := b.rows.Write(t.Context(), func(r pay.Records) error {
			_, err := b.fanout.Publish(r, event(pay.Test))
			return err
		})
		if err == nil {
			t.Error("the same deliveries were inserted twice")
		}
	})
}

// Both names of an event have the order's version then: they follow each other
// by their ids, as everything of one order does at an endpoint that wants order.
func TestPublishHandsOverWhatIsAwakeAlone(t *testing.T) {
	t.Parallel()
	names := []webhook.EventType{"order.completed", "order.paid"}
	b := newBench(t, false,
		endpoint("E1", func(e *webhook.Endpoint) { e.Ordered, e.Events = true, names }),
		endpoint("E2", func(e *webhook.Endpoint) { e.Events = names }))
	if born := b.publish(t, event(pay.Test)); born != 4 {
		t.Errorf("born %d, want 4", born)
	}
	next := event(pay.Test)
	next.ID, next.Sale = "EVT_2", &pay.Sale{Order: pay.Order{ID: "ORD_1", Row: 4}}
	b.publish(t, next)
	other := event(pay.Test)
	other.ID, other.Sale = "EVT_3", &pay.Sale{Order: pay.Order{ID: "ORD_2", Row: 1}}
	b.publish(t, other)
	var got []string
	for _, d := range b.admitted {
		if !d.Awake() {
			t.Errorf("%s was handed over asleep", d.ID)
		}
		got = append(got, string(d.Endpoint)+" "+d.EventID+" "+string(d.EventType))
	}
	want := []string{
		"E1 EVT_1 order.completed", "E2 EVT_1 order.completed", "E2 EVT_1 order.paid",
		"E2 EVT_2 order.completed", "E2 EVT_2 order.paid",
		"E1 EVT_3 order.completed", "E2 EVT_3 order.completed", "E2 EVT_3 order.paid",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("handed over (-want +got):\n%s", diff)
	}
}
