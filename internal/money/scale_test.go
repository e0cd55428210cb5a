package money_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
)

// exactMulDiv is a × num ÷ den rounded half away from zero: the sign of the
// product over ⌊(2·|a·num| + |den|) ÷ 2·|den|⌋.
func exactMulDiv(a, num, den int64) *big.Int {
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(num))
	divisor := big.NewInt(den)
	sign := product.Sign() * divisor.Sign()
	product.Abs(product).Lsh(product, 1)
	divisor.Abs(divisor)
	product.Add(product, divisor).Quo(product, divisor.Lsh(divisor, 1))
	return product.Mul(product, big.NewInt(int64(sign)))
}

func TestMulDivIsExact(t *testing.T) {
	t.Parallel()
	factor := rapid.OneOf(anyMinor(), rapid.Just(int64(math.MinInt64)))
	rapid.Check(t, func(t *rapid.T) {
		a, num := anyMinor().Draw(t, "a"), factor.Draw(t, "num")
		den := factor.Filter(func(den int64) bool { return den != 0 }).Draw(t, "den")
		got, err := money.New(a, usd).MulDiv(num, den)
		matches(t, got, err, exactMulDiv(a, num, den), usd)
	})
}

func TestMulDivRoundsHalfAwayFromZero(t *testing.T) {
	t.Parallel()
	cases := []struct{ a, num, den, want int64 }{
		{1, 1, 2, 1},
		{-1, 1, 2, -1},
		{1, 1, 3, 0},
		{2, 1, 3, 1},
		{5, 1, 10, 1},
		{25, 1, 10, 3},
		{-25, 1, 10, -3},
		{25, -1, 10, -3},
		{25, 1, -10, -3},
		{24, 1, 10, 2},
		{math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64},
		{math.MaxInt64, math.MinInt64, math.MinInt64, math.MaxInt64},
		{1, 1, math.MinInt64, 0},
	}
	for _, c := range cases {
		got, err := money.New(c.a, usd).MulDiv(c.num, c.den)
		if err != nil || got.Minor() != c.want {
			t.Errorf("%d × %d ÷ %d = %d, %v; want %d", c.a, c.num, c.den, got.Minor(), err, c.want)
		}
	}
}

func TestMulDivRefuses(t *testing.T) {
	t.Parallel()
	_, err := money.New(1, usd).MulDiv(1, 0)
	wantCode(t, err, fault.Internal, "division_by_zero")
	_, err = money.Amount{}.MulDiv(1, 1)
	wantCode(t, err, fault.Internal, "amount_missing")
	_, err = money.New(math.MaxInt64, usd).MulDiv(2, 1)
	wantCode(t, err, fault.Invalid, "amount_overflow")
	_, err = money.New(math.MaxInt64, usd).MulDiv(math.MaxInt64, 1)
	wantCode(t, err, fault.Invalid, "amount_overflow")
	// The quotient needs exactly one bit more than 64.
	_, err = money.New(1<<62, usd).MulDiv(4, 1)
	wantCode(t, err, fault.Invalid, "amount_overflow")
	// 2^65 − 1 halved is the greatest 64-bit quotient and a half: rounding it up must not give 0.
	_, err = money.New(31*145295143558111, usd).MulDiv(8191, 2)
	wantCode(t, err, fault.Invalid, "amount_overflow")
}

func TestPortion(t *testing.T) {
	t.Parallel()
	cases := []struct {
		minor int64
		rate  string
		want  int64
	}{
		{2900, "19", 551},
		{1000, "8.875", 89}, // 88.75
		{50, "1", 1},        // 0.50
		{49, "1", 0},        // 0.49
		{2900, "0", 0},
		{2900, "100", 2900},
		{-50, "1", -1},
	}
	for _, c := range cases {
		rate, err := money.ParsePercent(c.rate)
		if err != nil {
			t.Fatal(err)
		}
		got, err := money.New(c.minor, usd).Portion(rate)
		if err != nil || got.Minor() != c.want {
			t.Errorf("%s %% of %d = %d, %v; want %d", c.rate, c.minor, got.Minor(), err, c.want)
		}
	}
}
