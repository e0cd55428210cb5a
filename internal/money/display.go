package money

import (
	"math"
	"strconv"
	"strings"

	"tillway/internal/fault"
)

// Parse reads a display string in major units: "29.00", "29" and "29.0" USD
// are 2900, "4500" JPY is 4500 (spec/pancake.md §2.2). The text is digits with
// an optional point and digits behind it; no sign, no space, no exponent.
// Digits beyond the currency's exponent must be zeros: Parse never rounds.
//
// Faults are Invalid with field "amount" and code "bad_amount",
// "amount_precision", "amount_overflow" or, for a currency outside the list,
// "unknown_currency".
func Parse(display string, c Currency) (Amount, error) {
	if !c.Known() {
		_, err := ParseCurrency(string(c))
		return Amount{}, err
	}
	whole, fraction, point := strings.Cut(display, ".")
	if !digitsOnly(whole) || point && !digitsOnly(fraction) {
		return Amount{}, fault.Invalidf("amount", "bad_amount", "Invalid amount: %.40q", display).
			WithHint("Write digits with an optional decimal point, such as 29.00.")
	}
	exponent := c.Exponent()
	if significant := strings.TrimRight(fraction, "0"); len(significant) > exponent {
		return Amount{}, fault.Invalidf("amount", "amount_precision",
			"%s has %d decimal places, got %.40q", c, exponent, display)
	}
	fraction += strings.Repeat("0", max(0, exponent-len(fraction)))
	minor, ok := appendDigits(0, whole)
	if ok {
		minor, ok = appendDigits(minor, fraction[:exponent])
	}
	if !ok {
		return Amount{}, overflow(c)
	}
	return Amount{minor: minor, currency: c}, nil
}

// String is the display string that Parse reads: "29.00" USD, "4500" JPY, with
// a leading minus when negative. The currency is not part of it. "No amount"
// is the empty string.
func (a Amount) String() string {
	if !a.IsSet() {
		return ""
	}
	return decimal(a.minor, a.currency.Exponent())
}

// decimal prints value × 10^−exponent with exactly that many fraction digits.
func decimal(value int64, exponent int) string {
	digits := strconv.FormatUint(magnitude(value), 10)
	if missing := exponent + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	sign := ""
	if value < 0 {
		sign = "-"
	}
	if exponent == 0 {
		return sign + digits
	}
	point := len(digits) - exponent
	return sign + digits[:point] + "." + digits[point:]
}

// appendDigits is value × 10^len(digits) + digits; ok is false beyond 64 bits.
func appendDigits(value int64, digits string) (result int64, ok bool) {
	for _, digit := range []byte(digits) {
		next := int64(digit - '0')
		if value > (math.MaxInt64-next)/10 {
			return 0, false
		}
		value = value*10 + next
	}
	return value, true
}

func digitsOnly(text string) bool {
	for _, char := range []byte(text) {
		if char < '0' || char > '9' {
			return false
		}
	}
	return text != ""
}
