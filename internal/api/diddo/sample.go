package diddo

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tillway/internal/cart"
	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

// SampleNames lists the events there are samples of: all that an endpoint may
// ask for.
func (Codec) SampleNames() []string { return slices.Concat(eventNames, reservedEvents) }

// Sample renders a sample of an event as its delivery would be. Its bytes
// depend on the arguments alone. Errors: Invalid event "unknown_event".
func (Codec) Sample(name string, in webhook.SampleIn) (body []byte, headers map[string]string, err error) {
	wire, _, err := sample(name, in)
	if err != nil {
		return nil, nil, err
	}
	return wire.encode()
}

// SampleCard draws the same for people, with the errors of Sample.
func (c Codec) SampleCard(name string, in webhook.SampleIn, language format.Language) (format.Card, error) {
	wire, storeName, err := sample(name, in)
	if err != nil {
		return format.Card{}, err
	}
	return c.card(wire, storeName, in.At, language), nil
}

func sample(name string, in webhook.SampleIn) (eventWire, string, error) {
	if !slices.Contains(Codec{}.SampleNames(), name) {
		return eventWire{}, "", fault.Invalidf("event", "unknown_event", "There is no event %q", fault.Echo(name)).
			WithHint("The events are " + strings.Join(Codec{}.SampleNames(), ", "))
	}
	made := sampler{in}
	snapshot := made.snapshot(name)
	wire := eventWire{
		ID: eventID(string(in.Delivery), name), Type: name, CreatedAt: timeOf(in.At), Livemode: in.Env == webhook.Prod, Data: fromSnapshot(snapshot),
	}
	switch name {
	case orderSubmitted, cartSubmitted:
		wire.Data.orderTold = fromOrder(snapshot)
	case returnInitiated, refundIssued:
		wire.Data.orderTold, wire.Data.Refund = fromOrder(snapshot), fromRefund(made.refund(name))
	}
	return wire, in.StoreName, nil
}

// sampler makes the data of samples.
type sampler struct{ in webhook.SampleIn }

// bits belong to the delivery, so that another sample is of another checkout.
func (s sampler) bits(of string) uuid.UUID {
	hash := sha256.Sum256([]byte("sample " + of + " " + string(s.in.Delivery)))
	return uuid.UUID(hash[:16])
}

func (s sampler) ulid(of string) string {
	bits := s.bits(of)
	bits[0] = 0x01 // the first characters are a time of our age
	bits[1] &= 0x9f
	return id.FormatULID(bits)
}

// snapshot is of a checkout as it is when an event of the name is told. The buyer
// is nobody: example.com belongs to no one.
func (s sampler) snapshot(name string) cart.Snapshot {
	usd := func(minor int64) money.Amount { return money.New(minor, "USD") }
	pin := func(title, description string, price int64) *cart.Pin {
		return &cart.Pin{Title: title, Description: description, Price: usd(price)}
	}
	made := cart.Snapshot{
		Checkout: cart.CheckoutID(s.ulid("checkout")), Cart: cart.ID(s.ulid("cart")), Origin: cart.ID(s.ulid("template")),
		Store: pay.StoreID(s.in.Store), StoreName: s.in.StoreName, Method: "Standard",
		Subtotal: usd(11850), Shipping: usd(495), Tax: usd(0), Total: usd(12345),
		Lines: []cart.SoldLine{
			{Available: true, Line: cart.Line{
				Variant: pay.ProductID(id.Format(id.Product, s.bits("jersey"))), Quantity: 1,
				Choices: []cart.Choice{{Key: "name", Text: "DOE"}, {Key: "size", Values: []string{"L"}}},
				Pin:     pin("Home Jersey", "This season's shirt", 8950),
			}},
			{Available: true, Line: cart.Line{
				Variant: pay.ProductID(id.Format(id.Product, s.bits("scarf"))), Quantity: 2, Pin: pin("Scarf", "Knitted", 1450),
			}},
		},
	}
	if name == checkoutInitialized {
		made.Status = cart.CheckoutInitialized
		return made
	}
	made.Email = "jane.doe@example.com"
	made.Buyer = pay.Buyer{
		FirstName: "Jane", LastName: "Doe", Phone: "+15550100", Address1: "1 Main St", City: "Springfield", Province: "IL", Postcode: "62701", Country: "US",
	}
	if name == checkoutInProgress {
		made.Status = cart.CheckoutInProgress
		return made
	}
	made.Option = connector.Card
	declined := &cart.Failure{Code: string(connector.ReasonInsufficientFunds), Message: "The card has insufficient funds"}
	switch name {
	case checkoutFailed:
		made.Status, made.Failure = cart.CheckoutFailed, declined
	case checkoutCancelled:
		made.Status, made.Reason, made.Failure = cart.CheckoutCancelled, cart.TooManyFailures, declined
	default:
		made.Status, made.Order, made.OrderNumber = cart.CheckoutSucceeded, pay.OrderID(id.Format(id.Order, s.bits("order"))), cart.OrderNumber(made.Cart)
	}
	return made
}

// refund is of one scarf.
func (s sampler) refund(name string) pay.Refund {
	made := pay.Refund{ID: pay.RefundID(id.Format(id.Refund, s.bits("refund"))), Amount: money.New(1450, "USD"), Reason: "wrong colour", State: pay.RefundSucceeded}
	if name == returnInitiated {
		made.State = pay.RefundRequested
	}
	return made
}
