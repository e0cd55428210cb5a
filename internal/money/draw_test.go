package money_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
)

var (
	usd = money.MustCurrency("USD")
	jpy = money.MustCurrency("JPY")
	iqd = money.MustCurrency("IQD")
	clf = money.MustCurrency("CLF")
)

// anyCurrency draws from the whole list.
func anyCurrency() *rapid.Generator[money.Currency] { return rapid.SampledFrom(money.Currencies()) }

// anyMinor draws minor units of every size, and the edges more often than
// chance would.
func anyMinor() *rapid.Generator[int64] {
	edges := []int64{0, 1, -1, math.MaxInt64, math.MaxInt64 - 1, -math.MaxInt64, math.MinInt64 + 2, math.MaxInt64 / 2, 1 << 32}
	return rapid.OneOf(
		rapid.Int64Range(-math.MaxInt64, math.MaxInt64),
		rapid.Int64Range(-100_000, 100_000),
		rapid.SampledFrom(edges),
	)
}

// inRange reports whether an exact result can be an Amount.
func inRange(exact *big.Int) bool {
	limit := big.NewInt(math.MaxInt64)
	return exact.CmpAbs(limit) <= 0
}

// matches checks a result against the exact one: equal when it fits, an
// overflow fault when it does not.
func matches(t *rapid.T, got money.Amount, err error, exact *big.Int, c money.Currency) {
	t.Helper()
	if !inRange(exact) {
		if fault.CodeOf(err) != "amount_overflow" || got.IsSet() {
			t.Fatalf("got %v, %v for %v; want amount_overflow", got, err, exact)
		}
		return
	}
	if err != nil || got != money.New(exact.Int64(), c) {
		t.Fatalf("got %d %s, %v; want %v %s", got.Minor(), got.Currency(), err, exact, c)
	}
}

// wantCode fails unless err is a fault of this kind and code.
func wantCode(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != code {
		t.Errorf("got %v, want %v %s", err, kind, code)
	}
}
