package money

import (
	"strings"

	"tillway/internal/fault"
)

// Rate is a share in millionths: 19 % is 190_000. It is exact for percentages
// of up to four decimal places.
type Rate int64

const (
	rateUnit         = 1_000_000 // one whole
	fractionExponent = 6         // decimal places of a rate written as a fraction
	percentExponent  = 4         // decimal places of a rate written in per cent
)

// ParsePercent reads "19" or "8.875" (per cent, without the sign). The text has
// the shape that Parse takes. Faults are Invalid, field "rate", code "bad_rate".
func ParsePercent(s string) (Rate, error) {
	whole, fraction, point := strings.Cut(s, ".")
	if !digitsOnly(whole) || point && !digitsOnly(fraction) {
		return 0, fault.Invalidf("rate", "bad_rate", "Invalid percentage: %.40q", s)
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > percentExponent {
		return 0, fault.Invalidf("rate", "bad_rate", "A percentage has at most %d decimal places, got %.40q", percentExponent, s)
	}
	fraction += strings.Repeat("0", percentExponent-len(fraction))
	value, ok := appendDigits(0, whole)
	if ok {
		value, ok = appendDigits(value, fraction)
	}
	if !ok {
		return 0, fault.Invalidf("rate", "bad_rate", "The percentage is too large: %.40q", s)
	}
	return Rate(value), nil
}

// Percent is the rate in per cent without trailing zeros: "19", "8.875".
func (r Rate) Percent() string { return trimmed(decimal(int64(r), percentExponent)) }

// Fraction is the rate as a share of one without trailing zeros: "0.19".
func (r Rate) Fraction() string { return trimmed(decimal(int64(r), fractionExponent)) }

// Portion is a × r, rounded once, half away from zero, with the errors of MulDiv.
func (a Amount) Portion(r Rate) (Amount, error) { return a.MulDiv(int64(r), rateUnit) }

func trimmed(digits string) string {
	return strings.TrimSuffix(strings.TrimRight(digits, "0"), ".")
}
