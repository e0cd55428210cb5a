package diddo

import (
	"context"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// listProducts answers GET /products.
func (d *dialect) listProducts(ctx context.Context, call *api.Call) (pay.Answer, error) {
	query, err := queryOf(call)
	if err != nil {
		return pay.Answer{}, err
	}
	for _, filter := range absentFilters {
		if query.Has(filter) {
			return pay.Answer{}, noFilter(filter)
		}
	}
	limit, err := toNumber(query, "limit", cart.UsualProducts, 1, cart.MostProducts)
	if err != nil {
		return pay.Answer{}, err
	}
	offset, err := toNumber(query, "offset", 0, 0, unlimited)
	if err != nil {
		return pay.Answer{}, err
	}
	search, _, err := toText(query, "query")
	if err != nil {
		return pay.Answer{}, err
	}
	sort, _, err := toText(query, "sort")
	if err != nil {
		return pay.Answer{}, err
	}
	return d.products(ctx, call, cart.CatalogueQuery{Search: search, Sort: cart.Sorting(sort), Limit: limit, Offset: offset})
}

// absentFilters are named in the documentation, and nothing of this catalogue is
// what they ask for (spec/diddo.md §4). Who filters by them is not to take all
// products for what was asked for.
var absentFilters = []string{"player", "team", "tags", "media"}

func noFilter(name string) error {
	return fault.Invalidf(name, "unknown_filter", "Products cannot be filtered by %s", name).WithHint("Search their titles with query")
}

// searchProducts answers POST /products, which asks the same in a body.
func (d *dialect) searchProducts(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var wire searchWire
	if err := call.Decode(&wire); err != nil {
		return pay.Answer{}, err
	}
	for i, asked := range []api.Raw{wire.Player, wire.Team, wire.Tags, wire.Media} {
		if len(asked) > 0 {
			return pay.Answer{}, noFilter(absentFilters[i])
		}
	}
	return d.products(ctx, call, cart.CatalogueQuery{
		Search: wire.Query, Sort: cart.Sorting(wire.Sort), Limit: toInt(wire.Limit, cart.UsualProducts), Offset: toInt(wire.Offset, 0),
	})
}

// toInt reads a whole number; what is none, or too great, is out of every bound.
func toInt(number *api.Number, usual int) int {
	if number == nil {
		return usual
	}
	value, whole := number.Int64()
	if !whole || value < 0 || value > unlimited {
		return -1
	}
	return int(value)
}

func (d *dialect) products(ctx context.Context, call *api.Call, query cart.CatalogueQuery) (pay.Answer, error) {
	query.Store, query.Env = call.Actor().Store, call.Actor().Env
	if query.Sort == "" {
		query.Sort = cart.Newest
	}
	page, err := d.Carts.List(ctx, call.Core, query)
	if err != nil {
		return pay.Answer{}, err
	}
	var store pay.Store
	err = call.Core.View(ctx, func(r pay.Records) (err error) {
		store, err = r.StoreEver(query.Store)
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	list := productListWire{Products: []productWire{}, Total: page.Total, Limit: query.Limit, Offset: query.Offset}
	for _, product := range page.Products {
		list.Products = append(list.Products, fromProduct(store, product))
	}
	return api.Document(http.StatusOK, list)
}

// fromProduct shows a product and its one variant, in the currency that a cart
// with nothing else would have.
func fromProduct(store pay.Store, v cart.Variant) productWire {
	wire := productWire{
		ID: string(v.Product), Title: v.Title, Description: v.Description, Images: []string{}, Store: string(store.ID),
		Variants: []variantWire{{
			ID: string(v.Product), Title: v.Title, Marketplace: store.Name, Description: v.Description, IsAvailable: v.Available,
			Price: fromMoney(v.Price()),
		}},
		Customizations: []optionWire{},
	}
	for _, media := range v.Media {
		if media.Type == "image" {
			wire.Images = append(wire.Images, media.URL)
		}
	}
	for _, option := range v.Options {
		values := option.Values
		if values == nil {
			values = []string{}
		}
		wire.Customizations = append(wire.Customizations, optionWire{
			Key: option.Key, Type: string(option.Type), Required: option.Required, Options: values,
		})
	}
	return wire
}
