package pay

import (
	"context"
	"slices"
	"time"
)

// ProductUpdate is the input of UpdateProduct: what is to be different in the
// actor's environment.
type ProductUpdate struct {
	ID          ProductID
	VersionID   VersionID // minted; unused when nothing is different
	Actor       Actor
	Name        Change[string]
	Description Change[string] // "" removes it
	Prices      Change[Prices]
	Media       Change[[]Media]
	SuccessURL  Change[string] // "" removes it
	Metadata    Change[string] // a JSON object
	Keys        int            // how many keys Metadata has at its top
	At          time.Time
}

// Validate checks every field that needs no look-up.
func (in ProductUpdate) Validate() error {
	for _, check := range []func() error{
		func() error { return in.Name.check(textCheck("name", 1, maxProductName)) },
		func() error { return in.Description.check(proseCheck("description", 0, maxProductDescription)) },
		func() error {
			return in.Prices.check(func(list Prices) error { _, err := NewPrices(list); return err })
		},
		func() error { return in.SuccessURL.check(CheckSuccessURL) },
		func() error { return in.Media.check(checkMedia) },
		func() error { return checkMetadataKeys(in.Keys) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// textCheck is CleanText for a Change.
func textCheck(field string, least, most int) func(string) error {
	return func(raw string) error { _, err := CleanText(field, raw, least, most); return err }
}

// proseCheck is CleanProse for a Change.
func proseCheck(field string, least, most int) func(string) error {
	return func(raw string) error { _, err := CleanProse(field, raw, least, most); return err }
}

// UpdateProduct makes a new version and shows it in the actor's environment; an
// update that changes nothing makes none. Sessions keep the version that they
// were opened with (spec/pancake.md §5.6).
// Errors: Invalid fields; those of editable; ErrNoVersion.
func UpdateProduct(_ context.Context, tx Tx, in ProductUpdate) (ProductDetail, error) {
	product, err := editable(tx, in.Actor, in.ID)
	if err != nil {
		return ProductDetail{}, err
	}
	now, err := product.detail(tx, in.Actor.Env)
	if err != nil {
		return ProductDetail{}, err
	}
	next := in.of(now.Current)
	if next.same(now.Current) {
		return now, nil
	}
	last, err := tx.LastVersionNumber(product.ID)
	if err != nil {
		return ProductDetail{}, err
	}
	next.ID, next.Number, next.CreatedAt = in.VersionID, last+1, in.At
	product.show(in.Actor.Env, next.ID)
	product.UpdatedAt = in.At
	// The product goes first: its guard makes two updates at once take turns,
	// so that no two versions get the same number.
	tx.UpdateProduct(product)
	tx.InsertProductVersion(next)
	return ProductDetail{Product: product, Current: next, Env: in.Actor.Env}, nil
}

// of is the version after the update.
func (in ProductUpdate) of(v ProductVersion) ProductVersion {
	in.Name.apply(&v.Name)
	in.Description.apply(&v.Description)
	in.Prices.apply(&v.Prices)
	in.Media.apply(&v.Media)
	in.SuccessURL.apply(&v.SuccessURL)
	in.Metadata.apply(&v.Metadata)
	v.Name, _ = CleanText("name", v.Name, 1, maxProductName)
	return v
}

// same reports whether a buyer would see no difference.
func (v ProductVersion) same(other ProductVersion) bool {
	return v.Name == other.Name && v.Description == other.Description && v.SuccessURL == other.SuccessURL &&
		v.Metadata == other.Metadata && slices.Equal(v.Prices, other.Prices) && slices.Equal(v.Media, other.Media)
}
