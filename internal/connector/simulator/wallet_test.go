package simulator_test

import (
	"strings"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
)

func TestWalletTellsItsStory(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	type told struct {
		outcome connector.Outcome
		reason  connector.Reason
	}
	want := map[string]told{
		"000": {connector.Succeeded, ""},
		"002": {connector.Declined, connector.ReasonInvalidNumber},
		"004": {connector.Declined, connector.ReasonInsufficientFunds},
		"112": {connector.Declined, connector.ReasonCancelled},
		"322": {connector.RequiresAction, ""},
		"058": {connector.Unknown, ""},
		"059": {connector.Unknown, ""},
		"157": {connector.Pending, ""},
		"116": {connector.Pending, ""},
		"777": {connector.Pending, ""},
		"055": {connector.NotAttempted, connector.ReasonProviderError},
		"110": {connector.Rejected, connector.ReasonInvalidRequest},
	}
	for _, wallet := range simulator.Wallets() {
		result := f.Begin(t.Context(), walletCharge("ATT_"+wallet.Suffix, wallet.Example))
		expected, listed := want[wallet.Suffix]
		if got := (told{result.Outcome, result.Reason}); !listed || got != expected {
			t.Errorf("…%s tells %+v, want %+v", wallet.Suffix, got, expected)
		}
		if !strings.HasSuffix(wallet.Example, wallet.Suffix) || wallet.Summary == "" {
			t.Errorf("…%s is listed as %q, %q", wallet.Suffix, wallet.Example, wallet.Summary)
		}
		delete(want, wallet.Suffix)
	}
	for suffix := range want {
		t.Errorf("…%s is not listed, or listed twice", suffix)
	}
}

func TestWalletPhone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, c := range map[string]struct {
		phone string
		want  connector.Outcome
	}{
		"any other number succeeds":     {"03123456789", connector.Succeeded},
		"letters are no number":         {"0312345678a", connector.Declined},
		"a plus is not national form":   {"+923123456789", connector.Declined},
		"seven digits are too short":    {"0312000", connector.Declined},
		"sixteen digits are too long":   {"0312345678912000", connector.Declined},
		"an empty number is no account": {"", connector.Declined},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := f.Begin(t.Context(), walletCharge("ATT_"+name, c.phone))
			if result.Outcome != c.want {
				t.Errorf("told %q, want %q", result.Outcome, c.want)
			}
			if result.Outcome == connector.Succeeded && result.Receipt != (connector.Receipt{Brand: "jazzcash", Last4: "6789"}) {
				t.Errorf("receipt %+v", result.Receipt)
			}
		})
	}
}
