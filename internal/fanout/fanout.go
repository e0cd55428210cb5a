// Package fanout turns an event of the core into deliveries, in the event's
// own transaction (DESIGN §2 step 3): one for each endpoint that asks for it, and
// one for the address that came with the request which began it. It is the only bridge between pay and
// webhook: pay knows no endpoint, webhook knows no order, and a dialect's
// Codec, declared here, renders one as the body of the other. For a chat the
// codec draws a card instead, and the chat's format.Format makes the body of it.
//
// It mints nothing and reads no clock, because a transaction may run again:
// ids are derived from the event (see deliveryID) and times are the event's.
package fanout

import (
	"log/slog"
	"slices"
	"strings"
	"time"

	"tillway/internal/lease"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

// Codec renders the core's events in one dialect's words. A dialect
// implements it without naming a type of this package.
type Codec interface {
	// Dialect names the endpoints that the codec writes for.
	Dialect() string
	// Names lists what the dialect calls an event, most often one name. None
	// means that the dialect does not tell of it.
	Names(event pay.Event) []string
	// Encode renders the body of one delivery under one of those names, and
	// the headers that go with it; never the signature's. It depends on its
	// arguments alone, so that the same event gives the same bytes.
	Encode(event pay.Event, deliveryID string, at time.Time, name string) (body []byte, headers map[string]string, err error)
	// Card draws the same for people, in their language.
	Card(event pay.Event, at time.Time, name string, language format.Language) (format.Card, error)
	// SampleNames lists the events there are samples of.
	SampleNames() []string
	// Sample renders a sample of an event by its name, whether or not the core
	// can make it happen. Errors: Invalid event "unknown_event".
	Sample(name string, in webhook.SampleIn) (body []byte, headers map[string]string, err error)
	// SampleCard draws a sample for people.
	SampleCard(name string, in webhook.SampleIn, language format.Language) (format.Card, error)
}

// Dialect is a codec and how its deliveries travel.
type Dialect struct {
	Codec    Codec
	Scheme   webhook.Scheme
	Schedule webhook.ScheduleName
}

// Config is what a Fanout is made of.
type Config struct {
	Dialects []Dialect
	// Formats draw for the chat channels. A chat without one receives nothing:
	// raw JSON would only look like an error to the people there.
	Formats map[webhook.Channel]format.Format
	// Tx is the webhook side of the transaction below pay's records.
	Tx func(pay.Records) webhook.Tx
	// Admit takes over deliveries whose commit is durable.
	Admit func([]webhook.Delivery)
	// Owner is the dispatcher that Admit hands to: rows are born leased to it.
	// Without one, as in a process that does not deliver, samples are born due
	// and wait for whoever claims them.
	Owner lease.Owner
	// Horizon is the time before which the log may have forgotten deliveries;
	// it forgets none when Horizon is nil or gives the zero time.
	Horizon func() time.Time
	// Log hears of events that cannot be rendered; slog.Default when nil.
	Log *slog.Logger
}

// Fanout implements pay.Fanout.
type Fanout struct{ config Config }

var _ pay.Fanout = (*Fanout)(nil)

// New makes a Fanout.
func New(config Config) *Fanout {
	if config.Log == nil {
		config.Log = slog.Default()
	}
	return &Fanout{config: config}
}

// Publish inserts one delivery for each endpoint of the event's store and
// environment that asks for one of the event's names, and one for the event's
// callback under each of them (call). It hands them to the dispatcher after the
// commit, but for those that sleep behind another of their subject. An event
// that nobody asks for is kept and makes none. A live
// event of a store that is not approved makes none either (DESIGN §3 rule 10):
// approval sends no backlog, a replay does.
func (f *Fanout) Publish(records pay.Records, event pay.Event) (int, error) {
	held, err := withheld(records, event)
	if err != nil {
		return 0, err
	}
	if held {
		records.WithholdEvent(event.ID)
		return 0, nil
	}
	tx := f.config.Tx(records)
	// Endpoints are read from the database and never from a cache: one that
	// was removed before this commit must not receive.
	endpoints, err := tx.Endpoints(webhook.StoreID(event.Store), webhook.Env(event.Env))
	if err != nil {
		return 0, err
	}
	var born []webhook.Delivery
	for _, endpoint := range endpoints {
		deliveries, err := f.render(event, endpoint)
		if err != nil {
			return 0, err
		}
		born = append(born, deliveries...)
	}
	called, err := f.call(tx, event)
	if err != nil {
		return 0, err
	}
	born = append(born, called...)
	awake := make([]webhook.Delivery, 0, len(born))
	for _, delivery := range born {
		written, err := tx.InsertDelivery(delivery)
		if err != nil {
			return 0, err
		}
		if written.Awake() {
			awake = append(awake, written)
		}
	}
	if len(awake) > 0 {
		records.OnCommit(func() { f.config.Admit(awake) })
	}
	return len(born), nil
}

// withheld reports whether the event is kept without being sent.
func withheld(records pay.Records, event pay.Event) (bool, error) {
	if event.Env != pay.Prod {
		return false, nil
	}
	store, err := records.StoreEver(event.Store)
	return !store.ProdEnabled, err
}

// render makes the deliveries of one event to one endpoint: one for each of
// the event's names in the endpoint's dialect that the endpoint asks for.
func (f *Fanout) render(event pay.Event, endpoint webhook.Endpoint) ([]webhook.Delivery, error) {
	dialect, known := f.dialect(endpoint)
	if !known || supplanted(event, endpoint) {
		return nil, nil
	}
	var born []webhook.Delivery
	for place, name := range dialect.Codec.Names(event) {
		if !endpoint.Wants(webhook.EventType(name)) {
			continue
		}
		id := deliveryID(event, string(endpoint.ID), name)
		body, headers, err := f.draw(endpoint, content{
			raw: func() ([]byte, map[string]string, error) {
				return dialect.Codec.Encode(event, string(id), event.At, name)
			},
			card: func(language format.Language) (format.Card, error) {
				return dialect.Codec.Card(event, event.At, name, language)
			},
		})
		if err != nil {
			return nil, err
		}
		birth := dialect.birth(endpoint)
		birth.ID, birth.Headers, birth.Body = id, headers, body
		born = append(born, f.bear(birth, event, name, place))
	}
	return born, nil
}

// bear completes what all deliveries of an event under a name have in common.
// place is the name's among those of the event: they follow each other, also
// where they are sent in order.
func (f *Fanout) bear(birth webhook.Birth, event pay.Event, name string, place int) webhook.Delivery {
	birth.Owner, birth.Now = f.config.Owner, event.At.Add(time.Duration(place)*time.Microsecond)
	birth.EventID, birth.EventType, birth.EventKey = string(event.ID), webhook.EventType(name), event.Key
	birth.Subject, birth.SubjectVersion = subject(event)
	return birth.Delivery()
}

// dialect finds who writes for an endpoint; known is false when nobody does.
func (f *Fanout) dialect(endpoint webhook.Endpoint) (dialect Dialect, known bool) {
	dialect, known = f.speaker(endpoint.Dialect)
	if !known {
		return Dialect{}, false
	}
	_, drawn := f.config.Formats[endpoint.Channel]
	return dialect, drawn || !endpoint.Channel.Chat()
}

// speaker finds a dialect by its name.
func (f *Fanout) speaker(name webhook.Dialect) (Dialect, bool) {
	i := slices.IndexFunc(f.config.Dialects, func(d Dialect) bool {
		return webhook.Dialect(d.Codec.Dialect()) == name
	})
	if i < 0 {
		return Dialect{}, false
	}
	return f.config.Dialects[i], true
}

// subject is what an event is about, and its version then: the dialect's noun
// or, of the core's own sales, the order. Every event about either writes its
// row, so that the versions count them: a refund comes behind its sale and
// behind the refunds before it.
func subject(event pay.Event) (string, int64) {
	if event.Noun.ID != "" {
		return event.Noun.ID, event.Noun.Row
	}
	if event.Sale == nil {
		return "", 0
	}
	return string(event.Sale.Order.ID), event.Sale.Order.Row
}

// ordered brings headers into one order, so that a retry after a restart sends
// them as the first attempt did.
func ordered(headers map[string]string) []webhook.Header {
	list := make([]webhook.Header, 0, len(headers))
	for name, value := range headers {
		list = append(list, webhook.Header{Name: name, Value: value})
	}
	slices.SortFunc(list, func(a, b webhook.Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}
