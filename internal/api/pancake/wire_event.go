package pancake

import (
	"encoding/json"

	"tillway/internal/api"
)

// eventWire is the envelope of a webhook. The order of its fields is the order
// of the bytes.
type eventWire struct {
	ID        string        `json:"id"`
	Timestamp string        `json:"timestamp"`
	EventType string        `json:"eventType"`
	EventID   string        `json:"eventId"`
	StoreID   string        `json:"storeId"`
	StoreName string        `json:"storeName"`
	Mode      string        `json:"mode"`
	Data      eventDataWire `json:"data"`
}

// eventDataWire is the data of every event (spec/pancake.md §10.5): what all
// have, at most one amount with its parts, and at most one block. What is not
// known is absent, never filled with a zero.
type eventDataWire struct {
	OrderID                       string         `json:"orderId"`
	OrderStatus                   string         `json:"orderStatus,omitempty"` // not of subscription.payment_succeeded
	BuyerEmail                    string         `json:"buyerEmail"`
	MerchantProvidedBuyerIdentity string         `json:"merchantProvidedBuyerIdentity,omitempty"`
	OrderMerchantExternalID       string         `json:"orderMerchantExternalId,omitempty"`
	RefundMerchantExternalID      string         `json:"refundTicketMerchantExternalId,omitempty"` // of refunds
	Currency                      string         `json:"currency"`
	BillingDetail                 *billingWire   `json:"billingDetail,omitempty"`
	OrderMetadata                 api.Raw        `json:"orderMetadata,omitempty"`
	PeriodNumber                  int            `json:"periodNumber,omitempty"`          // of what belongs to a subscription, from 1
	ChargedAmount                 string         `json:"chargedAmount,omitempty"`         // of payments
	RefundedAmount                string         `json:"refundedAmount,omitempty"`        // of refunds
	OriginalChargedAmount         string         `json:"originalChargedAmount,omitempty"` // of refunds
	ListPrice                     *breakdownWire `json:"listPrice,omitempty"`             // of payments
	PlanPrice                     *breakdownWire `json:"planPrice,omitempty"`             // of a subscription's status
	OriginalPayment               *breakdownWire `json:"originalPayment,omitempty"`       // of refunds
	Amount                        string         `json:"amount"`
	TaxAmount                     string         `json:"taxAmount"`
	TaxRate                       json.Number    `json:"taxRate"` // a fraction: 0.19
	TaxName                       string         `json:"taxName"`
	Subtotal                      string         `json:"subtotal"`
	Total                         string         `json:"total"`
	ProductName                   string         `json:"productName"`
	ProductDescription            string         `json:"productDescription,omitempty"`
	ProductMetadata               api.Raw        `json:"productMetadata,omitempty"`
	*paymentBlockWire
	*subscriptionBlockWire
	*refundBlockWire
}

// paymentBlockWire is of order.completed and subscription.payment_succeeded.
type paymentBlockWire struct {
	PaymentID            string `json:"paymentId"`
	PaymentStatus        string `json:"paymentStatus"`
	PaymentMethod        string `json:"paymentMethod"`
	PaymentLast4         string `json:"paymentLast4,omitempty"`
	PaymentFailureReason string `json:"paymentFailureReason,omitempty"`
	PaymentDate          string `json:"paymentDate"` // a date
}

// subscriptionBlockWire is of every event of a subscription's status.
type subscriptionBlockWire struct {
	BillingPeriod      string `json:"billingPeriod"`
	CurrentPeriodStart string `json:"currentPeriodStart"` // a date
	CurrentPeriodEnd   string `json:"currentPeriodEnd"`   // a date
	CanceledAt         string `json:"canceledAt,omitempty"`
}

// refundBlockWire is of refund.succeeded and refund.failed.
type refundBlockWire struct {
	RefundStatus    string `json:"refundStatus"`
	RefundReason    string `json:"refundReason"`
	RefundCreatedAt string `json:"refundCreatedAt"`
}

// breakdownWire is an amount with its parts.
type breakdownWire struct {
	Total     string      `json:"total"`
	Subtotal  string      `json:"subtotal"`
	TaxAmount string      `json:"taxAmount"`
	TaxRate   json.Number `json:"taxRate"` // per cent: 19
	TaxName   string      `json:"taxName"`
}
