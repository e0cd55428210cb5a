package cli

import (
	"bytes"
	"strings"
	"testing"

	"tillway/internal/operator"
)

// A delivery that belongs to no webhook says why, in the list and when it is
// shown whole.
func TestAnAddressOfARequestIsToldAsSuch(t *testing.T) {
	t.Parallel()
	const url = "https://shop.example/told?link=1"
	for name, c := range map[string]struct {
		delivery     operator.LoggedDelivery
		listed, line string
	}{
		"came with the request": {
			operator.LoggedDelivery{URL: url, Channel: "http", Called: true},
			url + " (came with the request)", "To           " + url + ", which came with the request\n",
		},
		"of a webhook": {
			operator.LoggedDelivery{URL: url, Channel: "http", Webhook: "EP"},
			url, "Webhook      EP, http, " + url + "\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := destination(c.delivery); got != c.listed {
				t.Errorf("listed as %q, want %q", got, c.listed)
			}
			var out bytes.Buffer
			printExchange(&out, operator.DeliveryExchange{LoggedDelivery: c.delivery})
			if !strings.Contains(out.String(), c.line) {
				t.Errorf("shown as %q, want %q in it", out.String(), c.line)
			}
		})
	}
}
