package money

import (
	"math"
	"math/bits"

	"tillway/internal/fault"
)

// MulDiv is a × num ÷ den, rounded half away from zero, with a 128-bit
// intermediate: only a result beyond 64 bits overflows (Invalid,
// "amount_overflow"). A zero den and "no amount" are Internal faults.
func (a Amount) MulDiv(num, den int64) (Amount, error) {
	if !a.IsSet() {
		return Amount{}, fault.New(fault.Internal, "amount_missing", "MulDiv of no amount")
	}
	if den == 0 {
		return Amount{}, fault.New(fault.Internal, "division_by_zero", "MulDiv by zero")
	}
	divisor := magnitude(den)
	high, low := bits.Mul64(magnitude(a.minor), magnitude(num))
	if high >= divisor {
		return Amount{}, overflow(a.currency)
	}
	quotient, remainder := bits.Div64(high, low, divisor)
	// remainder ≥ divisor ÷ 2, without the doubling that could overflow. The
	// greatest quotient is not rounded up to 0, and then refused like any other.
	if remainder >= divisor-remainder && quotient < math.MaxUint64 {
		quotient++
	}
	if quotient > math.MaxInt64 {
		return Amount{}, overflow(a.currency)
	}
	minor := int64(quotient)
	if (a.minor < 0) != (num < 0) != (den < 0) {
		minor = -minor
	}
	return Amount{minor: minor, currency: a.currency}, nil
}

// magnitude is |value|, also of math.MinInt64.
func magnitude(value int64) uint64 {
	if value < 0 {
		return -uint64(value)
	}
	return uint64(value)
}
