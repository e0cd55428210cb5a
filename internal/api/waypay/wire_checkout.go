package waypay

import "tillway/internal/api"

// checkoutWire is the request of Payment/initiate-checkout (spec/waypay.md §4.1).
// successUrl and cancelUrl are of its older form.
type checkoutWire struct {
	Amount        api.Number    `json:"amount"`
	Currency      string        `json:"currency"`
	Description   string        `json:"description"`
	CustomerRef   *customerWire `json:"customerRef"`
	OrderRef      *orderRefWire `json:"orderRef"`
	CallbackURL   string        `json:"callbackUrl"`
	SuccessURL    string        `json:"successUrl"`
	CancelURL     string        `json:"cancelUrl"`
	IntentType    string        `json:"intentType"`
	PaymentMethod api.Number    `json:"paymentMethod"`
	MetadataJSON  string        `json:"metadataJson"`
	Signature     string        `json:"signature"`
}

// customerWire is customerRef. The source gives no types for the last two.
type customerWire struct {
	Name            string  `json:"name"`
	Email           string  `json:"email"`
	CNIC            string  `json:"cnic"`
	Phone           string  `json:"phone"`
	ShippingAddress api.Raw `json:"shippingAddress"`
	EstimatedDays   api.Raw `json:"estimatedDays"`
}

type orderRefWire struct {
	OrderRef string  `json:"orderRef"`
	Discount *string `json:"discount"`
	Tax      *string `json:"tax"`
}

// checkoutAnswerWire has exactly these three members.
type checkoutAnswerWire struct {
	PaymentIntentID string `json:"paymentIntentId"`
	CheckoutURL     string `json:"checkoutUrl"`
	ExpiresAt       string `json:"expiresAt"`
}
