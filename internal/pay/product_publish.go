package pay

import (
	"context"
	"time"
)

// Publication is the input of PublishProduct.
type Publication struct {
	ID    ProductID
	Actor Actor
	At    time.Time
}

// PublishProduct shows the version of the test environment in the live one too.
// The first publication puts the product on sale there; later ones leave it on
// sale or not, as it was. Publishing again is legal (spec/pancake.md §5.6, §13
// row 8). The answer is the product as the actor's environment sees it.
// Errors: those of editable; ErrNoVersion without a test version.
func PublishProduct(_ context.Context, tx Tx, in Publication) (ProductDetail, error) {
	product, err := editable(tx, in.Actor, in.ID)
	if err != nil {
		return ProductDetail{}, err
	}
	if product.TestVersion == "" {
		return ProductDetail{}, ErrNoVersion.WithHint("The product was made in the live environment and has nothing to publish")
	}
	if product.ProdVersion != product.TestVersion {
		if product.ProdVersion == "" {
			product.ProdStatus = ProductActive
		}
		product.ProdVersion, product.UpdatedAt = product.TestVersion, in.At
		tx.UpdateProduct(product)
	}
	return product.detail(tx, in.Actor.Env)
}
