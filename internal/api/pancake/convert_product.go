package pancake

import (
	"context"
	"maps"
	"slices"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// maxMetadata bounds metadata as JSON, in bytes: it travels in every event.
const maxMetadata = 16 << 10

func (d *dialect) toNewProduct(_ context.Context, call *api.Call, wire createProductWire) (pay.NewProduct, error) {
	if err := require(text("storeId", wire.StoreID), text("name", wire.Name), field{"prices", wire.Prices == nil}); err != nil {
		return pay.NewProduct{}, err
	}
	if err := checkID("storeId", id.Store, wire.StoreID); err != nil {
		return pay.NewProduct{}, err
	}
	prices, err := toPrices(wire.Prices)
	if err != nil {
		return pay.NewProduct{}, err
	}
	metadata, err := toMetadata(wire.Metadata)
	if err != nil {
		return pay.NewProduct{}, err
	}
	return pay.NewProduct{
		ID: pay.ProductID(call.IDs().New(id.Product)), VersionID: pay.VersionID(call.IDs().New(id.ProductVersion)),
		Actor: call.Actor(), Store: pay.StoreID(wire.StoreID), Name: wire.Name, Description: wire.Description,
		Prices: prices, Media: toMedia(wire.Media), SuccessURL: wire.SuccessURL, Metadata: metadata, Keys: len(wire.Metadata), At: call.At,
	}, nil
}

func toPrices(wire map[string]priceWire) (pay.Prices, error) {
	var list []pay.Price
	for _, code := range slices.Sorted(maps.Keys(wire)) {
		currency, err := money.ParseCurrency(code)
		if err != nil {
			return nil, inField("prices", err)
		}
		price, err := toPrice("prices."+code, currency, wire[code])
		if err != nil {
			return nil, err
		}
		list = append(list, price)
	}
	return pay.NewPrices(list)
}

func toMedia(wire []mediaWire) []pay.Media {
	media := make([]pay.Media, 0, len(wire))
	for _, m := range wire {
		media = append(media, pay.Media(m))
	}
	return media
}

// toMetadata is a JSON object with its members in order of name.
func toMetadata[V any](wire map[string]V) (string, error) {
	if len(wire) == 0 {
		return "{}", nil
	}
	encoded, err := api.Encode(wire)
	if err != nil {
		return "", err
	}
	if len(encoded) > maxMetadata {
		return "", fault.Invalidf("metadata", "metadata_too_large", "metadata must not exceed %d bytes as JSON", maxMetadata)
	}
	return string(encoded), nil
}

// createProduct makes a product. Real money's side of a store stays closed
// until it is approved (spec/pancake.md §3.1 step 6).
func createProduct(ctx context.Context, tx pay.Tx, in pay.NewProduct) (pay.ProductDetail, error) {
	store, err := tx.Store(in.Store)
	if err != nil {
		return pay.ProductDetail{}, err
	}
	if err := pay.Permit(tx, in.Actor, store.ID, pay.Admin); err != nil {
		return pay.ProductDetail{}, err
	}
	if in.Actor.Env == pay.Prod {
		if err := store.OpenIn(pay.Prod); err != nil {
			return pay.ProductDetail{}, err
		}
	}
	return pay.CreateProduct(ctx, tx, in)
}

func fromProduct(_ *api.Call, p pay.ProductDetail) any {
	prices := make(map[string]priceWire, len(p.Current.Prices))
	for _, price := range p.Current.Prices {
		prices[string(price.Amount.Currency())] = priceWire{Amount: price.Amount.String(), TaxCategory: string(price.TaxCategory)}
	}
	media := make([]mediaWire, 0, len(p.Current.Media))
	for _, m := range p.Current.Media {
		media = append(media, mediaWire(m))
	}
	return success(productAnswerWire{Product: productWire{
		ID: string(p.ID), StoreID: string(p.Store), Name: p.Current.Name, Description: textOrNull(p.Current.Description),
		Prices: prices, Media: media, SuccessURL: textOrNull(p.Current.SuccessURL), Metadata: api.Raw(p.Current.Metadata),
		Status: string(p.Status(p.Env)), CreatedAt: timeOf(p.CreatedAt), UpdatedAt: timeOf(p.UpdatedAt),
	}})
}
