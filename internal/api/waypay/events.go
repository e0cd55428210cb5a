package waypay

import (
	"time"

	"tillway/internal/fault"
	"tillway/internal/intent"
	"tillway/internal/pay"
	"tillway/internal/webhook/format"
)

// statusChanged is the only event there is (spec/waypay.md §6).
const statusChanged = "TransactionStatusChanged"

// eventNames are the names an endpoint may ask for.
var eventNames = []string{statusChanged}

// Codec renders events of the core as webhook bodies and as cards for chats
// (spec/waypay.md §6).
type Codec struct {
	// PublicURL is where people reach the server. Cards lead there; "" leads
	// nowhere.
	PublicURL string
}

// Dialect names the endpoints the codec renders for.
func (Codec) Dialect() string { return Name }

// Names lists what this dialect calls the event: the one name it has, when the
// event changed the status of a transaction of its own.
func (Codec) Names(event pay.Event) []string {
	if event.Dialect != intent.Dialect {
		return nil
	}
	if change, err := intent.ReadSnapshot(event); err != nil || !change.Changed {
		return nil
	}
	return []string{statusChanged}
}

// Encode renders one delivery. Its bytes depend on the arguments alone, since
// they are signed and resent as they are. Errors: Internal "no_codec" for an
// event or a name that Names does not give, "bad_snapshot".
func (Codec) Encode(event pay.Event, deliveryID string, at time.Time, name string) (body []byte, headers map[string]string, err error) {
	wire, err := fromEvent(event, deliveryID, at, name)
	if err != nil {
		return nil, nil, err
	}
	return wire.encode()
}

// Card draws the same for people, with the errors of Encode.
func (c Codec) Card(event pay.Event, at time.Time, name string, language format.Language) (format.Card, error) {
	if err := check(event, name); err != nil {
		return format.Card{}, err
	}
	change, err := intent.ReadSnapshot(event)
	if err != nil {
		return format.Card{}, err
	}
	return c.card(change, event.Env, at, language), nil
}

// fromEvent translates an event of the core under one of its names.
func fromEvent(event pay.Event, deliveryID string, at time.Time, name string) (eventWire, error) {
	if err := check(event, name); err != nil {
		return eventWire{}, err
	}
	change, err := intent.ReadSnapshot(event)
	if err != nil {
		return eventWire{}, err
	}
	return fromSnapshot(change, occasion{delivery: deliveryID, store: event.Store, env: event.Env, at: at})
}

// check refuses what is not this dialect's to tell.
func check(event pay.Event, name string) error {
	if event.Dialect == intent.Dialect && name == statusChanged {
		return nil
	}
	return fault.New(fault.Internal, "no_codec", "There is no waypay body for "+string(event.Type)+" as "+name)
}
