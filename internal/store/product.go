package store

import (
	"encoding/json"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const productColumns = `id, store_id, test_version, prod_version, test_status, prod_status, version, created_at, updated_at`

const selectProduct = `SELECT ` + productColumns + ` FROM products WHERE id = $1`

// Product reads one product.
func (r records) Product(id pay.ProductID) (pay.Product, error) {
	return scanProduct(r.QueryRow(selectProduct, id))
}

func scanProduct(row sqldb.Row) (p pay.Product, err error) {
	var created, updated int64
	err = row.Scan(&p.ID, &p.Store, &p.TestVersion, &p.ProdVersion, &p.TestStatus, &p.ProdStatus, &p.Version, &created, &updated)
	p.CreatedAt, p.UpdatedAt = sqldb.Moment(created), sqldb.Moment(updated)
	return p, absent(err, pay.ErrProductNotFound)
}

const insertProduct = `INSERT INTO products (` + productColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// InsertProduct writes a new product.
func (r records) InsertProduct(p pay.Product) {
	r.tx.Exec(insertProduct, p.ID, p.Store, p.TestVersion, p.ProdVersion, p.TestStatus, p.ProdStatus,
		p.Version, sqldb.Micros(p.CreatedAt), sqldb.Micros(p.UpdatedAt))
}

const updateProduct = `UPDATE products SET test_version = $3, prod_version = $4, test_status = $5, prod_status = $6,
	updated_at = $7, version = version + 1 WHERE id = $1 AND version = $2`

// UpdateProduct writes a product back if nobody else has since it was read.
func (r records) UpdateProduct(p pay.Product) {
	r.tx.ExecOne(updateProduct, p.ID, p.Version, p.TestVersion, p.ProdVersion, p.TestStatus, p.ProdStatus, sqldb.Micros(p.UpdatedAt))
}

const productVersionColumns = `id, product_id, number, name, description, prices, media, success_url, metadata, created_at`

const selectProductVersion = `SELECT ` + productVersionColumns + ` FROM product_versions WHERE id = $1`

// ProductVersion reads one immutable version.
func (r records) ProductVersion(id pay.VersionID) (v pay.ProductVersion, err error) {
	var created int64
	var prices, media string
	err = r.QueryRow(selectProductVersion, id).Scan(&v.ID, &v.Product, &v.Number, &v.Name, &v.Description,
		&prices, &media, &v.SuccessURL, &v.Metadata, &created)
	if err != nil {
		return v, absent(err, pay.ErrProductNotFound)
	}
	v.CreatedAt = sqldb.Moment(created)
	if v.Prices, err = decodePrices(prices); err != nil {
		return v, err
	}
	return v, fromJSON(media, &v.Media)
}

const insertProductVersion = `INSERT INTO product_versions (` + productVersionColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// InsertProductVersion writes a version, which never changes after.
func (r records) InsertProductVersion(v pay.ProductVersion) {
	r.tx.Exec(insertProductVersion, v.ID, v.Product, v.Number, v.Name, v.Description,
		encodePrices(v.Prices), toJSON(v.Media), v.SuccessURL, v.Metadata, sqldb.Micros(v.CreatedAt))
}

const lastVersionNumber = `SELECT COALESCE(MAX(number), 0) FROM product_versions WHERE product_id = $1`

// LastVersionNumber is the number of a product's newest version.
func (r records) LastVersionNumber(id pay.ProductID) (n int64, err error) {
	err = r.QueryRow(lastVersionNumber, id).Scan(&n)
	return n, err
}

// storedPrice is one price inside the JSON of a version.
type storedPrice struct {
	Currency    money.Currency  `json:"currency"`
	Minor       int64           `json:"minor"`
	TaxCategory pay.TaxCategory `json:"taxCategory"`
}

func encodePrices(prices pay.Prices) string {
	list := make([]storedPrice, len(prices))
	for i, p := range prices {
		list[i] = storedPrice{p.Amount.Currency(), p.Amount.Minor(), p.TaxCategory}
	}
	return toJSON(list)
}

func decodePrices(text string) (pay.Prices, error) {
	var list []storedPrice
	if err := fromJSON(text, &list); err != nil {
		return nil, err
	}
	prices := make(pay.Prices, len(list))
	for i, p := range list {
		prices[i] = pay.Price{Amount: money.New(p.Minor, p.Currency), TaxCategory: p.TaxCategory}
	}
	return prices, nil
}

// toJSON renders a value of our own types, which cannot fail.
func toJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fault.New(fault.Internal, "bad_json", "A row could not be rendered").WithCause(err))
	}
	return string(text)
}

// fromJSON reads what toJSON wrote; "" leaves the value as it is.
func fromJSON(text string, into any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fault.New(fault.Internal, "bad_json", "A stored value is damaged").WithCause(err)
	}
	return nil
}
