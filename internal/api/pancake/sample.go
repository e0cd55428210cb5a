package pancake

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

// SampleNames lists the events there are samples of: all that an endpoint may
// ask for.
func (Codec) SampleNames() []string { return slices.Clone(eventNames) }

// Sample renders a sample of an event as its delivery would be. Its bytes
// depend on the arguments alone. Errors: Invalid event "unknown_event".
func (Codec) Sample(name string, in webhook.SampleIn) (body []byte, headers map[string]string, err error) {
	wire, err := sample(name, in)
	if err != nil {
		return nil, nil, err
	}
	return wire.encode()
}

// SampleCard draws the same for people, with the errors of Sample.
func (c Codec) SampleCard(name string, in webhook.SampleIn, language format.Language) (format.Card, error) {
	wire, err := sample(name, in)
	if err != nil {
		return format.Card{}, err
	}
	return c.card(wire, in.At, language), nil
}

func sample(name string, in webhook.SampleIn) (eventWire, error) {
	if !slices.Contains(eventNames, name) {
		return eventWire{}, fault.Invalidf("event", "unknown_event", "There is no event %q", fault.Echo(name)).
			WithHint("The events are " + strings.Join(eventNames, ", "))
	}
	wire := eventWire{
		ID: string(in.Delivery), Timestamp: timeOf(in.At), EventType: name,
		StoreID: string(in.Store), StoreName: in.StoreName, Mode: string(in.Env),
	}
	switch made := (sampler{in}); name {
	case orderCompleted:
		wire.Data = made.sale()
	case paymentSucceeded:
		wire.Data = made.subscriptionPayment()
	case refundSucceeded, refundFailed:
		wire.Data = made.refund(name)
	default:
		wire.Data = made.subscription(name)
	}
	wire.EventID = wire.Data.eventID(name, sampler{in}.id(id.Refund), in.At)
	return wire, nil
}

// sampler makes the data of samples.
type sampler struct{ in webhook.SampleIn }

// id is an identifier that belongs to the delivery.
func (s sampler) id(prefix string) string {
	hash := sha256.Sum256([]byte("sample " + prefix + " " + string(s.in.Delivery)))
	return id.Format(prefix, uuid.UUID(hash[:16]))
}

// data is what every sample has. The buyer is nobody: example.com belongs to no one.
func (s sampler) data(status string) eventDataWire {
	return eventDataWire{
		OrderID: s.id(id.Order), OrderStatus: status, BuyerEmail: "jane.doe@example.com", MerchantProvidedBuyerIdentity: "user_1042",
		OrderMerchantExternalID: "A-1042", BillingDetail: &billingWire{Country: "DE", Postcode: "10115"},
		OrderMetadata: []byte(`{"campaign":"autumn"}`),
	}
}

func quoteOf(subtotal, tax int64) pay.Quote {
	const currency = "USD"
	return pay.Quote{
		Subtotal: money.New(subtotal, currency), Tax: money.New(tax, currency), Total: money.New(subtotal+tax, currency),
		Rate: pay.TaxRate{Name: "VAT", Rate: 190_000},
	}
}

func (s sampler) sale() eventDataWire {
	data := s.data(string(pay.OrderCompleted))
	data.guide()
	return data.paid(quoteOf(1000, 190), s)
}

// guide is what the samples of one-time sales sell.
func (d *eventDataWire) guide() {
	d.ProductName, d.ProductDescription, d.ProductMetadata = "The Complete Guide", "The whole guide as PDF and EPUB", []byte(`{"sku":"GUIDE-01"}`)
}

// plan is what the samples of subscriptions sell.
func (d *eventDataWire) plan(name string) {
	d.ProductName, d.ProductDescription, d.ProductMetadata = name, "Up to ten seats", []byte(`{"tier":"team"}`)
}

func (d eventDataWire) paid(quote pay.Quote, s sampler) eventDataWire {
	list := fromQuote(quote)
	d.ListPrice, d.ChargedAmount = &list, list.Total
	d.price(quote, list.Total)
	d.paymentBlockWire = &paymentBlockWire{
		PaymentID: s.id(id.Payment), PaymentStatus: string(pay.PaymentSucceeded), PaymentMethod: "card", PaymentLast4: "4242", PaymentDate: dateOf(s.in.At),
	}
	return d
}

// subscriptionPayment describes one charge only: no status, no period but its number.
func (s sampler) subscriptionPayment() eventDataWire {
	data := s.data("")
	data.plan("Team")
	data.PeriodNumber = 2
	return data.paid(quoteOf(1200, 228), s)
}

// subscriptionStates are what the samples of a subscription's status say of it.
var subscriptionStates = map[string]string{
	subscriptionCanceling: "canceling", subscriptionCanceled: "canceled", subscriptionPastDue: "past_due",
}

func (s sampler) subscription(name string) eventDataWire {
	status, special := subscriptionStates[name]
	if !special {
		status = "active"
	}
	data := s.data(status)
	data.plan("Team")
	data.PeriodNumber = 2
	quote, today := quoteOf(1200, 228), s.in.At.UTC()
	start := today
	switch name {
	case subscriptionActivated:
		data.PeriodNumber = 1
	case planChanged, subscriptionUpdated:
		data.plan("Business")
		quote = quoteOf(3000, 570)
	case planChangeScheduled, planChangeFailed, subscriptionCanceling, subscriptionRestored:
		// Asked for in the middle of a period.
		start = today.AddDate(0, 0, -12)
	case subscriptionCanceled:
		start = today.AddDate(0, 0, -28)
	}
	price := fromQuote(quote)
	data.PlanPrice = &price
	data.price(quote, price.Total)
	data.subscriptionBlockWire = &subscriptionBlockWire{
		BillingPeriod: "monthly", CurrentPeriodStart: dateOf(start), CurrentPeriodEnd: dateOf(monthAfter(start)),
	}
	if name == subscriptionCanceled {
		data.CanceledAt = timeOf(s.in.At)
	}
	return data
}

// monthAfter is a month later, or the month's last day where it has no such day.
func monthAfter(t time.Time) time.Time {
	later := t.AddDate(0, 1, 0)
	if later.Day() != t.Day() {
		later = later.AddDate(0, 0, -later.Day())
	}
	return later
}

// refund is of half a sale. One that failed moved nothing, so that it has no
// refundedAmount.
func (s sampler) refund(name string) eventDataWire {
	data := s.data(string(pay.OrderCompleted))
	data.guide()
	data.RefundMerchantExternalID = "R-1042"
	quote := quoteOf(1000, 190)
	original := fromQuote(quote)
	const asked = "5.95"
	data.OriginalPayment, data.OriginalChargedAmount = &original, original.Total
	data.price(quote, asked)
	data.refundBlockWire = &refundBlockWire{
		RefundStatus: "failed", RefundReason: "duplicate", RefundCreatedAt: timeOf(s.in.At.Add(-time.Minute)),
	}
	if name == refundSucceeded {
		data.RefundedAmount, data.RefundStatus = asked, "succeeded"
	}
	return data
}
