package pancake

import (
	"context"

	"tillway/internal/api"
	"tillway/internal/id"
	"tillway/internal/pay"
)

func (d *dialect) toProductUpdate(_ context.Context, call *api.Call, wire updateProductWire) (pay.ProductUpdate, error) {
	product, err := toProductID(wire.ID)
	if err != nil {
		return pay.ProductUpdate{}, err
	}
	in := pay.ProductUpdate{
		ID: product, VersionID: pay.VersionID(call.IDs().New(id.ProductVersion)), Actor: call.Actor(),
		Description: toChange(wire.Description), SuccessURL: toChange(wire.SuccessURL), At: call.At,
	}
	if wire.Name != nil {
		in.Name = pay.To(*wire.Name)
	}
	if wire.Prices != nil {
		prices, err := toPrices(wire.Prices)
		if err != nil {
			return pay.ProductUpdate{}, err
		}
		in.Prices = pay.To(prices)
	}
	if wire.Media != nil {
		in.Media = pay.To(toMedia(*wire.Media))
	}
	if wire.Metadata != nil {
		metadata, err := toMetadata(*wire.Metadata)
		if err != nil {
			return pay.ProductUpdate{}, err
		}
		in.Metadata, in.Keys = pay.To(metadata), len(*wire.Metadata)
	}
	return in, nil
}

func (d *dialect) toPublication(_ context.Context, call *api.Call, wire publishProductWire) (pay.Publication, error) {
	product, err := toProductID(wire.ID)
	return pay.Publication{ID: product, Actor: call.Actor(), At: call.At}, err
}

func (d *dialect) toProductStatus(_ context.Context, call *api.Call, wire productStatusWire) (pay.ProductStatusChange, error) {
	product, err := toProductID(wire.ID)
	return pay.ProductStatusChange{ID: product, Actor: call.Actor(), Status: pay.ProductStatus(wire.Status), At: call.At}, err
}

func toProductID(raw string) (pay.ProductID, error) {
	if err := require(text("id", raw)); err != nil {
		return "", err
	}
	return pay.ProductID(raw), checkID("id", id.Product, raw)
}
