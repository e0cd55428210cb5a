package pay

import (
	"cmp"
	"slices"

	"tillway/internal/fault"
	"tillway/internal/money"
)

// TaxCategory says how a product is taxed (spec/pancake.md §2.4).
type TaxCategory string

// The tax categories.
const (
	DigitalGoods        TaxCategory = "digital_goods"
	SaaS                TaxCategory = "saas"
	Software            TaxCategory = "software"
	Ebook               TaxCategory = "ebook"
	OnlineCourse        TaxCategory = "online_course"
	Consulting          TaxCategory = "consulting"
	ProfessionalService TaxCategory = "professional_service"
)

var taxCategories = []TaxCategory{DigitalGoods, SaaS, Software, Ebook, OnlineCourse, Consulting, ProfessionalService}

// ParseTaxCategory reads a category. Errors: Invalid with the given field.
func ParseTaxCategory(field, s string) (TaxCategory, error) {
	if s == "" {
		return "", MissingField(field)
	}
	category := TaxCategory(s)
	if !slices.Contains(taxCategories, category) {
		return "", fault.Invalidf(field, "bad_tax_category", "Invalid %s: %q is not a tax category", field, fault.Echo(s))
	}
	return category, nil
}

// Price is one currency's tax-exclusive unit price.
type Price struct {
	Amount      money.Amount
	TaxCategory TaxCategory
}

// Prices is a product's price list: at most one price per currency, ordered by
// currency, so that equal lists are equal values.
type Prices []Price

// NewPrices orders a list and checks it. Errors: Invalid "prices".
func NewPrices(list []Price) (Prices, error) {
	if len(list) == 0 {
		return nil, fault.Invalidf("prices", "missing_field", "Missing required field: prices (at least one currency)")
	}
	prices := slices.Clone(list)
	slices.SortFunc(prices, func(a, b Price) int { return cmp.Compare(a.Amount.Currency(), b.Amount.Currency()) })
	for i, p := range prices {
		if p.Amount.Sign() < 0 {
			return nil, fault.Invalidf("prices."+string(p.Amount.Currency())+".amount", "bad_amount", "A price must not be negative")
		}
		if i > 0 && p.Amount.Currency() == prices[i-1].Amount.Currency() {
			return nil, fault.Invalidf("prices", "duplicate_currency", "prices names %s twice", p.Amount.Currency())
		}
	}
	return prices, nil
}

// In returns the price in a currency.
func (p Prices) In(c money.Currency) (Price, bool) {
	i := slices.IndexFunc(p, func(price Price) bool { return price.Amount.Currency() == c })
	if i < 0 {
		return Price{}, false
	}
	return p[i], true
}
