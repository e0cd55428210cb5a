package link

import (
	"tillway/internal/id"
	"tillway/internal/pay"
)

// ProductQuery asks for the newest products of a store.
type ProductQuery struct {
	Store pay.StoreID
	Take  int
	Skip  int
}

type productRecords interface {
	// Products lists a store's products, newest first.
	Products(ProductQuery) ([]pay.Product, error)
}

// Product is a product as Wayl shows it: in the live environment where it is
// published there, else as it is in the test environment.
type Product struct {
	pay.ProductDetail
	StoreSlug string
}

// Products lists a store's products, newest first.
func (l *Links) Products(r pay.Records, query ProductQuery) ([]Product, error) {
	store, err := r.Store(query.Store)
	if err != nil {
		return nil, err
	}
	rows, err := l.rows(r).Products(query)
	if err != nil {
		return nil, err
	}
	list := make([]Product, 0, len(rows))
	for _, row := range rows {
		shown, err := shownProduct(r, row, store)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}

// Product is one product of a store. Errors: pay.ErrProductNotFound.
func (l *Links) Product(r pay.Records, store pay.StoreID, product string) (Product, error) {
	if _, err := id.Parse(id.Product, product); err != nil {
		return Product{}, pay.ErrProductNotFound
	}
	row, err := r.Product(pay.ProductID(product))
	if err != nil {
		return Product{}, err
	}
	if row.Store != store {
		return Product{}, pay.ErrProductNotFound
	}
	seller, err := r.Store(store)
	if err != nil {
		return Product{}, err
	}
	return shownProduct(r, row, seller)
}

func shownProduct(r pay.Records, product pay.Product, store pay.Store) (Product, error) {
	env := pay.Prod
	if product.Current(env) == "" {
		env = pay.Test
	}
	version, err := r.ProductVersion(product.Current(env))
	return Product{pay.ProductDetail{Product: product, Current: version, Env: env}, store.Slug}, err
}
