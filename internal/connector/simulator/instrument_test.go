package simulator_test

import (
	"testing"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
)

// Every scenario has a token, and together they reach every outcome.
func TestTokenTellsItsStory(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	reached := make(map[connector.Outcome]bool)
	for _, scenario := range simulator.Scenarios() {
		charge := tokenCharge("ATT_"+string(scenario), connector.Card, simulator.Token(scenario))
		result := f.Begin(t.Context(), charge)
		reached[result.Outcome] = true
		if scenario != simulator.InvalidNumber && result.Reason == connector.ReasonInvalidNumber {
			t.Errorf("the token of %q is not known", scenario)
		}
	}
	for _, outcome := range []connector.Outcome{
		connector.Succeeded, connector.Pending, connector.RequiresAction, connector.Declined,
		connector.NotAttempted, connector.Rejected, connector.Unknown,
	} {
		if !reached[outcome] {
			t.Errorf("no token reaches %q", outcome)
		}
	}
	unknown := f.Begin(t.Context(), tokenCharge("ATT_?", connector.Card, "tok_nonsense"))
	if unknown.Outcome != connector.Declined || unknown.Reason != connector.ReasonInvalidNumber {
		t.Errorf("an unknown token tells %q, %q", unknown.Outcome, unknown.Reason)
	}
}

func TestInstrumentFitsMethod(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	card := cardCharge("", "4242424242424242").Instrument
	wallet := walletCharge("", "03001234000").Instrument
	jazzcash := mobileCharge("", connector.JazzCash, "03001234000").Instrument
	easypaisa := mobileCharge("", connector.Easypaisa, "03001234000").Instrument
	unnamed := connector.Instrument{Wallet: &connector.WalletAccount{Phone: "03001234000"}}
	none := connector.Instrument{}
	for name, c := range map[string]struct {
		method     connector.Method
		instrument connector.Instrument
		want       connector.Outcome
	}{
		"Apple Pay with nothing typed":  {connector.ApplePay, none, connector.Succeeded},
		"Google Pay with nothing typed": {connector.GooglePay, none, connector.Succeeded},
		"WeChat with nothing typed":     {connector.WeChat, none, connector.Succeeded},
		"a test card behind Apple Pay":  {connector.ApplePay, card, connector.Succeeded},
		"a test card behind Google Pay": {connector.GooglePay, card, connector.Succeeded},
		"a card behind WeChat":          {connector.WeChat, card, connector.Rejected},
		"a card behind a wallet":        {connector.Wallet, card, connector.Rejected},
		"a wallet behind a card":        {connector.Card, wallet, connector.Rejected},
		"a card with nothing typed":     {connector.Card, none, connector.Rejected},
		"a wallet with nothing typed":   {connector.Wallet, none, connector.Rejected},
		"a voucher":                     {connector.Voucher, none, connector.RequiresAction},
		"a bank transfer":               {connector.Bank, none, connector.Rejected},
		"JazzCash with its account":     {connector.JazzCash, jazzcash, connector.Succeeded},
		"Easypaisa with its account":    {connector.Easypaisa, easypaisa, connector.Succeeded},
		"an account of no provider":     {connector.JazzCash, unnamed, connector.Succeeded},
		"JazzCash with nothing typed":   {connector.JazzCash, none, connector.Rejected},
		"Easypaisa with nothing typed":  {connector.Easypaisa, none, connector.Rejected},
		"JazzCash with a card":          {connector.JazzCash, card, connector.Rejected},
		"JazzCash's account elsewhere":  {connector.Easypaisa, jazzcash, connector.Rejected},
		"Easypaisa's account elsewhere": {connector.JazzCash, easypaisa, connector.Rejected},
		"Qi Card":                       {connector.QiCard, none, connector.RequiresAction},
		"ZainCash":                      {connector.ZainCash, none, connector.RequiresAction},
		"FIB":                           {connector.FIB, none, connector.RequiresAction},
		"a card behind Qi Card":         {connector.QiCard, card, connector.Rejected},
		"a wallet behind ZainCash":      {connector.ZainCash, wallet, connector.Rejected},
		"a wallet behind FIB":           {connector.FIB, wallet, connector.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			charge := cardCharge("ATT_"+name, "")
			charge.Method, charge.Instrument = c.method, c.instrument
			if result := f.Begin(t.Context(), charge); result.Outcome != c.want {
				t.Errorf("told %q (%s), want %q", result.Outcome, result.Message, c.want)
			}
		})
	}
}
