package waypay

import "tillway/internal/api"

// refundWire is the request of Refunds (spec/waypay.md §4.7).
type refundWire struct {
	TrxnRef   string     `json:"trxnRef"`
	Amount    api.Number `json:"amount"`
	Reason    string     `json:"reason"`
	Signature string     `json:"signature"`
}

// refundAnswerWire is a refund.
type refundAnswerWire struct {
	ID              string  `json:"id"`
	PaymentIntentID string  `json:"paymentIntentId"`
	Amount          api.Raw `json:"amount"`
	Currency        string  `json:"currency"`
	Reason          *string `json:"reason"`
	Status          int     `json:"status"`
	IsLive          bool    `json:"isLive"`
	RequestedAt     string  `json:"requestedAt"`
	ApprovedAt      *string `json:"approvedAt"`
	ProcessedAt     *string `json:"processedAt"`
	AttemptCount    int     `json:"attemptCount"`
}
