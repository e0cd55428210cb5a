package cart

import (
	"context"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Bounds of the catalogue.
const (
	MostProducts     = 100
	UsualProducts    = 20
	maxProductSearch = 64 // characters, as many as a product's name
)

// Sorting is the order of a catalogue.
type Sorting string

// The orders.
const (
	Newest Sorting = "newest"
	Oldest Sorting = "oldest"
)

// CatalogueQuery asks for a page of what a store sells.
type CatalogueQuery struct {
	Store  pay.StoreID
	Env    pay.Env
	Search string // a part of the title, in either case
	Sort   Sorting
	Limit  int
	Offset int
}

// CataloguePage is one page, and how many there are.
type CataloguePage struct {
	Products []Variant
	Total    int
}

// Validate checks the query. Errors: Invalid "limit", "offset", "query" and "sort".
func (q CatalogueQuery) Validate() error {
	switch {
	case q.Limit < 1 || q.Limit > MostProducts:
		return fault.Invalidf("limit", "bad_limit", "limit must be between 1 and %d", MostProducts)
	case q.Offset < 0:
		return fault.Invalidf("offset", "bad_offset", "offset must not be negative")
	case q.Sort != Newest && q.Sort != Oldest:
		return fault.Invalidf("sort", "bad_sort", "sort must be newest or oldest")
	}
	_, err := pay.CleanText("query", q.Search, 0, maxProductSearch)
	return err
}

// List lists what a store sells in an environment.
func (c *Carts) List(ctx context.Context, core *pay.Core, query CatalogueQuery) (page CataloguePage, err error) {
	if err := query.Validate(); err != nil {
		return CataloguePage{}, err
	}
	err = core.View(ctx, func(r pay.Records) (err error) {
		page, err = c.records(r).Products(query)
		return err
	})
	return page, err
}
