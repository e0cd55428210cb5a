package diddo

// deliveryWire is the request of POST /checkout/shipping (spec/diddo.md §5). A
// customer's token means its newest cart when none is named.
type deliveryWire struct {
	CartID    *string        `json:"cart_id"`
	BuyerInfo *buyerInfoWire `json:"buyer_info"`
}

// buyerInfoWire is a customer as checkouts have one; its lines of the address
// are spelled without the underscore of carts.
type buyerInfoWire struct {
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Address1     string `json:"address1"`
	Address2     string `json:"address2"`
	City         string `json:"city"`
	ProvinceCode string `json:"province_code"`
	CountryCode  string `json:"country_code"`
	PostalCode   string `json:"postal_code"`
	Email        string `json:"email"`
	Phone        string `json:"phone"`
}

// begunWire is the answer of POST /checkout/begin/{cart_id}.
type begunWire struct {
	CheckoutID     string    `json:"checkout_id"`
	CartID         string    `json:"cart_id"` // of the live cart
	TemplateCartID *string   `json:"template_cart_id"`
	Status         string    `json:"status"`
	Amount         moneyWire `json:"amount"`
	URL            string    `json:"url"`
	ExpiresAt      string    `json:"expires_at"`
}

// oldCheckoutWire is the answer of POST /checkout/{cart_id}.
type oldCheckoutWire struct {
	URL string `json:"url"`
}

// tokenWire is the request of POST /checkout/cst: what is known of the customer.
type tokenWire struct {
	BuyerIdentity *identityWire `json:"buyer_identity"`
}

type tokenAnswerWire struct {
	CST string `json:"cst"`
}

// keyWire is the answer of /auth/api-key (spec/diddo.md §1).
type keyWire struct {
	APIKey string `json:"api_key"`
	Mode   string `json:"mode"`
}
