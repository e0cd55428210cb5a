package waypay

import (
	"math"
	"strconv"
	"strings"

	"tillway/internal/api"
	"tillway/internal/money"
)

// maxShift bounds the exponent of a number, which is written out: no program's
// numbers reach so far.
const maxShift = 400

// plain writes a JSON number without an exponent: 1.5e3 is 1500, 15e-1 is 1.5.
// The digits that were written stay, so that 1000.50 is itself. It is false for
// an exponent beyond maxShift.
func plain(number string) (string, bool) {
	mantissa, exponent, has := strings.Cut(strings.ToLower(number), "e")
	if !has {
		return number, true
	}
	shift, err := strconv.Atoi(exponent)
	if err != nil || shift > maxShift || shift < -maxShift {
		return "", false
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, point := whole+fraction, len(whole)+shift
	if point <= 0 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	// The point has moved to the right of zeros that led.
	whole, fraction = strings.TrimLeft(digits[:point-1], "0")+digits[point-1:point], digits[point:]
	text := whole
	if fraction != "" {
		text += "." + fraction
	}
	if negative {
		text = "-" + text
	}
	return text, true
}

// shortest drops the zeros at the end of a plain number's fraction, as programs
// do that keep numbers as binary fractions.
func shortest(number string) string {
	if !strings.Contains(number, ".") {
		return number
	}
	return strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
}

// toAmount reads an amount in major units, of at most two decimals, from the
// digits that were written. The currency may be one that is not supported, which
// is judged later. So is what is less than any amount may be: that it is too low
// goes before how it is written (spec/waypay.md §8), and it is read as nearly as
// there are amounts.
func toAmount(field string, number api.Number, currency money.Currency) (money.Amount, error) {
	written, ok := plain(string(number))
	if !ok {
		return money.Amount{}, badFormat(field, "%s is out of range", field)
	}
	whole, fraction, _ := strings.Cut(written, ".")
	switch negative := strings.HasPrefix(written, "-"); {
	case negative:
		written = "0"
	case len(whole) == 1: // less than ten
		written = whole + "." + (fraction + "00")[:2]
	}
	// Every supported currency has two decimals, as this one.
	const like money.Currency = "PKR"
	read, err := money.Parse(written, like)
	if err != nil {
		return money.Amount{}, badFormat(field, "%s must have at most two decimals and not exceed %s", field, money.New(math.MaxInt64, like))
	}
	return money.New(read.Minor(), currency), nil
}

// toWhole reads a whole number as its digits: it may be one that no integer type
// holds.
func toWhole(field string, number api.Number) (string, error) {
	written, ok := plain(string(number))
	digits := shortest(written)
	if !ok || strings.Contains(digits, ".") {
		return "", badFormat(field, "%s must be a whole number", field)
	}
	return digits, nil
}

// fromAmount prints an amount as a number with two decimals.
func fromAmount(amount money.Amount) api.Raw { return api.Raw(amount.String()) }
