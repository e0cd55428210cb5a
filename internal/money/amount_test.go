package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
)

func TestAddAndSubAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCurrency().Draw(t, "currency")
		x, y := anyMinor().Draw(t, "x"), anyMinor().Draw(t, "y")
		sum, err := money.New(x, c).Add(money.New(y, c))
		matches(t, sum, err, new(big.Int).Add(big.NewInt(x), big.NewInt(y)), c)
		difference, err := money.New(x, c).Sub(money.New(y, c))
		matches(t, difference, err, new(big.Int).Sub(big.NewInt(x), big.NewInt(y)), c)
	})
}

func TestCmpOrdersAsIntegersDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, y := anyMinor().Draw(t, "x"), anyMinor().Draw(t, "y")
		got, err := money.New(x, usd).Cmp(money.New(y, usd))
		if want := big.NewInt(x).Cmp(big.NewInt(y)); err != nil || got != want {
			t.Fatalf("Cmp(%d, %d) = %d, %v; want %d", x, y, got, err, want)
		}
	})
}

func TestNegIsItsOwnInverse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(anyMinor().Draw(t, "minor"), usd)
		if a.Neg().Neg() != a || a.Neg().Sign() != -a.Sign() {
			t.Fatalf("Neg(%v) = %v", a, a.Neg())
		}
	})
}

func TestNegPanicsWhereThereIsNoNegation(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic: the amount would have kept its sign")
		}
	}()
	money.New(math.MinInt64, usd).Neg()
}

func TestTheLeastIntegerIsNoResult(t *testing.T) {
	t.Parallel()
	least := money.New(math.MinInt64, usd)
	_, err := money.New(-math.MaxInt64, usd).Sub(money.New(1, usd))
	wantCode(t, err, fault.Invalid, "amount_overflow")
	_, err = least.Add(money.Zero(usd))
	wantCode(t, err, fault.Invalid, "amount_overflow")
	_, err = least.MulDiv(1, 1)
	wantCode(t, err, fault.Invalid, "amount_overflow")
	if got := least.String(); got != "-92233720368547758.08" {
		t.Errorf("String = %q", got)
	}
}

func TestAmountsThatCannotMeet(t *testing.T) {
	t.Parallel()
	one := money.New(1, usd)
	others := map[string]money.Amount{"another currency": money.New(1, jpy), "no amount": {}}
	for name, other := range others {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := one.Add(other)
			wantCode(t, err, fault.Internal, "currency_mismatch")
			_, err = one.Sub(other)
			wantCode(t, err, fault.Internal, "currency_mismatch")
			_, err = other.Cmp(one)
			wantCode(t, err, fault.Internal, "currency_mismatch")
		})
	}
	t.Run("no amount and no amount", func(t *testing.T) {
		t.Parallel()
		_, err := money.Amount{}.Add(money.Amount{})
		wantCode(t, err, fault.Internal, "currency_mismatch")
	})
}

func TestNoAmountIsNotZero(t *testing.T) {
	t.Parallel()
	var none money.Amount
	zero := money.Zero(usd)
	if none == zero || none.IsSet() || !zero.IsSet() || !none.IsZero() || !zero.IsZero() {
		t.Errorf("none %#v, zero %#v", none, zero)
	}
	if none.String() != "" || zero.String() != "0.00" {
		t.Errorf("none prints %q, zero %q", none, zero)
	}
	if got := none.LogValue().String() + ", " + zero.LogValue().String(); got != "none, 0.00 USD" {
		t.Errorf("logged as %q", got)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	t.Run("survives a round trip", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			want := money.New(anyMinor().Draw(t, "minor"), anyCurrency().Draw(t, "currency"))
			if rapid.Bool().Draw(t, "none") {
				want = money.Amount{}
			}
			text, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			got := money.New(1, usd)
			if err := json.Unmarshal(text, &got); err != nil || got != want {
				t.Fatalf("%s reads as %v, %v; want %v", text, got, err, want)
			}
		})
	})
	t.Run("has a fixed spelling", func(t *testing.T) {
		t.Parallel()
		text, err := json.Marshal([]money.Amount{money.New(2900, usd), {}})
		if want := `[{"minor":2900,"currency":"USD"},null]`; err != nil || string(text) != want {
			t.Errorf("got %s, %v; want %s", text, err, want)
		}
	})
	bad := map[string]string{
		"an unknown currency": `{"minor":1,"currency":"XAU"}`, "no currency": `{"minor":1}`,
		"a fraction": `{"minor":1.5,"currency":"USD"}`, "a display string": `"29.00"`,
	}
	for name, text := range bad {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			var got money.Amount
			if err := json.Unmarshal([]byte(text), &got); !fault.Is(err, fault.Invalid) || got.IsSet() {
				t.Errorf("%s reads as %v, %v", text, got, err)
			}
		})
	}
}
