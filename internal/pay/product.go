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
	maxMedia              = 50    // ours: every checkout page of the product reads the list
	maxMediaURL           = 2_048 // ours, in bytes
	maxMediaAlt           = 1_000 // ours
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

// show points an environment at a version.
func (p *Product) show(env Env, version VersionID) {
	if env == Prod {
		p.ProdVersion = version
	} else {
		p.TestVersion = version
	}
}

// sell sets whether the product is for sale in an environment.
func (p *Product) sell(env Env, status ProductStatus) {
	if env == Prod {
		p.ProdStatus = status
	} else {
		p.TestStatus = status
	}
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
	// LastVersionNumber is the number of the newest version of a product.
	LastVersionNumber(ProductID) (int64, error)
	InsertProduct(Product)
	InsertProductVersion(ProductVersion)
	UpdateProduct(Product)
}

// ErrProductNotFound is the answer to an unknown product.
var ErrProductNotFound = fault.New(fault.NotFound, "product_not_found", "Product not found")

// ErrNoVersion is the answer to a product that an environment has none of.
var ErrNoVersion = fault.New(fault.State, "no_version", "No version in current environment").
	WithHint("Publish the product with onetime-product/publish-product")

// editable finds a product that the actor may change. An API key of the live
// environment changes nothing in a store that is not approved
// (spec/pancake.md §3.1 step 6).
// Errors: ErrProductNotFound, ErrStoreNotFound, ErrNoStoreAccess, NotEnabled
// "prod_not_enabled".
func editable(tx Tx, actor Actor, id ProductID) (Product, error) {
	product, err := tx.Product(id)
	if err != nil {
		return Product{}, err
	}
	store, err := tx.Store(product.Store)
	if err != nil {
		return Product{}, err
	}
	if err := Permit(tx, actor, store.ID, Admin); err != nil {
		return Product{}, err
	}
	if actor.Env == Prod && !store.ProdEnabled {
		return Product{}, store.notApproved()
	}
	return product, nil
}

// detail is the product as an environment sees it. Errors: ErrNoVersion.
func (p Product) detail(tx Tx, env Env) (ProductDetail, error) {
	if p.Current(env) == "" {
		return ProductDetail{}, ErrNoVersion
	}
	version, err := tx.ProductVersion(p.Current(env))
	return ProductDetail{Product: p, Current: version, Env: env}, err
}

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
	if _, err := CleanProse("description", in.Description, 0, maxProductDescription); err != nil {
		return err
	}
	if _, err := NewPrices(in.Prices); err != nil {
		return err
	}
	if err := CheckSuccessURL(in.SuccessURL); err != nil {
		return err
	}
	if err := checkMetadataKeys(in.Keys); err != nil {
		return err
	}
	return checkMedia(in.Media)
}

func checkMetadataKeys(keys int) error {
	if keys > maxMetadataKeys {
		return fault.Invalidf("metadata", "too_many_keys", "metadata must not have more than %d keys", maxMetadataKeys)
	}
	return nil
}

func checkMedia(list []Media) error {
	if len(list) > maxMedia {
		return fault.Invalidf("media", "too_many_media", "media must not have more than %d items", maxMedia)
	}
	for _, m := range list {
		if m.Type != "image" && m.Type != "video" {
			return fault.Invalidf("media", "bad_media", "Invalid media type %q: it must be 'image' or 'video'", fault.Echo(m.Type))
		}
		if m.URL == "" {
			return MissingField("media.url")
		}
		if !isWebURL(m.URL) || (m.Thumbnail != "" && !isWebURL(m.Thumbnail)) {
			return fault.Invalidf("media", "bad_media", "media url and thumbnail must be http or https addresses")
		}
		if len(m.URL) > maxMediaURL || len(m.Thumbnail) > maxMediaURL {
			return fault.Invalidf("media", "too_long", "media url and thumbnail must not exceed %d characters", maxMediaURL)
		}
		if _, err := CleanProse("media.alt", m.Alt, 0, maxMediaAlt); err != nil {
			return err
		}
	}
	return nil
}

// Recover finds the product that was made.
func (in NewProduct) Recover(r Records) (ProductDetail, bool, error) {
	product, made, err := Found(r.Product(in.ID))
	if err != nil || !made {
		return ProductDetail{}, false, err
	}
	version, err := r.ProductVersion(in.VersionID)
	return ProductDetail{Product: product, Current: version, Env: in.Actor.Env}, err == nil, err
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
	p.show(in.Actor.Env, v.ID)
	p.sell(in.Actor.Env, ProductActive)
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
