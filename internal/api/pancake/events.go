package pancake

import (
	"time"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook/format"
)

// The names of events (spec/pancake.md §10.5).
const (
	orderCompleted        = "order.completed" // pay.OrderDone
	paymentSucceeded      = "subscription.payment_succeeded"
	subscriptionActivated = "subscription.activated"
	subscriptionRenewed   = "subscription.renewed"
	subscriptionRecovered = "subscription.recovered"
	planChanged           = "subscription.plan_changed"
	planChangeScheduled   = "subscription.plan_change_scheduled"
	planChangeFailed      = "subscription.plan_change_failed"
	subscriptionCanceling = "subscription.canceling"
	subscriptionRestored  = "subscription.uncanceled"
	subscriptionCanceled  = "subscription.canceled"
	subscriptionPastDue   = "subscription.past_due"
	refundSucceeded       = "refund.succeeded" // pay.RefundDone
	refundFailed          = "refund.failed"    // pay.RefundNotDone
	// subscriptionUpdated was dropped by the newest SDK and is still accepted.
	subscriptionUpdated = "subscription.updated"
)

// eventNames are the names an endpoint may ask for.
var eventNames = []string{
	orderCompleted,
	paymentSucceeded, subscriptionActivated, subscriptionRenewed, subscriptionRecovered,
	planChanged, planChangeScheduled, planChangeFailed,
	subscriptionCanceling, subscriptionRestored, subscriptionCanceled, subscriptionPastDue,
	refundSucceeded, refundFailed,
	subscriptionUpdated,
}

// Codec renders events of the core as webhook bodies and as cards for chats
// (spec/pancake.md §10.3–10.6).
type Codec struct {
	// PublicURL is where people reach the server. Cards lead there; "" leads
	// nowhere.
	PublicURL string
}

// Dialect names the endpoints the codec renders for.
func (Codec) Dialect() string { return Name }

// Names lists what this dialect calls the event; none when it has no name for it,
// or when the event tells of another dialect's sale.
func (Codec) Names(event pay.Event) []string {
	if event.Dialect != "" {
		return nil
	}
	if name, told := eventNameOf[event.Type]; told {
		return []string{name}
	}
	return nil
}

// eventNameOf is what the core's events are called here.
var eventNameOf = map[pay.EventType]string{
	pay.OrderDone: orderCompleted, pay.RefundDone: refundSucceeded, pay.RefundNotDone: refundFailed,
}

// Encode renders one delivery. Its bytes depend on the arguments alone, since
// they are signed and resent as they are. Errors: Internal "no_codec" for an
// event or a name that Names does not give.
func (Codec) Encode(event pay.Event, deliveryID string, at time.Time, name string) (body []byte, headers map[string]string, err error) {
	wire, err := fromEvent(event, name)
	if err != nil {
		return nil, nil, err
	}
	wire.ID, wire.Timestamp = deliveryID, timeOf(at)
	return wire.encode()
}

// Card draws the same for people, with the errors of Encode.
func (c Codec) Card(event pay.Event, at time.Time, name string, language format.Language) (format.Card, error) {
	wire, err := fromEvent(event, name)
	if err != nil {
		return format.Card{}, err
	}
	return c.card(wire, at, language), nil
}

// encode makes the bytes and the headers of a delivery.
func (w eventWire) encode() (body []byte, headers map[string]string, err error) {
	if body, err = api.Encode(w); err != nil {
		return nil, nil, err
	}
	return body, map[string]string{"Content-Type": "application/json", "X-Waffo-Event": w.EventType}, nil
}

// fromEvent translates an event of the core under one of its names. ID and
// Timestamp belong to the delivery and are left to the caller.
func fromEvent(event pay.Event, name string) (eventWire, error) {
	if own, told := eventNameOf[event.Type]; !told || own != name || event.Sale == nil {
		return eventWire{}, noCodec(event, name)
	}
	wire := eventWire{EventType: name, StoreID: string(event.Store), StoreName: event.Sale.StoreName, Mode: string(event.Env)}
	refund := ""
	switch {
	case event.Type == pay.OrderDone:
		wire.Data = fromSale(*event.Sale)
	case event.Refund != nil:
		wire.Data, refund = fromRefund(*event.Sale, *event.Refund), string(event.Refund.ID)
	default:
		return eventWire{}, noCodec(event, name)
	}
	wire.EventID = wire.Data.eventID(name, refund, event.At)
	return wire, nil
}

func noCodec(event pay.Event, name string) error {
	return fault.New(fault.Internal, "no_codec", "There is no pancake body for "+string(event.Type)+" as "+name)
}
