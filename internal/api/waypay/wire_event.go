package waypay

import "tillway/internal/api"

// eventWire is the body of a webhook, in the order of the source's sample
// (spec/waypay.md §6).
type eventWire struct {
	ID         string        `json:"id"` // 32 hex digits
	Type       string        `json:"type"`
	Created    int64         `json:"created"` // unix seconds
	LiveMode   bool          `json:"livemode"`
	Data       eventDataWire `json:"data"`
	APIVersion string        `json:"api_version"`
}

type eventDataWire struct {
	TransactionID        string  `json:"TransactionId"`
	PreviousStatus       string  `json:"PreviousStatus"`
	CurrentStatus        string  `json:"CurrentStatus"`
	Amount               api.Raw `json:"Amount"` // two decimals
	Currency             string  `json:"Currency"`
	Reason               *string `json:"Reason"`
	TransactionReference string  `json:"TransactionReference"`
	CustomerRef          *string `json:"CustomerRef"` // a customerTextWire as JSON
	OrderRef             string  `json:"OrderRef"`    // an orderTextWire as JSON
	MerchantID           string  `json:"MerchantId"`
	Timestamp            string  `json:"Timestamp"`
	MetadataJSON         *string `json:"MetadataJson,omitempty"` // as it was supplied
}

// orderTextWire is what OrderRef holds.
type orderTextWire struct {
	OrderRef string  `json:"OrderRef"`
	Discount *string `json:"Discount"`
	Tax      *string `json:"Tax"`
}

// customerTextWire is what CustomerRef holds.
type customerTextWire struct {
	Name            *string `json:"Name"`
	Email           *string `json:"Email"`
	CNIC            *string `json:"Cnic"`
	Phone           *string `json:"Phone"`
	ShippingAddress api.Raw `json:"ShippingAddress"`
	EstimatedDays   api.Raw `json:"EstimatedDays"`
}

// eventTime has seven fraction digits and a numeric zone, as .NET writes it.
const eventTime = "2006-01-02T15:04:05.0000000-07:00"
