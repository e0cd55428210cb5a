package diddo

import "tillway/internal/api"

// searchWire is the request of POST /products; GET has the same in its query.
type searchWire struct {
	Limit  *api.Number `json:"limit"`
	Offset *api.Number `json:"offset"`
	Query  string      `json:"query"`
	Sort   string      `json:"sort"`
	// These are refused, in the order of absentFilters.
	Player api.Raw `json:"player"`
	Team   api.Raw `json:"team"`
	Tags   api.Raw `json:"tags"`
	Media  api.Raw `json:"media"`
}

// productWire is a product (spec/diddo.md §4).
type productWire struct {
	ID             string        `json:"id"`
	Title          string        `json:"title"`
	Description    string        `json:"description"`
	Images         []string      `json:"images"`
	Store          string        `json:"store"`
	Variants       []variantWire `json:"variants"`
	Customizations []optionWire  `json:"customizations"`
}

type optionWire struct {
	Key      string   `json:"key"`
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Options  []string `json:"options"`
}

type productListWire struct {
	Products []productWire `json:"products"`
	Total    int           `json:"total"`
	Limit    int           `json:"limit"`
	Offset   int           `json:"offset"`
}
