package wayl

import (
	"time"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/webhook/format"
)

// The names of events (spec/wayl.md §6). Only the first is documented; it is
// what a successful payment sends.
const (
	orderCreated = "order.created" // pay.OrderDone
	orderUpdated = "order.updated" // link.Updated
)

// eventNames are the names an endpoint may ask for.
var eventNames = []string{orderCreated, orderUpdated}

// eventNameOf is what the core's events are called here. Refunds have no event
// of their own: the last of a link's money is told as its status Returned.
var eventNameOf = map[pay.EventType]string{pay.OrderDone: orderCreated, link.Updated: orderUpdated}

// Codec renders events of links as webhook bodies and as cards for chats
// (spec/wayl.md §6).
type Codec struct {
	// PublicURL is where people reach the server. Cards lead there; "" leads
	// nowhere.
	PublicURL string
}

// Dialect names the endpoints the codec renders for.
func (Codec) Dialect() string { return Name }

// Names lists what this dialect calls the event; none of another dialect's sale.
func (Codec) Names(event pay.Event) []string {
	if name, told := eventNameOf[event.Type]; told && event.Dialect == link.Dialect {
		return []string{name}
	}
	return nil
}

// Encode renders one delivery. Its bytes depend on the arguments alone, since
// they are signed and resent as they are; neither the delivery nor its time is
// in them, as in Wayl's own. Errors: Internal "no_codec" for an event or a name
// that Names does not give.
func (c Codec) Encode(event pay.Event, _ string, _ time.Time, name string) (body []byte, headers map[string]string, err error) {
	snapshot, err := c.snapshot(event, name)
	if err != nil {
		return nil, nil, err
	}
	return fromSnapshot(snapshot, name).encode()
}

// Card draws the same for people, with the errors of Encode.
func (c Codec) Card(event pay.Event, at time.Time, name string, language format.Language) (format.Card, error) {
	snapshot, err := c.snapshot(event, name)
	if err != nil {
		return format.Card{}, err
	}
	return c.card(snapshot, name, event.Env, at, language), nil
}

// encode makes the bytes and the headers of a delivery.
func (w eventWire) encode() (body []byte, headers map[string]string, err error) {
	if body, err = api.Encode(w); err != nil {
		return nil, nil, err
	}
	return body, map[string]string{"Content-Type": "application/json"}, nil
}

// snapshot is the link that an event tells of.
func (c Codec) snapshot(event pay.Event, name string) (link.Snapshot, error) {
	if names := c.Names(event); len(names) == 0 || names[0] != name {
		return link.Snapshot{}, fault.New(fault.Internal, "no_codec", "There is no wayl body for "+string(event.Type)+" as "+name)
	}
	return link.ReadSnapshot(event.Noun)
}
