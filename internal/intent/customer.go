package intent

import (
	"encoding/json"
	"strings"

	"tillway/internal/pay"
)

// OrderRef is how the merchant names an order, with what the page shows beside
// it. Discount and tax are texts that never alter the amount (spec/waypay.md §4).
type OrderRef struct {
	OrderRef string  `json:"orderRef"`
	Discount *string `json:"discount,omitempty"` // nil when it was not sent
	Tax      *string `json:"tax,omitempty"`
}

// Customer is what the merchant told of the buyer, as it was sent. A member that
// was not sent is nil.
type Customer struct {
	Name            *string         `json:"name,omitempty"`
	Email           *string         `json:"email,omitempty"`
	CNIC            *string         `json:"cnic,omitempty"` // 13 digits
	Phone           *string         `json:"phone,omitempty"`
	ShippingAddress json.RawMessage `json:"shippingAddress,omitempty"` // a text or an object
	EstimatedDays   json.RawMessage `json:"estimatedDays,omitempty"`   // a text or a number
}

// IsZero reports whether nothing was told.
func (c Customer) IsZero() bool {
	return c.Name == nil && c.Email == nil && c.CNIC == nil && c.Phone == nil && c.ShippingAddress == nil && c.EstimatedDays == nil
}

// maxAddress is how much of an address a page shows, in characters.
const maxAddress = 255

// buyer is what the checkout page has prefilled.
func (c Customer) buyer() pay.Buyer {
	buyer := pay.Buyer{Name: text(c.Name), Phone: text(c.Phone), NationalID: text(c.CNIC)}
	// An address that is no text, or does not fit into one line, is not for a page.
	var address string
	if json.Unmarshal(c.ShippingAddress, &address) == nil {
		buyer.Address1, _ = pay.CleanText("address", strings.Join(strings.Fields(address), " "), 0, maxAddress)
	}
	return buyer
}

// email is the buyer's address, "" when it was not told.
func (c Customer) email() string { return text(c.Email) }

func text(given *string) string {
	if given == nil {
		return ""
	}
	return *given
}
