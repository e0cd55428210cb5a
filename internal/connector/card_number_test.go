package connector_test

import (
	"testing"

	"tillway/internal/connector"
)

func TestValidNumber(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		number string
		want   bool
	}{
		"valid visa":                     {"4242424242424242", true},
		"valid amex":                     {"378282246310005", true},
		"wrong check digit":              {"4242424242424241", false},
		"two digits swapped":             {"4242424242424224", false},
		"a space is not a digit":         {"4242 4242 4242 4242", false},
		"a non-ASCII digit is no digit":  {"424242424242424\u0662", false},
		"too short although sums to ten": {"00000000000", false},
		"too long although sums to ten":  {"00000000000000000000", false},
		"empty":                          {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := connector.ValidNumber(c.number); got != c.want {
				t.Errorf("ValidNumber(%q) = %v, want %v", c.number, got, c.want)
			}
		})
	}
}

func TestBrand(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"4576750000000110": "visa",
		"2226900000000110": "mastercard",
		"2220990000000000": "unknown",
		"2720990000000000": "mastercard",
		"2721000000000000": "unknown",
		"5555555555554444": "mastercard",
		"5600000000000000": "unknown",
		"378282246310005":  "amex",
		"6011000990139424": "discover",
		"6450000000000000": "discover",
		"3530111333300000": "jcb",
		"30569309025904":   "diners",
		"6200000000000005": "unionpay",
		"5":                "unknown",
		"":                 "unknown",
	} {
		if got := connector.Brand(number); got != want {
			t.Errorf("Brand(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestLast4(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"4576750000000110": "0110",
		"03001234567":      "4567",
		"1234567":          "",
		"":                 "",
	} {
		if got := connector.Last4(number); got != want {
			t.Errorf("Last4(%q) = %q, want %q", number, got, want)
		}
	}
}
