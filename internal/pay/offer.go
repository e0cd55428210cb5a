package pay

import (
	"context"
	"slices"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
)

// Offer is what a product's permanent page shows (spec/pancake.md §1).
type Offer struct {
	Store   Store
	Product ProductVersion
	Price   Price
	// Currencies are those in which the product has a price that can be charged.
	Currencies []money.Currency
}

// OfferQuery asks for an Offer. Slug may be one that the store had before.
type OfferQuery struct {
	Slug     string
	Product  ProductID
	Env      Env
	Currency string // "" leaves it to the product: US dollars, else its first price
}

// LookAtOffer tells what anybody with a product's link may see. It changes
// nothing. The Offer carries the store also when a later check failed, so that
// a page can say who is not selling.
// Errors: ErrStoreNotFound; ErrProductNotFound for a product that is unknown,
// of another store, inactive, or not published in the environment;
// ErrStoreInactive; NotEnabled "prod_not_enabled", and "no_connector" for real
// money that nobody can take; Invalid "currency".
func (c *Core) LookAtOffer(ctx context.Context, in OfferQuery) (Offer, error) {
	var offer Offer
	err := c.View(ctx, func(r Records) error { return offer.read(r, in, c.serves) })
	return offer, err
}

// serves reports whether a connector takes a method and currency.
type serves func(Env, connector.Method, money.Currency) bool

func (o *Offer) read(r Records, in OfferQuery, served serves) (err error) {
	*o = Offer{}
	if o.Store, err = r.StoreBySlug(in.Slug); err != nil {
		return err
	}
	if _, err := id.Parse(id.Product, string(in.Product)); err != nil {
		return ErrProductNotFound // what stands in an address may be anything
	}
	product, err := r.Product(in.Product)
	if err != nil {
		return err
	}
	version := product.Current(in.Env)
	if product.Store != o.Store.ID || product.Status(in.Env) != ProductActive || version == "" {
		return ErrProductNotFound
	}
	if err := o.Store.OpenIn(in.Env); err != nil {
		return err
	}
	if o.Product, err = r.ProductVersion(version); err != nil {
		return err
	}
	instructions, err := r.ManualInstructions(o.Store.ID)
	if err != nil {
		return err
	}
	return o.price(in, instructions, served)
}

// price chooses one of the prices that can be charged, as CreateSession would.
func (o *Offer) price(in OfferQuery, instructions string, served serves) error {
	wanted, unserved := in.Currency, false
	for _, price := range o.Product.Prices {
		currency := price.Amount.Currency()
		methods, err := NewSession{Currency: currency}.methods(instructions)
		if err != nil {
			continue // nothing is charged in it
		}
		if in.Env == Prod && !slices.ContainsFunc(methods, func(m connector.Method) bool { return served(in.Env, m, currency) }) {
			unserved = unserved || wanted == "" || string(currency) == wanted
			continue
		}
		o.Currencies = append(o.Currencies, currency)
		chosen := string(currency) == wanted || wanted == "" && (currency == "USD" || !o.Price.Amount.IsSet())
		if chosen {
			o.Price = price
		}
	}
	switch {
	case o.Price.Amount.IsSet():
		return nil
	case unserved:
		return noConnector(in.Env, o.Store.ID)
	default:
		return fault.Invalidf("currency", "no_price", "Product has no price in %s that can be charged", wanted)
	}
}
