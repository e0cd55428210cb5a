package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// ProductStatusChange is the input of ChangeProductStatus.
type ProductStatusChange struct {
	ID     ProductID
	Actor  Actor
	Status ProductStatus
	At     time.Time
}

// Validate checks the status.
func (in ProductStatusChange) Validate() error {
	if in.Status != ProductActive && in.Status != ProductInactive {
		return errBadStatus
	}
	return nil
}

var errBadStatus = fault.Invalidf("status", "bad_status", "Invalid or missing status (must be 'active' or 'inactive')")

// ChangeProductStatus puts a product on sale in the actor's environment, or
// takes it off. Sessions that are open go on (spec/pancake.md §5.6).
// Errors: Invalid "status"; those of editable; ErrNoVersion.
func ChangeProductStatus(_ context.Context, tx Tx, in ProductStatusChange) (ProductDetail, error) {
	product, err := editable(tx, in.Actor, in.ID)
	if err != nil {
		return ProductDetail{}, err
	}
	if product.Current(in.Actor.Env) != "" && product.Status(in.Actor.Env) != in.Status {
		product.sell(in.Actor.Env, in.Status)
		product.UpdatedAt = in.At
		tx.UpdateProduct(product)
	}
	return product.detail(tx, in.Actor.Env)
}
