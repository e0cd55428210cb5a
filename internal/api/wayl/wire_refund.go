package wayl

import (
	"encoding/json"

	"tillway/internal/api"
)

// createRefundWire is the request of POST /refunds (spec/wayl.md §3).
type createRefundWire struct {
	ReferenceID   *string     `json:"referenceId"`
	Reason        *string     `json:"reason"`
	Amount        *api.Number `json:"amount"`
	RefundMethod  *string     `json:"refundMethod"`
	AccountNumber *string     `json:"accountNumber"`
}

// refundWire is a refund.
type refundWire struct {
	ID            string      `json:"id"`
	Reason        string      `json:"reason"`
	LinkID        string      `json:"linkId"`
	ReferenceID   string      `json:"referenceId"`
	Amount        json.Number `json:"amount"` // dinars
	InitiatedBy   string      `json:"initiatedBy"`
	Status        string      `json:"status"`
	RefundMethod  *string     `json:"refundMethod"`
	AccountNumber *string     `json:"accountNumber"`
}
