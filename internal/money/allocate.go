package money

import (
	"cmp"
	"math/bits"
	"slices"

	"tillway/internal/fault"
)

// Allocate splits a in proportion to weights, one part per weight, so that the
// parts sum to a exactly. Each part is first rounded towards zero; the units
// left over go one each to the parts that lost most, the earlier of two equal
// ones first. The result depends on nothing but the arguments.
//
// A zero weight gets nothing. No weights, a negative one, or weights that sum
// to zero or beyond 64 bits are Invalid, code "bad_weights".
func (a Amount) Allocate(weights ...int64) ([]Amount, error) {
	if !a.IsSet() {
		return nil, fault.New(fault.Internal, "amount_missing", "Allocate of no amount")
	}
	total, err := sumWeights(weights)
	if err != nil {
		return nil, err
	}
	var (
		whole     = magnitude(a.minor)
		left      = whole
		shares    = make([]uint64, len(weights))
		remainder = make([]uint64, len(weights))
		order     = make([]int, len(weights))
	)
	for i, weight := range weights {
		// weight ≤ total and whole ≤ 2^63, so the quotient always fits.
		high, low := bits.Mul64(whole, uint64(weight))
		shares[i], remainder[i] = bits.Div64(high, low, total)
		left -= shares[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(remainder[y], remainder[x]) })
	// The remainders sum to left × total and each is below total, so at least
	// left of them are not zero: a zero weight never receives a unit.
	for _, i := range order[:left] {
		shares[i]++
	}
	parts := make([]Amount, len(weights))
	for i, share := range shares {
		parts[i] = Amount{minor: int64(share), currency: a.currency}
		if a.minor < 0 {
			parts[i].minor = -parts[i].minor
		}
	}
	return parts, nil
}

func sumWeights(weights []int64) (uint64, error) {
	var total, carry uint64
	for _, weight := range weights {
		if weight < 0 {
			return 0, badWeights("A weight must not be negative")
		}
		if total, carry = bits.Add64(total, uint64(weight), 0); carry != 0 {
			return 0, badWeights("The weights are too large")
		}
	}
	if total == 0 {
		return 0, badWeights("At least one weight must be positive")
	}
	return total, nil
}

func badWeights(message string) error {
	return fault.New(fault.Invalid, "bad_weights", message)
}
