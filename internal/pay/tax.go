package pay

import (
	"tillway/internal/money"
)

// The names of rates of nothing (spec/pancake.md §10.5, §13 row 17).
const (
	NoTax = "None"
	// ReverseCharge is a sale to a business of the EU that gave its tax ID: the
	// buyer declares the tax instead of paying it here.
	ReverseCharge = "Reverse charge"
)

// TaxRate is what an order is taxed with.
type TaxRate struct {
	Name string
	Rate money.Rate
}

// Quote is what a buyer is asked to pay. Total = Subtotal + Tax.
type Quote struct {
	Subtotal money.Amount
	Tax      money.Amount
	Total    money.Amount
	Rate     TaxRate
}

// NewQuote taxes a tax-exclusive subtotal. Tax is rounded once, half up, on the
// whole taxable amount (DESIGN §3 rule 1). Errors: amounts out of range.
func NewQuote(subtotal money.Amount, rate TaxRate) (Quote, error) {
	tax, err := subtotal.Portion(rate.Rate)
	if err != nil {
		return Quote{}, err
	}
	total, err := subtotal.Add(tax)
	if err != nil {
		return Quote{}, err
	}
	return Quote{Subtotal: subtotal, Tax: tax, Total: total, Rate: rate}, nil
}

// untaxed is a price to which nothing is added.
func untaxed(price money.Amount) Quote {
	return Quote{Subtotal: price, Tax: money.Zero(price.Currency()), Total: price, Rate: TaxRate{Name: NoTax}}
}

// quoteFor taxes a price for a buyer by the operator's table.
func quoteFor(r Records, price Price, billing Billing) (Quote, error) {
	rate, err := taxFor(r, billing, price.TaxCategory)
	if err != nil {
		return Quote{}, err
	}
	return NewQuote(price.Amount, rate)
}

// taxFor finds the rate of a sale: the most specific row of the operator's
// table, else no tax. An EU business with a tax ID pays none either, but only
// where somebody else would: a sale that nobody is taxed for has nothing to
// reverse.
func taxFor(r Records, billing Billing, category TaxCategory) (TaxRate, error) {
	region := billing.Region()
	rows, err := r.TaxRows(billing.Country, region, category)
	if err != nil {
		return TaxRate{}, err
	}
	var best TaxRow
	for _, row := range rows {
		if row.covers(billing.Country, region, category) && (best.Country == "" || row.specificity() > best.specificity()) {
			best = row
		}
	}
	switch {
	case best.Country == "":
		return TaxRate{Name: NoTax}, nil
	case best.Rate > 0 && billing.reverseCharged():
		return TaxRate{Name: ReverseCharge}, nil
	}
	return best.TaxRate, nil
}

// reverseCharged reports whether the buyer declares the tax.
func (b Billing) reverseCharged() bool { return b.IsBusiness && b.TaxID != "" && InEU(b.Country) }
