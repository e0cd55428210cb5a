package pancake

import (
	"encoding/json"
	"time"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// orderCompleted is what this dialect calls pay.OrderDone.
const orderCompleted = "order.completed"

// eventNames are the names an endpoint may ask for (spec/pancake.md §10.5). The
// last was dropped by the newest SDK and is still accepted.
var eventNames = []string{
	orderCompleted,
	"subscription.payment_succeeded", "subscription.activated", "subscription.renewed", "subscription.recovered",
	"subscription.plan_changed", "subscription.plan_change_scheduled", "subscription.plan_change_failed",
	"subscription.canceling", "subscription.uncanceled", "subscription.canceled", "subscription.past_due",
	"refund.succeeded", "refund.failed",
	"subscription.updated",
}

// Codec renders events of the core as webhook bodies (spec/pancake.md §10.3–10.5).
type Codec struct{}

// Dialect names the endpoints the codec renders for.
func (Codec) Dialect() string { return Name }

// Names lists what this dialect calls the event; none when it has no name for it.
func (Codec) Names(event pay.Event) []string {
	if event.Type == pay.OrderDone {
		return []string{orderCompleted}
	}
	return nil
}

// Encode renders one delivery. Its bytes depend on the arguments alone, since
// they are signed and resent as they are. Errors: Internal "no_codec" for an
// event or a name that Names does not give.
func (Codec) Encode(event pay.Event, deliveryID string, at time.Time, name string) (body []byte, headers map[string]string, err error) {
	if name != orderCompleted || event.Type != pay.OrderDone || event.Sale == nil {
		return nil, nil, fault.New(fault.Internal, "no_codec", "There is no pancake body for "+string(event.Type)+" as "+name)
	}
	body, err = api.Encode(eventWire{
		ID: deliveryID, Timestamp: timeOf(at), EventType: name, EventID: string(event.Sale.Payment.ID),
		StoreID: string(event.Store), StoreName: event.Sale.StoreName, Mode: string(event.Env), Data: fromSale(*event.Sale),
	})
	if err != nil {
		return nil, nil, err
	}
	return body, map[string]string{"Content-Type": "application/json", "X-Waffo-Event": name}, nil
}

// eventWire is the envelope of a webhook. The order of its fields is the order
// of the bytes.
type eventWire struct {
	ID        string       `json:"id"`
	Timestamp string       `json:"timestamp"`
	EventType string       `json:"eventType"`
	EventID   string       `json:"eventId"`
	StoreID   string       `json:"storeId"`
	StoreName string       `json:"storeName"`
	Mode      string       `json:"mode"`
	Data      saleDataWire `json:"data"`
}

// saleDataWire is the data of a one-time payment. What is not known is absent,
// never filled with a zero.
type saleDataWire struct {
	OrderID                       string        `json:"orderId"`
	OrderStatus                   string        `json:"orderStatus"`
	BuyerEmail                    string        `json:"buyerEmail"`
	MerchantProvidedBuyerIdentity string        `json:"merchantProvidedBuyerIdentity,omitempty"`
	OrderMerchantExternalID       string        `json:"orderMerchantExternalId,omitempty"`
	Currency                      string        `json:"currency"`
	BillingDetail                 *billingWire  `json:"billingDetail,omitempty"`
	OrderMetadata                 api.Raw       `json:"orderMetadata,omitempty"`
	ChargedAmount                 string        `json:"chargedAmount"`
	ListPrice                     breakdownWire `json:"listPrice"`
	Amount                        string        `json:"amount"`
	TaxAmount                     string        `json:"taxAmount"`
	TaxRate                       json.Number   `json:"taxRate"` // a fraction: 0.19
	TaxName                       string        `json:"taxName"`
	Subtotal                      string        `json:"subtotal"`
	Total                         string        `json:"total"`
	ProductName                   string        `json:"productName"`
	ProductDescription            string        `json:"productDescription,omitempty"`
	ProductMetadata               api.Raw       `json:"productMetadata,omitempty"`
	PaymentID                     string        `json:"paymentId"`
	PaymentStatus                 string        `json:"paymentStatus"`
	PaymentMethod                 string        `json:"paymentMethod"`
	PaymentLast4                  string        `json:"paymentLast4,omitempty"`
	PaymentFailureReason          string        `json:"paymentFailureReason,omitempty"`
	PaymentDate                   string        `json:"paymentDate"`
}

// breakdownWire is an amount with its parts.
type breakdownWire struct {
	Total     string      `json:"total"`
	Subtotal  string      `json:"subtotal"`
	TaxAmount string      `json:"taxAmount"`
	TaxRate   json.Number `json:"taxRate"` // per cent: 19
	TaxName   string      `json:"taxName"`
}

func fromSale(sale pay.Sale) saleDataWire {
	order, payment, quote := sale.Order, sale.Payment, sale.Order.Quote
	list := fromQuote(quote)
	return saleDataWire{
		OrderID: string(order.ID), OrderStatus: string(order.Status), BuyerEmail: order.BuyerEmail,
		MerchantProvidedBuyerIdentity: order.Identity, OrderMerchantExternalID: order.ExternalID,
		Currency: string(quote.Total.Currency()), BillingDetail: fromBilling(order.Billing), OrderMetadata: rawOrNull(order.Metadata),
		ChargedAmount: payment.Charged.String(), ListPrice: list, Amount: payment.Charged.String(),
		TaxAmount: list.TaxAmount, TaxRate: json.Number(quote.Rate.Rate.Fraction()), TaxName: list.TaxName,
		Subtotal: list.Subtotal, Total: list.Total,
		ProductName: sale.ProductName, ProductDescription: sale.Description, ProductMetadata: rawOrNull(sale.Metadata),
		PaymentID: string(payment.ID), PaymentStatus: string(payment.Status), PaymentMethod: string(payment.Method),
		PaymentLast4: payment.Receipt.Last4, PaymentFailureReason: string(payment.Failure), PaymentDate: dateOf(payment.PaidAt),
	}
}

func fromQuote(quote pay.Quote) breakdownWire {
	return breakdownWire{
		Total: quote.Total.String(), Subtotal: quote.Subtotal.String(), TaxAmount: quote.Tax.String(),
		TaxRate: json.Number(quote.Rate.Rate.Percent()), TaxName: quote.Rate.Name,
	}
}
