package e2e

import (
	"net/http"
	"testing"

	"tillway/test/harness"
)

func TestTheCommandPaysEveryDialect(t *testing.T) {
	t.Parallel()
	s := serve(t)
	cart := s.newCart()
	for dialect, page := range map[string]func(reference string) string{
		"wayl":   func(reference string) string { return s.newLink(reference, nil).URL },
		"waypay": func(reference string) string { return s.newIntent(reference, nil).URL },
		"diddo":  func(string) string { return s.begin(cart) },
		"diddo, by the cart's own link": func(string) string {
			var customer struct{ CST string }
			s.diddo(http.MethodPost, "/checkout/cst", map[string]any{}, &customer)
			return s.URL + "/diddo/checkout?cart_id=" + cart + "#auth_token=" + customer.CST
		},
	} {
		for _, c := range []struct {
			reference string
			args      []string
			code      int
		}{
			{"PAID", []string{"--card", "4242424242424242"}, 0},
			{"DECLINED", []string{"--card", "4000000000000002"}, 1},
		} {
			output := harness.Run(t, "", append([]string{"pay", page(c.reference)}, c.args...)...)
			if output.Code != c.code {
				t.Errorf("%s, %s: exited with %d, want %d:\n%s%s", dialect, c.reference, output.Code, c.code, output.Stdout, output.Stderr)
			}
		}
	}
	// With a wallet, whose password is given and whose wrong one is refused.
	for code, want := range map[string]int{"123456": 0, "000000": 1} {
		page := s.newIntent("WALLET"+code, nil).URL
		if output := harness.Run(t, "", "pay", page, "--method", "jazzcash", "--otp", code); output.Code != want {
			t.Errorf("with the password %s: exited with %d, want %d:\n%s%s", code, output.Code, want, output.Stdout, output.Stderr)
		}
	}
	s.wantVerified()
}
