package money

import "tillway/internal/fault"

// Currency is an active ISO 4217 alphabetic code in upper case. It is made
// only by ParseCurrency and MustCurrency; a conversion of any other string is
// a mistake that Known reveals.
type Currency string

// ParseCurrency accepts the exact upper-case code of an active currency that
// has a minor unit. Anything else is Invalid, code "unknown_currency": metals,
// testing codes and withdrawn currencies among them.
func ParseCurrency(code string) (Currency, error) {
	if c := Currency(code); c.Known() {
		return c, nil
	}
	return "", fault.Invalidf("currency", "unknown_currency", "Unknown currency: %.16q", code).
		WithHint("Use an ISO 4217 code in upper case, such as USD.")
}

// MustCurrency is ParseCurrency for codes written in the program; it panics on a wrong one.
func MustCurrency(code string) Currency {
	c, err := ParseCurrency(code)
	if err != nil {
		panic(err)
	}
	return c
}

// Currencies lists every known currency in the order of its code.
func Currencies() []Currency {
	list := make([]Currency, 0, len(iso4217))
	for i := range iso4217 {
		list = append(list, iso4217[i].code)
	}
	return list
}

// Known reports whether c is in the list. It is true for every Currency made
// by ParseCurrency.
func (c Currency) Known() bool { return c.definition().code != "" }

// Exponent is the number of fraction digits of the major unit: 2 for USD, 0
// for JPY, 3 for IQD. Of a code outside the list it says 0, so that a stray
// amount prints as the integer it is instead of being divided by a guess.
func (c Currency) Exponent() int { return int(c.definition().exponent) }

// Numeric is the three-digit ISO 4217 code, "840" for USD.
func (c Currency) Numeric() string { return c.definition().numeric }

// Name is the English ISO 4217 name, "US Dollar".
func (c Currency) Name() string { return c.definition().name }

// String is the alphabetic code.
func (c Currency) String() string { return string(c) }
