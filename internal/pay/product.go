package pay

import (
	"context"
	"net/url"
	"time"

	"tillway/internal/fault"
)

// ProductID is "PROD_" and 22 base62 characters.
type ProductID string

// VersionID is "PVER_" and 22 base62 characters: one immutable state of a product.
type VersionID string

// Limits of products (spec/pancake.md §5.6).
const (
	maxProductName        = 64
	maxProductDescription = 10_000
	maxSuccessURL         = 512
	maxMetadataKeys       = 50
)

// ProductStatus says whether a product is for sale in one environment.
type ProductStatus string

// The states of a product.
const (
	ProductActive   ProductStatus = "active"
	ProductInactive ProductStatus = "inactive"
)

// Product is a thing for sale: a pointer to one immutable version per
// environment. Version ids are "" where it was never published.
type Product struct {
	ID          ProductID
	Store       StoreID
	TestVersion VersionID
	ProdVersion VersionID
	TestStatus  ProductStatus
	ProdStatus  ProductStatus
	Version     int64 // of this row
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Status is the product's state in an environment.
func (p Product) Status(env Env) ProductStatus {
	if env == Prod {
		return p.ProdStatus
	}
	return p.TestStatus
}

// Current is the version sold in an environment, "" if there is none.
func (p Product) Current(env Env) VersionID {
	if env == Prod {
		return p.ProdVersion
	}
	return p.TestVersion
}

// ProductVersion is what a buyer sees and pays for. It never changes.
type ProductVersion struct {
	ID          VersionID
	Product     ProductID
	Number      int64 // 1, 2, …
	Name        string
	Description string // Markdown; "" is none
	Prices      Prices
	Media       []Media
	SuccessURL  string // "" is none
	Metadata    string // a JSON object
	CreatedAt   time.Time
}

// Media is a picture or film of a product.
type Media struct {
	Type      string `json:"type"` // "image" or "video"
	URL       string `json:"url"`
	Alt       string `json:"alt,omitempty"`
	Thumbnail string `json:"thumbnail,omitempty"`
}

type productRecords interface {
	// Product errors: NotFound "product_not_found".
	Product(ProductID) (Product, error)
	ProductVersion(VersionID) (ProductVersion, error)
	InsertProduct(Product)
	InsertProductVersion(ProductVersion)
	UpdateProduct(Product)
}

// ErrProductNotFound is the answer to an unknown product.
var ErrProductNotFound = fault.New(fault.NotFound, "product_not_found", "Product not found")

// NewProduct is the input of CreateProduct.
type NewProduct struct {
	ID          ProductID
	VersionID   VersionID
	Actor       Actor
	Store       StoreID
	Name        string
	Description string
	Prices      Prices
	Media       []Media
	SuccessURL  string
	Metadata    string // a JSON object, "" is {}
	Keys        int    // how many keys Metadata has at its top
	At          time.Time
}

// Validate checks every field that needs no look-up.
func (in NewProduct) Validate() error {
	if _, err := CleanText("name", in.Name, 1, maxProductName); err != nil {
		return err
	}
	if _, err := CleanText("description", in.Description, 0, maxProductDescription); err != nil {
		return err
	}
	if _, err := NewPrices(in.Prices); err != nil {
		return err
	}
	if err := CheckSuccessURL(in.SuccessURL); err != nil {
		return err
	}
	if in.Keys > maxMetadataKeys {
		return fault.Invalidf("metadata", "too_many_keys", "metadata must not have more than %d keys", maxMetadataKeys)
	}
	for _, m := range in.Media {
		if m.Type != "image" && m.Type != "video" {
			return fault.Invalidf("media", "bad_media", "Invalid media type %q: it must be 'image' or 'video'", m.Type)
		}
		if m.URL == "" {
			return MissingField("media.url")
		}
		if !isWebURL(m.URL) || (m.Thumbnail != "" && !isWebURL(m.Thumbnail)) {
			return fault.Invalidf("media", "bad_media", "media url and thumbnail must be http or https addresses")
		}
	}
	return nil
}

// CreateProduct makes a product on sale in the caller's environment and
// inactive in the other one (spec/pancake.md §5.6, §13 row 9).
// Errors: Invalid fields, ErrStoreNotFound, ErrNoStoreAccess.
func CreateProduct(_ context.Context, tx Tx, in NewProduct) (ProductDetail, error) {
	if _, err := tx.Store(in.Store); err != nil {
		return ProductDetail{}, err
	}
	if err := Permit(tx, in.Actor, in.Store, Admin); err != nil {
		return ProductDetail{}, err
	}
	name, _ := CleanText("name", in.Name, 1, maxProductName)
	if in.Metadata == "" {
		in.Metadata = "{}"
	}
	v := ProductVersion{
		ID: in.VersionID, Product: in.ID, Number: 1, Name: name, Description: in.Description, Prices: in.Prices,
		Media: in.Media, SuccessURL: in.SuccessURL, Metadata: in.Metadata, CreatedAt: in.At,
	}
	p := Product{
		ID: in.ID, Store: in.Store, TestStatus: ProductInactive, ProdStatus: ProductInactive,
		Version: 1, CreatedAt: in.At, UpdatedAt: in.At,
	}
	if in.Actor.Env == Prod {
		p.ProdVersion, p.ProdStatus = v.ID, ProductActive
	} else {
		p.TestVersion, p.TestStatus = v.ID, ProductActive
	}
	tx.InsertProductVersion(v)
	tx.InsertProduct(p)
	return ProductDetail{Product: p, Current: v, Env: in.Actor.Env}, nil
}

// ProductDetail is a product as one environment sees it.
type ProductDetail struct {
	Product
	Current ProductVersion
	Env     Env
}

// CheckSuccessURL accepts "" and http(s) addresses of at most 512 characters.
func CheckSuccessURL(raw string) error {
	if raw == "" {
		return nil
	}
	if len(raw) > maxSuccessURL {
		return fault.Invalidf("successUrl", "too_long", "successUrl must not exceed %d characters", maxSuccessURL)
	}
	if !isWebURL(raw) {
		return fault.Invalidf("successUrl", "bad_url", "successUrl must be an http or https address")
	}
	return nil
}

func isWebURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
