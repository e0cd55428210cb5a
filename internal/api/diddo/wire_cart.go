package diddo

import "tillway/internal/api"

// itemWire is the request of POST /cart/add and /cart/update (spec/diddo.md §4).
// Without a cart, or with null, /cart/add makes one.
type itemWire struct {
	CartID *string         `json:"cart_id"`
	Item   *itemMemberWire `json:"item"`
}

type itemMemberWire struct {
	VariantID      string              `json:"variant_id"`
	Quantity       *api.Number         `json:"quantity"`
	Customizations []customizationWire `json:"customizations"`
}

// customizationWire is how the buyer wants a product: value of a select, one or
// several, or text_value.
type customizationWire struct {
	Key       string  `json:"key"`
	Value     api.Raw `json:"value,omitempty"`
	TextValue string  `json:"text_value,omitempty"`
}

// removalWire is the request of DELETE /cart/items.
type removalWire struct {
	CartID    string `json:"cart_id"`
	VariantID string `json:"variant_id"`
}

// customerWire is the request of POST /cart/customer, whose cart is also called
// id, as in the older API.
type customerWire struct {
	CartID        string        `json:"cart_id"`
	ID            string        `json:"id"`
	BuyerIdentity *identityWire `json:"buyer_identity"`
}

// identityWire is a customer as carts have one.
type identityWire struct {
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Address1     string `json:"address_1"`
	Address2     string `json:"address_2"`
	City         string `json:"city"`
	ProvinceCode string `json:"province_code"`
	CountryCode  string `json:"country_code"`
	PostalCode   string `json:"postal_code"`
	Email        string `json:"email"`
	Phone        string `json:"phone"`
}

// methodWire is the request of POST /cart/shipping/method and
// /checkout/shipping/method. One choice is made per store.
type methodWire struct {
	CartID   *string `json:"cart_id"`
	Store    string  `json:"store"`
	MethodID string  `json:"method_id"`
}

type cartAnswerWire struct {
	Cart cartWire `json:"cart"`
}

// cartWire is a cart. CheckoutID and TemplateCartID are null where there is none.
type cartWire struct {
	ID             string          `json:"id"`
	Status         string          `json:"status"`
	Template       bool            `json:"template"`
	TemplateCartID *string         `json:"template_cart_id"`
	CheckoutID     *string         `json:"checkout_id"`
	CheckoutStatus *string         `json:"checkout_status"`
	Cost           costWire        `json:"cost"`
	BuyerIdentity  identityWire    `json:"buyer_identity"`
	Stores         []cartStoreWire `json:"stores"`
	CreatedAt      string          `json:"created_at"`
	UpdatedAt      string          `json:"updated_at"`
}

// costWire is what a cart costs. The sums are null when its products have no
// currency in common.
type costWire struct {
	IsEstimated bool       `json:"is_estimated"` // prices are of the moment, not pinned
	Subtotal    *moneyWire `json:"subtotal"`
	Tax         *moneyWire `json:"tax"`
	Shipping    *moneyWire `json:"shipping"`
	Total       *moneyWire `json:"total"`
}

type cartStoreWire struct {
	Store     string         `json:"store"`
	RequestID string         `json:"request_id"`
	CartLines []cartLineWire `json:"cart_lines"`
	Offer     offerWire      `json:"offer"`
}

type cartLineWire struct {
	Quantity       int64               `json:"quantity"`
	Variant        variantWire         `json:"variant"`
	Product        variantWire         `json:"product"`
	Customizations []customizationWire `json:"customizations"`
}

type offerWire struct {
	Subtotal        *moneyWire `json:"subtotal"`
	Margin          *moneyWire `json:"margin"`
	NotAvailableIDs []string   `json:"not_available_ids"`
}

// variantWire is a variant, and the product it is of: they are the same here.
type variantWire struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	Marketplace string    `json:"marketplace"`
	Description string    `json:"description"`
	IsAvailable bool      `json:"is_available"`
	Price       moneyWire `json:"price"`
}

type cartStatusWire struct {
	CartID         string  `json:"cart_id"`
	Status         string  `json:"status"`
	CheckoutStatus *string `json:"checkout_status"`
	OrderID        *string `json:"order_id"`
}

type shippingWire struct {
	CartID string              `json:"cart_id"`
	Stores []storeShippingWire `json:"stores"`
}

type storeShippingWire struct {
	Store   string               `json:"store"`
	Methods []shippingMethodWire `json:"methods"`
}

type shippingMethodWire struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Price    moneyWire `json:"price"`
	Selected bool      `json:"selected"`
}
