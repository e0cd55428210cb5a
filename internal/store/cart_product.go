package store

import (
	"strings"

	"tillway/internal/cart"
	"tillway/internal/pay"
)

// The version that an environment sells is found by its column; $2 says which.
const catalogue = ` FROM products p
	JOIN product_versions v ON v.id = CASE WHEN $2 = 'prod' THEN p.prod_version ELSE p.test_version END
	WHERE p.store_id = $1 AND LOWER(v.name) LIKE $3`

const (
	countCatalogue  = `SELECT COUNT(*)` + catalogue
	catalogueColumn = `SELECT CASE WHEN $2 = 'prod' THEN p.prod_status ELSE p.test_status END,
	v.id, v.product_id, v.name, v.description, v.prices, v.media, v.metadata` + catalogue
	selectCatalogueNewest = catalogueColumn + ` ORDER BY p.created_at DESC, p.id DESC LIMIT $4 OFFSET $5`
	selectCatalogueOldest = catalogueColumn + ` ORDER BY p.created_at, p.id LIMIT $4 OFFSET $5`
)

// Products lists a page of what a store sells in an environment, and counts it.
func (r cartRecords) Products(query cart.CatalogueQuery) (page cart.CataloguePage, err error) {
	search := "%" + likeText(strings.ToLower(strings.TrimSpace(query.Search))) + "%"
	if err := r.QueryRow(countCatalogue, query.Store, query.Env, search).Scan(&page.Total); err != nil {
		return page, err
	}
	statement := selectCatalogueNewest
	if query.Sort == cart.Oldest {
		statement = selectCatalogueOldest
	}
	rows, err := r.Query(statement, query.Store, query.Env, search, query.Limit, query.Offset)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		var status pay.ProductStatus
		var version pay.ProductVersion
		var prices, media string
		err := rows.Scan(&status, &version.ID, &version.Product, &version.Name, &version.Description, &prices, &media, &version.Metadata)
		if err != nil {
			return page, err
		}
		if version.Prices, err = decodePrices(prices); err != nil {
			return page, err
		}
		if err := fromJSON(media, &version.Media); err != nil {
			return page, err
		}
		page.Products = append(page.Products, cart.VariantOf(status, version))
	}
	return page, rows.Err()
}

// likeText takes the meaning from what LIKE reads as a pattern: a letter that
// stands for itself is what each of these becomes, which finds a little more.
func likeText(text string) string {
	return strings.NewReplacer("%", "_", `\`, "_").Replace(text)
}
