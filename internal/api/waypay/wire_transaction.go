package waypay

import "tillway/internal/api"

// transactionWire is the answer of Transaction/by-ref (spec/waypay.md §4.6).
// metadataJson is there when it was supplied.
type transactionWire struct {
	ID                      string  `json:"id"`
	Amount                  api.Raw `json:"amount"`
	Currency                string  `json:"currency"`
	Fee                     api.Raw `json:"fee"`
	NetAmount               api.Raw `json:"netAmount"`
	TxType                  int     `json:"txType"`
	TxnType                 string  `json:"txnType"`
	Description             string  `json:"description"`
	TransactionNotes        *string `json:"transactionNotes"`
	TxnProvider             *string `json:"txnprovider"`
	TxnRef                  string  `json:"txnRef"`
	Status                  int     `json:"status"`
	StatusText              string  `json:"statusText"`
	CreatedAtUTC            string  `json:"createdAtUtc"`
	IsLive                  bool    `json:"isLive"`
	TransactionMode         string  `json:"transactionMode"`
	MerchantOrderRef        string  `json:"merchantOrderRef"`
	PaymentIntentID         string  `json:"paymentIntentId"`
	AppliedFeeRuleName      *string `json:"appliedFeeRuleName"`
	FeeCalculationBreakdown *string `json:"feeCalculationBreakdown"`
	MetadataJSON            *string `json:"metadataJson,omitempty"`
}
