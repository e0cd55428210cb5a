package pancake

import "tillway/internal/api"

// planChangeWire are the fields that make a plan change of a checkout session
// (spec/pancake.md §9).
type planChangeWire struct {
	OriginOrderID      *string `json:"originOrderId"`
	ChangeTiming       *string `json:"changeTiming"`
	ChangeAmount       *string `json:"changeAmount"`
	ChangeCreditAmount *string `json:"changeCreditAmount"`
}

// visitorSessionWire is the request of checkout/create-session as a visitor may
// make it: what it does not have is dropped without an error (spec/pancake.md §3.3).
type visitorSessionWire struct {
	planChangeWire
	ProductID     string       `json:"productId"`
	Currency      string       `json:"currency"`
	BuyerEmail    string       `json:"buyerEmail"`
	BillingDetail *billingWire `json:"billingDetail"`
	SuccessURL    string       `json:"successUrl"`
	DarkMode      *bool        `json:"darkMode"`
	Language      string       `json:"language"`
}

// merchantSessionWire is the same request signed by a merchant (spec/pancake.md §5.9).
type merchantSessionWire struct {
	visitorSessionWire
	PriceSnapshot           *priceWire        `json:"priceSnapshot"`
	WithTrial               *bool             `json:"withTrial"` // of no effect on a one-time product
	ExpiresInSeconds        *api.Number       `json:"expiresInSeconds"`
	Metadata                map[string]string `json:"metadata"`
	OrderMerchantExternalID string            `json:"orderMerchantExternalId"`
	IncludePaymentMethods   []string          `json:"includePaymentMethods"`
	ExcludePaymentMethods   []string          `json:"excludePaymentMethods"`
}

// billingWire is where and as what a buyer pays.
type billingWire struct {
	Country      string `json:"country"`
	IsBusiness   bool   `json:"isBusiness"`
	Postcode     string `json:"postcode,omitempty"`
	State        string `json:"state,omitempty"`
	BusinessName string `json:"businessName,omitempty"`
	TaxID        string `json:"taxId,omitempty"`
}

// sessionWire is the response.
type sessionWire struct {
	SessionID   string `json:"sessionId"`
	CheckoutURL string `json:"checkoutUrl"`
	ExpiresAt   string `json:"expiresAt"`
}

// languages are the 22 tags of the cashier (spec/pancake.md §2.4).
var languages = []string{
	"en", "pt-BR", "es-MX", "id-ID", "vi-VN", "ru-RU", "en-KE", "es-PE", "es-CO", "es-CL", "zh-Hant-TW",
	"zh-Hant-HK", "th-TH", "ja-JP", "en-NG", "ko-KR", "en-HK", "zh-Hans-HK", "pl-PL", "tr-TR", "zh-Hans", "ms-MY",
}
