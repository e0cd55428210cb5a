package pancake

import "tillway/internal/api"

// createProductWire is the request of onetime-product/create-product
// (spec/pancake.md §5.6).
type createProductWire struct {
	StoreID     string               `json:"storeId"`
	Name        string               `json:"name"`
	Description string               `json:"description"`
	Prices      map[string]priceWire `json:"prices"`
	Media       []mediaWire          `json:"media"`
	SuccessURL  string               `json:"successUrl"`
	Metadata    map[string]api.Raw   `json:"metadata"`
}

// updateProductWire is the request of onetime-product/update-product. What is
// absent stays.
type updateProductWire struct {
	ID          string               `json:"id"`
	Name        *string              `json:"name"`
	Description api.Optional[string] `json:"description"`
	Prices      map[string]priceWire `json:"prices"`
	Media       *[]mediaWire         `json:"media"`
	SuccessURL  api.Optional[string] `json:"successUrl"`
	Metadata    *map[string]api.Raw  `json:"metadata"`
}

// publishProductWire is the request of onetime-product/publish-product.
type publishProductWire struct {
	ID string `json:"id"`
}

// productStatusWire is the request of onetime-product/update-status.
type productStatusWire struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// priceWire is a price in one currency, by whose code it is filed. Amounts are
// display strings in major units.
type priceWire struct {
	Amount      string `json:"amount"`
	TaxCategory string `json:"taxCategory"`
}

type mediaWire struct {
	Type      string `json:"type"`
	URL       string `json:"url"`
	Alt       string `json:"alt,omitempty"`
	Thumbnail string `json:"thumbnail,omitempty"`
}

// productWire is a one-time product as the caller's environment sees it.
type productWire struct {
	ID          string               `json:"id"`
	StoreID     string               `json:"storeId"`
	Name        string               `json:"name"`
	Description *string              `json:"description"`
	Prices      map[string]priceWire `json:"prices"`
	Media       []mediaWire          `json:"media"`
	SuccessURL  *string              `json:"successUrl"`
	Metadata    api.Raw              `json:"metadata"`
	Status      string               `json:"status"`
	CreatedAt   string               `json:"createdAt"`
	UpdatedAt   string               `json:"updatedAt"`
}

type productAnswerWire struct {
	Product productWire `json:"product"`
}
