package money_test

import (
	"regexp"
	"slices"
	"testing"

	"tillway/internal/fault"
	"tillway/internal/money"
)

func TestParseCurrency(t *testing.T) {
	t.Parallel()
	t.Run("accepts what the list has", func(t *testing.T) {
		t.Parallel()
		for _, want := range money.Currencies() {
			if got, err := money.ParseCurrency(string(want)); err != nil || got != want {
				t.Errorf("ParseCurrency(%q) = %q, %v", want, got, err)
			}
		}
	})
	refused := map[string]string{
		"empty": "", "lower case": "usd", "spaced": " USD", "too long": "USDX", "numeric": "840",
		"gold, without a minor unit": "XAU", "SDR": "XDR", "testing code": "XTS", "no currency": "XXX",
		"withdrawn kuna": "HRK", "withdrawn lev": "BGN", "withdrawn guilder": "ANG", "withdrawn dollar": "ZWL",
		"before the list": "AAA", "after the list": "ZZZ",
	}
	for name, code := range refused {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			got, err := money.ParseCurrency(code)
			if got != "" || !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "unknown_currency" {
				t.Errorf("ParseCurrency(%q) = %q, %v", code, got, err)
			}
		})
	}
}

func TestMustCurrencyPanicsOnAnUnknownCode(t *testing.T) {
	t.Parallel()
	if got := money.MustCurrency("EUR"); got != "EUR" {
		t.Errorf("MustCurrency = %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	money.MustCurrency("EURO")
}

// TestExponent states every currency whose exponent is not 2, so that a slip in
// the list shows in a second place.
func TestExponent(t *testing.T) {
	t.Parallel()
	special := map[int][]money.Currency{
		0: {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"},
		3: {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"},
		4: {"CLF", "UYW"},
	}
	want := map[money.Currency]int{}
	for exponent, codes := range special {
		for _, code := range codes {
			want[code] = exponent
		}
	}
	for _, c := range money.Currencies() {
		expected, isSpecial := want[c]
		if !isSpecial {
			expected = 2
		}
		delete(want, c)
		if got := c.Exponent(); got != expected {
			t.Errorf("%s has exponent %d, want %d", c, got, expected)
		}
	}
	if len(want) > 0 {
		t.Errorf("not in the list: %v", want)
	}
}

func TestCurrenciesAreWellFormed(t *testing.T) {
	t.Parallel()
	list := money.Currencies()
	if len(list) != 165 {
		t.Errorf("%d currencies, want the 165 active ones with a minor unit", len(list))
	}
	if !slices.IsSorted(list) {
		t.Error("the list is out of order; look-ups by binary search would miss")
	}
	alphabetic, numeric := regexp.MustCompile(`^[A-Z]{3}$`), regexp.MustCompile(`^\d{3}$`)
	numbers := map[string]money.Currency{}
	for _, c := range list {
		if !alphabetic.MatchString(c.String()) || !numeric.MatchString(c.Numeric()) || c.Name() == "" {
			t.Errorf("bad row: %q %q %q", c, c.Numeric(), c.Name())
		}
		if other, taken := numbers[c.Numeric()]; taken {
			t.Errorf("%s and %s are both %s", c, other, c.Numeric())
		}
		numbers[c.Numeric()] = c
	}
	if usd := money.MustCurrency("USD"); usd.Numeric() != "840" || usd.Name() != "US Dollar" {
		t.Errorf("USD is %s %s", usd.Numeric(), usd.Name())
	}
}

func TestACodeOutsideTheListIsHarmless(t *testing.T) {
	t.Parallel()
	stray := money.Currency("usd")
	if stray.Known() || stray.Exponent() != 0 || stray.Numeric() != "" || stray.Name() != "" {
		t.Errorf("a stray code reads as %v %d %q %q", stray.Known(), stray.Exponent(), stray.Numeric(), stray.Name())
	}
	if got := money.New(2900, stray).String(); got != "2900" {
		t.Errorf("a stray amount prints %q, want its integer", got)
	}
}
