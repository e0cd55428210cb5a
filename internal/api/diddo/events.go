package diddo

import (
	"crypto/sha256"
	"slices"
	"time"

	"github.com/google/uuid"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook/format"
)

// The names of events (spec/diddo.md §3).
const (
	checkoutInitialized = "checkout.initialized"
	checkoutInProgress  = "checkout.in_progress"
	checkoutSucceeded   = "checkout.succeeded"
	checkoutFailed      = "checkout.failed"
	checkoutCancelled   = "checkout.cancelled"
	orderSubmitted      = "order.submitted"
	// The documentation named these once.
	cartSubmitted   = "cart.submitted"
	returnInitiated = "return.initiated"
	refundIssued    = "refund.issued"
)

// eventNames are the names a subscription may ask for; reservedEvents are more
// of them where the store has diddo.reserved_events on.
var (
	eventNames     = []string{checkoutInitialized, checkoutInProgress, checkoutSucceeded, checkoutFailed, checkoutCancelled, orderSubmitted}
	reservedEvents = []string{cartSubmitted, returnInitiated, refundIssued}
)

// namesOf is what the core's and the carts' events are called here, in the order
// in which they are told.
var namesOf = map[pay.EventType][]string{
	cart.Initialized:     {checkoutInitialized},
	cart.Progressed:      {checkoutInProgress},
	cart.Failed:          {checkoutFailed},
	cart.Cancelled:       {checkoutCancelled},
	cart.ReturnInitiated: {returnInitiated},
	pay.OrderDone:        {checkoutSucceeded, orderSubmitted, cartSubmitted},
	pay.RefundDone:       {refundIssued},
}

// userAgent is how the requests introduce themselves (spec/diddo.md §3).
const userAgent = "Diddo-Webhooks/1.0"

// Codec renders events of the core as webhook bodies and as cards for chats.
type Codec struct {
	// PublicURL is where people reach the server. Cards lead there; "" leads
	// nowhere.
	PublicURL string
}

// Dialect names the endpoints the codec renders for.
func (Codec) Dialect() string { return Name }

// Names lists what this dialect calls the event; none when it is of another
// dialect's sale, or has no name here.
func (Codec) Names(event pay.Event) []string {
	if event.Dialect != cart.Dialect {
		return nil
	}
	return slices.Clone(namesOf[event.Type])
}

// Encode renders one delivery. Its bytes depend on the event and the name alone,
// so that every subscription gets the same. Errors: Internal "no_codec" for an
// event or a name that Names does not give, "bad_noun".
func (Codec) Encode(event pay.Event, _ string, at time.Time, name string) (body []byte, headers map[string]string, err error) {
	wire, _, err := fromEvent(event, at, name)
	if err != nil {
		return nil, nil, err
	}
	return wire.encode()
}

// Card draws the same for people, with the errors of Encode.
func (c Codec) Card(event pay.Event, at time.Time, name string, language format.Language) (format.Card, error) {
	wire, storeName, err := fromEvent(event, at, name)
	if err != nil {
		return format.Card{}, err
	}
	return c.card(wire, storeName, at, language), nil
}

// encode makes the bytes and the headers of a delivery. X-Diddo-Delivery, which
// tells attempts apart, comes with the signature.
func (w eventWire) encode() (body []byte, headers map[string]string, err error) {
	if body, err = api.Encode(w); err != nil {
		return nil, nil, err
	}
	return body, map[string]string{
		"Content-Type": "application/json", "User-Agent": userAgent, "X-Diddo-Event": w.Type, "X-Diddo-Event-Id": w.ID,
	}, nil
}

// fromEvent translates an event under one of its names.
func fromEvent(event pay.Event, at time.Time, name string) (wire eventWire, storeName string, err error) {
	if event.Dialect != cart.Dialect || !slices.Contains(namesOf[event.Type], name) {
		return eventWire{}, "", noCodec(event, name)
	}
	snapshot, err := cart.SnapshotOf(event.Noun)
	if err != nil {
		return eventWire{}, "", err
	}
	wire = eventWire{
		ID: eventID(string(event.ID), name), Type: name, CreatedAt: timeOf(at), Livemode: event.Env == pay.Prod, Data: fromSnapshot(snapshot),
	}
	switch name {
	case orderSubmitted, cartSubmitted:
		wire.Data.orderTold = fromOrder(snapshot)
	case returnInitiated, refundIssued:
		if event.Refund == nil {
			return eventWire{}, "", noCodec(event, name)
		}
		wire.Data.orderTold, wire.Data.Refund = fromOrder(snapshot), fromRefund(*event.Refund)
	}
	return wire, snapshot.StoreName, nil
}

// eventID is derived, because one event of the core has several names here and
// each has an id of its own.
func eventID(event, name string) string {
	return uuid.NewHash(sha256.New(), uuid.Nil, []byte(event+"/"+name), 8).String()
}

func noCodec(event pay.Event, name string) error {
	return fault.New(fault.Internal, "no_codec", "There is no diddo body for "+string(event.Type)+" as "+name)
}
