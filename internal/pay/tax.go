package pay

import "tillway/internal/money"

// NoTax is the name of a rate of nothing (spec/pancake.md §10.5).
const NoTax = "None"

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

// taxFor finds the rate of a sale. The platform charges none until its
// operator loads a rate table (spec/pancake.md §13 row 17).
func taxFor(Store, Billing, TaxCategory) TaxRate { return TaxRate{Name: NoTax} }
