package money_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
)

func TestRatePrints(t *testing.T) {
	t.Parallel()
	cases := []struct {
		rate              money.Rate
		percent, fraction string
	}{
		{190_000, "19", "0.19"},
		{88_750, "8.875", "0.08875"},
		{0, "0", "0"},
		{1, "0.0001", "0.000001"},
		{1_000_000, "100", "1"},
		{1_250_000, "125", "1.25"},
		{-200_000, "-20", "-0.2"},
	}
	for _, c := range cases {
		if c.rate.Percent() != c.percent || c.rate.Fraction() != c.fraction {
			t.Errorf("%d prints %s %% and %s, want %s and %s", c.rate, c.rate.Percent(), c.rate.Fraction(), c.percent, c.fraction)
		}
	}
}

func TestParsePercent(t *testing.T) {
	t.Parallel()
	t.Run("reads back what is printed", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			want := money.Rate(rapid.Int64Range(0, math.MaxInt64).Draw(t, "rate"))
			if got, err := money.ParsePercent(want.Percent()); err != nil || got != want {
				t.Fatalf("%s reads as %d, %v; want %d", want.Percent(), got, err, want)
			}
			exact, ok := new(big.Rat).SetString(want.Fraction())
			if !ok || exact.Cmp(big.NewRat(int64(want), 1_000_000)) != 0 {
				t.Fatalf("the fraction of %d is %s", want, want.Fraction())
			}
		})
	})
	t.Run("ignores zeros behind", func(t *testing.T) {
		t.Parallel()
		if got, err := money.ParsePercent("19.000000"); err != nil || got != 190_000 {
			t.Errorf("got %d, %v", got, err)
		}
	})
	for _, text := range []string{"", "-1", "19%", "1.", ".5", "0.00001", "1e2", "922337203685477.5808"} {
		t.Run("refuses "+text, func(t *testing.T) {
			t.Parallel()
			got, err := money.ParsePercent(text)
			wantCode(t, err, fault.Invalid, "bad_rate")
			if got != 0 {
				t.Errorf("got %d beside the fault", got)
			}
		})
	}
}
