package wayl

// productSummaryWire is a product as GET /products/{productId} gives it
// (spec/wayl.md §4).
type productSummaryWire struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Price       *string `json:"price"` // whole dinars, as text; null without a price in dinars
	Status      string  `json:"status"`
	URL         string  `json:"url"`
	Image       *string `json:"image"`
	Tags        string  `json:"tags"`
	Description string  `json:"description"`
}

// productWire is a product as lists give it. Tillway keeps no stock and no
// discounts, so that every product is unlimited and at its price.
type productWire struct {
	productSummaryWire
	CreatedAt      string   `json:"createdAt"`
	UpdatedAt      string   `json:"updatedAt"`
	ProductType    string   `json:"productType"`
	Downloadable   bool     `json:"downloadable"`
	DiscountType   *string  `json:"discountType"`
	DiscountExpiry *string  `json:"discountExpiry"`
	DiscountValue  *int     `json:"discountValue"`
	Inventories    []object `json:"inventories"`
	Qt             int      `json:"qt"`
	Unlimited      bool     `json:"unlimited"`
	NotifyOn       int      `json:"notifyOn"`
}

// channelWire is a way to pay.
type channelWire struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Icon string `json:"icon"`
}

// object is a JSON object of which nothing is said.
type object struct{}
