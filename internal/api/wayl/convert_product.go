package wayl

import (
	"context"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/pay"
)

// listProducts answers GET /products.
func (d *dialect) listProducts(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var found problems
	query := link.ProductQuery{Store: call.Actor().Store}
	query.Take, query.Skip = found.page(found.query(call))
	if err := found.fault(); err != nil {
		return pay.Answer{}, err
	}
	var list []link.Product
	if err := d.core.View(ctx, func(r pay.Records) (err error) {
		list, err = d.links.Products(r, query)
		return err
	}); err != nil {
		return pay.Answer{}, err
	}
	wires := make([]productWire, 0, len(list))
	for _, product := range list {
		wires = append(wires, productWire{
			productSummaryWire: d.productSummary(product), CreatedAt: timeOf(product.CreatedAt), UpdatedAt: timeOf(product.UpdatedAt),
			ProductType: "Digital", Inventories: []object{}, Unlimited: true,
		})
	}
	return ok(wires, done)
}

// getProduct answers GET /products/{productId}.
func (d *dialect) getProduct(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var product link.Product
	err := d.core.View(ctx, func(r pay.Records) (err error) {
		product, err = d.links.Product(r, call.Actor().Store, call.PathValue("productId"))
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	return ok(d.productSummary(product), done)
}

// productSummary is what both answers tell. Tags are none: the core has none.
func (d *dialect) productSummary(p link.Product) productSummaryWire {
	wire := productSummaryWire{
		ID: string(p.ID), Name: p.Current.Name, Status: "Inactive", Description: p.Current.Description,
		URL: d.publicURL + "/store/" + p.StoreSlug + "/product/" + string(p.ID),
	}
	if p.Status(p.Env) == pay.ProductActive {
		wire.Status = "Active"
	}
	if price, has := p.Current.Prices.In(link.Currency); has {
		text := string(dinarsOf(price.Amount))
		wire.Price = &text
	}
	for _, media := range p.Current.Media {
		if media.Type == "image" {
			wire.Image = textOrNull(media.URL)
			break
		}
	}
	return wire
}

// verifyKey answers GET /verify-auth-key. Whoever gets here has a good token.
func verifyKey(context.Context, *api.Call) (pay.Answer, error) {
	return ok(object{}, "Authentication key is valid")
}

// channels are the ways to pay that Wayl names (spec/wayl.md §7). They have no
// pictures here.
var channels = []channelWire{
	{ID: "card", Name: "Card"}, {ID: "qicard", Name: "QiCard"}, {ID: "zaincash", Name: "ZainCash"}, {ID: "fib", Name: "FIB"},
}

func listChannels(context.Context, *api.Call) (pay.Answer, error) { return ok(channels, done) }

// listNothing answers the lists of Wayl's subscriptions, which are not built:
// older clients read them at their start (spec/wayl.md §4).
func listNothing(context.Context, *api.Call) (pay.Answer, error) { return ok([]object{}, done) }

func noSubscription(context.Context, *api.Call) (pay.Answer, error) {
	return pay.Answer{}, fault.New(fault.NotFound, "subscription_not_found", "Subscription not found")
}
