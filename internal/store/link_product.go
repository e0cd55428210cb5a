package store

import (
	"tillway/internal/link"
	"tillway/internal/pay"
)

const selectStoreProducts = `SELECT ` + productColumns + ` FROM products WHERE store_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3`

// Products lists a store's products, newest first.
func (r linkRecords) Products(query link.ProductQuery) ([]pay.Product, error) {
	return list(r.Tx, scanProduct, selectStoreProducts, query.Store, query.Take, query.Skip)
}
