package simulator_test

import (
	"testing"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
)

func TestCardTellsItsStory(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	type told struct {
		outcome connector.Outcome
		decline connector.Decline
		reason  connector.Reason
		brand   string
	}
	soft := func(reason connector.Reason) told { return told{connector.Declined, connector.Soft, reason, "visa"} }
	hard := func(reason connector.Reason) told { return told{connector.Declined, connector.Hard, reason, "visa"} }
	visa := told{outcome: connector.Succeeded, brand: "visa"}
	mastercard := told{outcome: connector.Succeeded, brand: "mastercard"}
	refusedMastercard := soft(connector.ReasonGeneric)
	refusedMastercard.brand = "mastercard"
	want := map[string]told{
		"4576750000000110": visa, "2226900000000110": mastercard,
		"4001700000000110": visa, "2226930000000110": mastercard,
		"4576750000000220": soft(connector.ReasonGeneric), "2226900000000220": refusedMastercard,
		"4001700000000220": soft(connector.ReasonGeneric), "2226930000000220": refusedMastercard,
		"4242424242424242": visa, "4111111111111111": visa, "5555555555554444": mastercard,
		"378282246310005":  {outcome: connector.Succeeded, brand: "amex"},
		"4000000000000002": soft(connector.ReasonGeneric),
		"4000000000009995": soft(connector.ReasonInsufficientFunds),
		"4000000000009987": hard(connector.ReasonLostCard),
		"4000000000009979": hard(connector.ReasonStolenCard),
		"4000000000000069": hard(connector.ReasonExpiredCard),
		"4000000000000127": soft(connector.ReasonIncorrectCVC),
		"4000000000000119": soft(connector.ReasonProviderError),
		"4000000000003220": {outcome: connector.RequiresAction, brand: "visa"},
		"4000008400001629": {outcome: connector.RequiresAction, brand: "visa"},
		"4000000000000341": soft(connector.ReasonGeneric),
		"4000000000000259": visa, "4000000000007726": visa, "4000000000005126": visa,
		"4576750000003224": {outcome: connector.RequiresAction, brand: "visa"},
		"4576750000000584": {outcome: connector.Unknown}, "4576750000000592": {outcome: connector.Unknown},
		"4576750000001574": {outcome: connector.Pending, brand: "visa"},
		"4576750000001160": {outcome: connector.Pending, brand: "visa"},
		"4576750000007779": {outcome: connector.Pending, brand: "visa"},
		"4576750000000550": {outcome: connector.NotAttempted, reason: connector.ReasonProviderError},
		"4576750000001103": {outcome: connector.Rejected, reason: connector.ReasonInvalidRequest},
	}
	for _, card := range simulator.Cards() {
		expected, listed := want[card.Number]
		if !listed {
			t.Errorf("%s is not in the test's table", card.Number)
		}
		delete(want, card.Number)
		result := f.Begin(t.Context(), cardCharge("ATT_"+card.Number, card.Number))
		if got := (told{result.Outcome, result.Decline, result.Reason, result.Receipt.Brand}); got != expected {
			t.Errorf("%s (%s) tells %+v, want %+v", card.Number, card.Scenario, got, expected)
		}
		if card.Brand != connector.Brand(card.Number) || card.Summary == "" {
			t.Errorf("%s is listed as %q, %q", card.Number, card.Brand, card.Summary)
		}
	}
	for number := range want {
		t.Errorf("%s is not listed, or listed twice", number)
	}
}

// Our own numbers must pass every form's check; only Pancake's may fail it.
func TestOwnCardsSatisfyLuhn(t *testing.T) {
	t.Parallel()
	for i, card := range simulator.Cards() {
		const pancakes = 8
		if i >= pancakes && !connector.ValidNumber(card.Number) {
			t.Errorf("%s has a wrong check digit", card.Number)
		}
	}
}

func TestCardsGivesACopy(t *testing.T) {
	t.Parallel()
	simulator.Cards()[0].Number = "spoilt"
	simulator.Wallets()[0].Suffix = "spoilt"
	if simulator.Cards()[0].Number == "spoilt" || simulator.Wallets()[0].Suffix == "spoilt" {
		t.Error("a caller can change the magic inputs of everybody")
	}
}

func TestMistypedCardIsDeclined(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good := connector.CardDetails{Number: "4242424242424242", ExpiryMonth: 11, ExpiryYear: 2026, CVC: "123"}
	for name, c := range map[string]struct {
		change  func(*connector.CardDetails)
		decline connector.Decline
		reason  connector.Reason
	}{
		"wrong check digit":         {func(c *connector.CardDetails) { c.Number = "4242424242424241" }, connector.Hard, connector.ReasonInvalidNumber},
		"spaces in the number":      {func(c *connector.CardDetails) { c.Number = "4242 4242 4242 4242" }, connector.Hard, connector.ReasonInvalidNumber},
		"no number":                 {func(c *connector.CardDetails) { c.Number = "" }, connector.Hard, connector.ReasonInvalidNumber},
		"no test card":              {func(c *connector.CardDetails) { c.Number = "4012888888881881" }, connector.Hard, connector.ReasonGeneric},
		"expired last month":        {func(c *connector.CardDetails) { c.ExpiryMonth = 10 }, connector.Hard, connector.ReasonExpiredCard},
		"expired last year":         {func(c *connector.CardDetails) { c.ExpiryYear = 2025 }, connector.Hard, connector.ReasonExpiredCard},
		"a year of two digits":      {func(c *connector.CardDetails) { c.ExpiryYear = 30 }, connector.Hard, connector.ReasonExpiredCard},
		"month 13":                  {func(c *connector.CardDetails) { c.ExpiryMonth, c.ExpiryYear = 13, 2030 }, connector.Hard, connector.ReasonExpiredCard},
		"month 0":                   {func(c *connector.CardDetails) { c.ExpiryMonth, c.ExpiryYear = 0, 2030 }, connector.Hard, connector.ReasonExpiredCard},
		"CVC of two digits":         {func(c *connector.CardDetails) { c.CVC = "12" }, connector.Soft, connector.ReasonIncorrectCVC},
		"CVC of five digits":        {func(c *connector.CardDetails) { c.CVC = "12345" }, connector.Soft, connector.ReasonIncorrectCVC},
		"CVC of letters":            {func(c *connector.CardDetails) { c.CVC = "12a" }, connector.Soft, connector.ReasonIncorrectCVC},
		"no CVC":                    {func(c *connector.CardDetails) { c.CVC = "" }, connector.Soft, connector.ReasonIncorrectCVC},
		"wrong digit beats expiry":  {func(c *connector.CardDetails) { c.Number, c.ExpiryYear = "4242424242424241", 2020 }, connector.Hard, connector.ReasonInvalidNumber},
		"expiry beats the test one": {func(c *connector.CardDetails) { c.Number, c.ExpiryYear = "4000000000009995", 2020 }, connector.Hard, connector.ReasonExpiredCard},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			card := good
			c.change(&card)
			charge := cardCharge("ATT_"+name, "")
			charge.Instrument.Card = &card
			result := f.Begin(t.Context(), charge)
			if result.Outcome != connector.Declined || result.Decline != c.decline || result.Reason != c.reason {
				t.Errorf("told %q, %q, %q, want %q, %q, %q", result.Outcome, result.Decline, result.Reason,
					connector.Declined, c.decline, c.reason)
			}
		})
	}
	t.Run("good until the end of its month, with a CVC of four digits", func(t *testing.T) {
		t.Parallel()
		card := good
		card.CVC = "1234"
		charge := cardCharge("ATT_good", "")
		charge.Instrument.Card = &card
		if result := f.Begin(t.Context(), charge); result.Outcome != connector.Succeeded {
			t.Errorf("told %q (%s)", result.Outcome, result.Message)
		}
	})
}
