// Package money counts amounts in integer minor units of a currency. It
// parses, prints, adds, scales and splits them without ever losing or
// inventing a unit, and without floating point (DESIGN §3 rule 1).
//
// The package knows no price, no tax rule and no exchange rate: two currencies
// never meet in one operation.
package money

import (
	"cmp"
	"log/slog"
	"math"

	"tillway/internal/fault"
)

// Amount is a number of minor units of one currency: 2900 USD is $29.00. It is
// comparable with ==. The zero value is "no amount", which is different from
// zero of a currency; operations on it fail.
type Amount struct {
	minor    int64
	currency Currency
}

// New is an amount of minor units.
func New(minor int64, c Currency) Amount { return Amount{minor: minor, currency: c} }

// Zero is no money, of a currency.
func Zero(c Currency) Amount { return Amount{currency: c} }

// Minor is the number of minor units.
func (a Amount) Minor() int64 { return a.minor }

// Currency is the amount's currency, empty for "no amount".
func (a Amount) Currency() Currency { return a.currency }

// IsZero reports whether there is no money in a. It is true of "no amount" too.
func (a Amount) IsZero() bool { return a.minor == 0 }

// IsSet tells an amount, zero included, from "no amount".
func (a Amount) IsSet() bool { return a.currency != "" }

// Sign is -1, 0 or 1.
func (a Amount) Sign() int { return cmp.Compare(a.minor, 0) }

// Add is a + b. It fails on two currencies (Internal, "currency_mismatch") and
// on a sum beyond ±math.MaxInt64 (Invalid, "amount_overflow").
func (a Amount) Add(b Amount) (Amount, error) {
	if err := a.mustMatch(b); err != nil {
		return Amount{}, err
	}
	sum := a.minor + b.minor
	wrapped := b.minor > 0 && sum < a.minor || b.minor < 0 && sum > a.minor
	if wrapped || sum == math.MinInt64 {
		return Amount{}, overflow(a.currency)
	}
	return Amount{minor: sum, currency: a.currency}, nil
}

// Sub is a − b, with the errors of Add.
func (a Amount) Sub(b Amount) (Amount, error) {
	if err := a.mustMatch(b); err != nil {
		return Amount{}, err
	}
	difference := a.minor - b.minor
	wrapped := b.minor > 0 && difference > a.minor || b.minor < 0 && difference < a.minor
	if wrapped || difference == math.MinInt64 {
		return Amount{}, overflow(a.currency)
	}
	return Amount{minor: difference, currency: a.currency}, nil
}

// Cmp is -1, 0 or 1 as a is less than, equal to or more than b. Two currencies
// have no order: Internal, "currency_mismatch".
func (a Amount) Cmp(b Amount) (int, error) {
	if err := a.mustMatch(b); err != nil {
		return 0, err
	}
	return cmp.Compare(a.minor, b.minor), nil
}

// Neg is −a. It panics on math.MinInt64 minor units, which has no negation;
// Parse and the arithmetic of this package never produce that amount.
func (a Amount) Neg() Amount {
	if a.minor == math.MinInt64 {
		panic("money: the amount has no negation")
	}
	return Amount{minor: -a.minor, currency: a.currency}
}

// LogValue prints display string and currency: "29.00 USD".
func (a Amount) LogValue() slog.Value {
	if !a.IsSet() {
		return slog.StringValue("none")
	}
	return slog.StringValue(a.String() + " " + string(a.currency))
}

// mustMatch refuses operands that cannot meet. Input never causes it: which
// currencies meet is the program's own choice, so the fault is Internal.
func (a Amount) mustMatch(b Amount) error {
	if a.currency == b.currency && a.IsSet() {
		return nil
	}
	return fault.New(fault.Internal, "currency_mismatch",
		"Amounts of different currencies: "+quoted(a.currency)+" and "+quoted(b.currency))
}

func quoted(c Currency) string {
	if c == "" {
		return "none"
	}
	return string(c)
}

func overflow(c Currency) *fault.Error {
	return fault.Invalidf("amount", "amount_overflow", "The amount is too large for %s", quoted(c))
}
