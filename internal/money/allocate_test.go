package money_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
)

func TestAllocate(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		minor   int64
		weights []int64
		want    []int64
	}{
		{"gives the odd unit to the first of equals", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"gives odd units to the greatest losses", 100, []int64{1, 4, 2}, []int64{14, 57, 29}},
		{"gives nothing to a zero weight", 5, []int64{0, 1, 0, 1}, []int64{0, 3, 0, 2}},
		{"mirrors negative amounts", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"splits nothing into nothings", 0, []int64{3, 7}, []int64{0, 0}},
		{"leaves one part whole", 101, []int64{9}, []int64{101}},
		{"gives one unit to one of many", 1, []int64{1, 1, 1, 1}, []int64{1, 0, 0, 0}},
		{"holds at the limits", math.MaxInt64, []int64{math.MaxInt64, math.MaxInt64}, []int64{1 << 62, 1<<62 - 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			parts, err := money.New(c.minor, jpy).Allocate(c.weights...)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, part := range parts {
				got = append(got, part.Minor())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	t.Run("serves many equals from the first on", func(t *testing.T) {
		t.Parallel()
		// Fifty heavy parts lose most, and there are units for forty of them.
		parts, err := money.New(40, jpy).Allocate(slices.Repeat([]int64{1, 2}, 50)...)
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range parts {
			if served := part.Minor() == 1; served != (i%2 == 1 && i < 80) {
				t.Errorf("part %d is %v", i, part)
			}
		}
	})
	refused := map[string][]int64{
		"no weights": nil, "only zeros": {0, 0}, "a negative weight": {5, -1},
		"weights beyond 64 bits": {math.MaxInt64, math.MaxInt64, math.MaxInt64},
	}
	for name, weights := range refused {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			parts, err := money.New(1, usd).Allocate(weights...)
			wantCode(t, err, fault.Invalid, "bad_weights")
			if parts != nil {
				t.Errorf("got %v beside the fault", parts)
			}
		})
	}
	t.Run("refuses no amount", func(t *testing.T) {
		t.Parallel()
		_, err := money.Amount{}.Allocate(1)
		wantCode(t, err, fault.Internal, "amount_missing")
	})
}

// TestAllocateIsFair proves against exact fractions that no unit is lost, that
// every part is within one unit of its exact share, and that nobody with a
// smaller loss was served before one with a greater.
func TestAllocateIsFair(t *testing.T) {
	t.Parallel()
	weight := rapid.OneOf(rapid.Int64Range(0, 100), rapid.Int64Range(0, math.MaxInt64/64))
	rapid.Check(t, func(t *rapid.T) {
		amount := money.New(anyMinor().Draw(t, "minor"), anyCurrency().Draw(t, "currency"))
		weights := rapid.SliceOfN(weight, 1, 64).Filter(func(w []int64) bool { return slices.Max(w) > 0 }).Draw(t, "weights")
		parts, err := amount.Allocate(weights...)
		if err != nil {
			t.Fatal(err)
		}
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		sum := money.Zero(amount.Currency())
		var leastServed, mostUnserved *big.Int // losses before the units left over were given
		for i, part := range parts {
			if sum, err = sum.Add(part); err != nil {
				t.Fatal(err)
			}
			exact := new(big.Int).Mul(big.NewInt(amount.Minor()), big.NewInt(weights[i]))
			floor, loss := exact.Abs(exact).QuoRem(exact, total, new(big.Int))
			given := new(big.Int).Sub(new(big.Int).Abs(big.NewInt(part.Minor())), floor)
			switch {
			case given.Sign() == 0:
				if mostUnserved == nil || loss.Cmp(mostUnserved) > 0 {
					mostUnserved = loss
				}
			case given.Cmp(big.NewInt(1)) == 0 && loss.Sign() > 0:
				if leastServed == nil || loss.Cmp(leastServed) < 0 {
					leastServed = loss
				}
			default:
				t.Fatalf("part %d is %v units off the floor of its share, with a loss of %v", i, given, loss)
			}
		}
		if sum != amount {
			t.Fatalf("the parts sum to %v, want %v", sum, amount)
		}
		if leastServed != nil && mostUnserved != nil && leastServed.Cmp(mostUnserved) < 0 {
			t.Fatalf("a loss of %v was served before one of %v", leastServed, mostUnserved)
		}
	})
}
