package money_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	good := []struct {
		display string
		c       money.Currency
		minor   int64
		prints  string
	}{
		{"29.00", usd, 2900, "29.00"},
		{"29", usd, 2900, "29.00"},
		{"29.5", usd, 2950, "29.50"},
		{"0.01", usd, 1, "0.01"},
		{"0", usd, 0, "0.00"},
		{"007.50", usd, 750, "7.50"},
		{"1.2300000", usd, 123, "1.23"},
		{"4500", jpy, 4500, "4500"},
		{"4500.00", jpy, 4500, "4500"},
		{"1.005", iqd, 1005, "1.005"},
		{"0.0001", clf, 1, "0.0001"},
		{"92233720368547758.07", usd, 9223372036854775807, "92233720368547758.07"},
		{"9223372036854775807", jpy, 9223372036854775807, "9223372036854775807"},
	}
	for _, c := range good {
		t.Run("reads "+c.display+" "+string(c.c), func(t *testing.T) {
			t.Parallel()
			got, err := money.Parse(c.display, c.c)
			if err != nil || got != money.New(c.minor, c.c) {
				t.Fatalf("got %d, %v; want %d", got.Minor(), err, c.minor)
			}
			if got.String() != c.prints {
				t.Errorf("prints %q, want %q", got, c.prints)
			}
		})
	}
	bad := []struct {
		name, display string
		c             money.Currency
		code          string
	}{
		{"nothing", "", usd, "bad_amount"},
		{"a sign", "-1.00", usd, "bad_amount"},
		{"a plus", "+1.00", usd, "bad_amount"},
		{"a bare point", ".", usd, "bad_amount"},
		{"no whole part", ".50", usd, "bad_amount"},
		{"no fraction after the point", "1.", usd, "bad_amount"},
		{"two points", "1.0.0", usd, "bad_amount"},
		{"a comma", "1,00", usd, "bad_amount"},
		{"a space", " 1.00", usd, "bad_amount"},
		{"an exponent", "1e3", usd, "bad_amount"},
		{"hex", "0x10", usd, "bad_amount"},
		{"digits of another script", "٢٩", usd, "bad_amount"},
		{"a newline behind", "29.00\n", usd, "bad_amount"},
		{"a third decimal of USD", "1.005", usd, "amount_precision"},
		{"a decimal of JPY", "4500.5", jpy, "amount_precision"},
		{"a fourth decimal of IQD", "1.0005", iqd, "amount_precision"},
		{"one unit too many", "92233720368547758.08", usd, "amount_overflow"},
		{"one unit too many without decimals", "9223372036854775808", jpy, "amount_overflow"},
		{"a flood of digits", strings.Repeat("9", 10_000), usd, "amount_overflow"},
		{"an unknown currency", "1.00", "XAU", "unknown_currency"},
		{"no currency", "1.00", "", "unknown_currency"},
	}
	for _, c := range bad {
		t.Run("refuses "+c.name, func(t *testing.T) {
			t.Parallel()
			got, err := money.Parse(c.display, c.c)
			wantCode(t, err, fault.Invalid, c.code)
			if got.IsSet() {
				t.Errorf("got %v beside the fault", got)
			}
			if message := fault.From(err).Message; len(message) > 200 {
				t.Errorf("the message repeats %d bytes of input", len(message))
			}
		})
	}
}

func TestWhatIsPrintedIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCurrency().Draw(t, "currency")
		want := money.New(anyMinor().Draw(t, "minor"), c)
		text, negative := strings.CutPrefix(want.String(), "-")
		got, err := money.Parse(text, c)
		if err != nil {
			t.Fatal(err)
		}
		if negative {
			got = got.Neg()
		}
		if got != want || negative != (want.Sign() < 0) {
			t.Fatalf("%q reads as %v, want %v", want.String(), got, want)
		}
	})
}

var displayShape = regexp.MustCompile(`^\d+(\.\d+)?\z`)

// exactMinor is the reference for Parse: the exact minor units of a display
// string, or false when there are none.
func exactMinor(display string, exponent int) (*big.Int, bool) {
	if !displayShape.MatchString(display) {
		return nil, false
	}
	exact, ok := new(big.Rat).SetString(display)
	if !ok {
		return nil, false
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
	exact.Mul(exact, new(big.Rat).SetInt(scale))
	return exact.Num(), exact.IsInt() && inRange(exact.Num())
}

func FuzzParse(f *testing.F) {
	for _, display := range []string{
		"29.00", "29", "4500", "0.0001", "007.50", "1.2300000", "92233720368547758.07", "92233720368547758.08",
		"", ".", "1.", ".5", "-1", "+1", "1e3", "0x1p4", "1_000", "1/3", "٢٩", "29.00\n", "1,00", "NaN", "Inf", "\x00", "\xff",
	} {
		for _, code := range []string{"USD", "JPY", "IQD", "CLF", "XAU", ""} {
			f.Add(display, code)
		}
	}
	f.Fuzz(func(t *testing.T, display, code string) {
		if len(display) > 1_000 {
			return // the reference is quadratic in the number of digits
		}
		c := money.Currency(code)
		got, err := money.Parse(display, c)
		if !c.Known() {
			wantCode(t, err, fault.Invalid, "unknown_currency")
			return
		}
		exact, representable := exactMinor(display, c.Exponent())
		if representable != (err == nil) {
			t.Fatalf("Parse(%q, %s) = %v, %v; the exact value is %v", display, c, got, err, exact)
		}
		if err != nil {
			if !fault.Is(err, fault.Invalid) || fault.From(err).Field != "amount" {
				t.Fatalf("the fault is %#v", err)
			}
			return
		}
		if exact.Cmp(big.NewInt(got.Minor())) != 0 {
			t.Fatalf("Parse(%q, %s) = %d, want %v", display, c, got.Minor(), exact)
		}
		if again, err := money.Parse(got.String(), c); err != nil || again != got {
			t.Fatalf("%q prints as %q and reads back as %v, %v", display, got, again, err)
		}
	})
}
