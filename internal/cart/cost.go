package cart

import (
	"cmp"
	"slices"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// usual is the currency that a cart has when its products leave the choice.
const usual money.Currency = "USD"

// Priced is a cart with what it costs, as of now or as pinned.
type Priced struct {
	Cart
	Checkout  *Checkout // nil until one is begun
	StoreName string
	Lines     []PricedLine
	// Currency is one in which everything in the cart has a price, "" when there
	// is none; then the sums are no amounts.
	Currency money.Currency
	Subtotal money.Amount
	Delivery money.Amount
	Tax      money.Amount
	Total    money.Amount
	Methods  []Method
	Method   Method // the chosen one
}

// PricedLine is a line with its price. Pin is never nil.
type PricedLine struct {
	Line
	Available bool
	Media     []pay.Media
}

// Unavailable lists the variants that cannot be bought.
func (p Priced) Unavailable() []pay.ProductID {
	list := []pay.ProductID{}
	for _, line := range p.Lines {
		if !line.Available {
			list = append(list, line.Variant)
		}
	}
	return list
}

// Pinned is the cart's lines with their prices, to be kept.
func (p Priced) pinned() []Line {
	lines := make([]Line, len(p.Lines))
	for i, line := range p.Lines {
		lines[i] = line.Line
	}
	return lines
}

// price finds out what a cart costs. Errors: Invalid "amount" beyond what a
// number holds.
func (c *Carts) price(r pay.Records, cart Cart) (Priced, error) {
	store, err := r.StoreEver(cart.Store)
	if err != nil {
		return Priced{}, err
	}
	settings, err := r.Settings(cart.Store)
	if err != nil {
		return Priced{}, err
	}
	priced := Priced{Cart: cart, StoreName: store.Name}
	if cart.Checkout != "" {
		checkout, err := c.records(r).Checkout(cart.Checkout)
		if err != nil {
			return Priced{}, err
		}
		priced.Checkout = &checkout
	}
	variants, err := variantsOf(r, cart)
	if err != nil {
		return Priced{}, err
	}
	priced.Currency = currencyOf(cart.Lines, variants)
	for i, line := range cart.Lines {
		sold := variants[i]
		if line.Pin == nil {
			line.Pin = &Pin{Version: sold.Version, Title: sold.Title, Description: sold.Description, Price: sold.priceIn(priced.Currency)}
		}
		priced.Lines = append(priced.Lines, PricedLine{Line: line, Available: sold.Available, Media: sold.Media})
	}
	priced.Methods = methodsIn(settings, priced.Currency)
	priced.Method = priced.Methods[0]
	if i := slices.IndexFunc(priced.Methods, func(m Method) bool { return m.ID == cart.Shipping.ID }); i >= 0 {
		priced.Method = priced.Methods[i]
	}
	if cart.Checkout != "" {
		priced.Method = cart.Shipping
	}
	return priced, priced.sum()
}

// variantsOf reads what each line is of. What is gone is not available.
func variantsOf(r pay.Records, cart Cart) ([]Variant, error) {
	variants := make([]Variant, len(cart.Lines))
	for i, line := range cart.Lines {
		sold, err := variant(r, cart.Store, cart.Env, line.Variant)
		switch {
		case err == nil:
			variants[i] = sold
		case !fault.Is(err, fault.NotFound):
			return nil, err
		}
	}
	return variants, nil
}

// currencyOf is the currency in which all lines have a price: a pinned one, else
// the usual one where it is among them, else the first by its code. An empty
// cart has the usual one.
func currencyOf(lines []Line, variants []Variant) money.Currency {
	if len(lines) == 0 {
		return usual
	}
	if pin := lines[0].Pin; pin != nil {
		return pin.Price.Currency()
	}
	common := []money.Currency(nil)
	first := true
	for _, sold := range variants {
		if len(sold.Prices) == 0 {
			continue // gone: it has no say
		}
		var own []money.Currency
		for _, price := range sold.Prices {
			own = append(own, price.Amount.Currency())
		}
		if first {
			common, first = own, false
			continue
		}
		common = slices.DeleteFunc(common, func(c money.Currency) bool { return !slices.Contains(own, c) })
	}
	switch {
	case first, slices.Contains(common, usual):
		return usual
	case len(common) == 0:
		return ""
	}
	return common[0]
}

// priceIn is the price in a currency, or, where the cart has none in common, in
// the variant's own first choice.
func (v Variant) priceIn(currency money.Currency) money.Amount {
	for _, wanted := range []money.Currency{currency, usual} {
		if price, ok := v.Prices.In(wanted); ok {
			return price.Amount
		}
	}
	if len(v.Prices) > 0 {
		return v.Prices[0].Amount
	}
	return money.Zero(cmp.Or(currency, usual))
}

// Price is what the variant costs in a cart with nothing else.
func (v Variant) Price() money.Amount { return v.priceIn(usual) }

// sum adds up what has one currency.
func (p *Priced) sum() (err error) {
	if p.Currency == "" {
		return nil
	}
	p.Subtotal, p.Tax, p.Delivery = money.Zero(p.Currency), money.Zero(p.Currency), p.Method.Price
	if len(p.Lines) == 0 {
		p.Delivery = money.Zero(p.Currency)
	}
	for _, line := range p.Lines {
		if line.Pin.Price.Currency() != p.Currency {
			continue // gone, and of another currency when it was sold
		}
		whole, err := line.Pin.Price.MulDiv(line.Quantity, 1)
		if err != nil {
			return err
		}
		if p.Subtotal, err = p.Subtotal.Add(whole); err != nil {
			return err
		}
	}
	p.Total, err = p.Subtotal.Add(p.Delivery)
	return err
}
