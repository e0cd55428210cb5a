package pancake

import "encoding/json"

// previewTaxWire is the request of checkout/preview-tax, which is no route of
// the vendor's (spec/pancake.md §13 row 19).
type previewTaxWire struct {
	CheckoutSessionID string       `json:"checkoutSessionId"`
	BillingDetail     *billingWire `json:"billingDetail"`
}

// taxPreviewWire is the response: what an order would be asked for.
type taxPreviewWire struct {
	Currency  string      `json:"currency"`
	Subtotal  string      `json:"subtotal"`
	TaxAmount string      `json:"taxAmount"`
	TaxRate   json.Number `json:"taxRate"` // per cent: 19
	TaxName   string      `json:"taxName"`
	Total     string      `json:"total"`
}
