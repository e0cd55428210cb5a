package simulator

import (
	"slices"
	"time"

	"tillway/internal/connector"
)

// TestCard is one magic card number. Any future expiry and any CVC of three or
// four digits go with it.
type TestCard struct {
	Number   string
	Brand    string
	Scenario Scenario
	Summary  string // one line for the checkout page and the documentation
}

// Cards lists every magic card, those that succeed first.
func Cards() []TestCard { return slices.Clone(cards) }

// cards holds three families: Pancake's own test cards (spec/pancake.md §8),
// which do not all satisfy the Luhn formula; Stripe's well-known numbers
// (spec/connectors.md §5.6); and ours, where the three digits before the check
// digit are those of the wallet phone that tells the same story.
var cards = []TestCard{
	{"4576750000000110", "visa", Success, "Succeeds (Visa credit)"},
	{"2226900000000110", "mastercard", Success, "Succeeds (Mastercard credit)"},
	{"4001700000000110", "visa", Success, "Succeeds (Visa debit)"},
	{"2226930000000110", "mastercard", Success, "Succeeds (Mastercard debit)"},
	{"4576750000000220", "visa", GenericDecline, "Declined (Visa credit)"},
	{"2226900000000220", "mastercard", GenericDecline, "Declined (Mastercard credit)"},
	{"4001700000000220", "visa", GenericDecline, "Declined (Visa debit)"},
	{"2226930000000220", "mastercard", GenericDecline, "Declined (Mastercard debit)"},

	{"4242424242424242", "visa", Success, "Succeeds"},
	{"4111111111111111", "visa", Success, "Succeeds"},
	{"5555555555554444", "mastercard", Success, "Succeeds"},
	{"378282246310005", "amex", Success, "Succeeds (American Express)"},
	{"4000000000000002", "visa", GenericDecline, "Declined without a stated reason"},
	{"4000000000009995", "visa", InsufficientFunds, "Declined: insufficient funds"},
	{"4000000000009987", "visa", LostCard, "Declined for good: lost card"},
	{"4000000000009979", "visa", StolenCard, "Declined for good: stolen card"},
	{"4000000000000069", "visa", ExpiredCard, "Declined for good: expired card"},
	{"4000000000000127", "visa", IncorrectCVC, "Declined: incorrect CVC"},
	{"4000000000000119", "visa", ProcessingError, "Declined: processing error"},
	{"4000000000003220", "visa", Challenge, "Asks the customer, then succeeds or fails as answered"},
	{"4000008400001629", "visa", ChallengeDecline, "Asks the customer, then is declined whatever the answer"},
	{"4000000000000341", "visa", AttachOnly, "A zero-amount check succeeds, every charge is declined"},
	{"4000000000000259", "visa", Success, "Succeeds (disputed later at Stripe; here it stays paid)"},
	{"4000000000007726", "visa", RefundPending, "Succeeds; a refund is pending for a minute, then succeeds"},
	{"4000000000005126", "visa", RefundFails, "Succeeds; a refund is pending for a minute, then fails"},

	{"4576750000003224", "visa", Challenge, "Asks the customer, then succeeds or fails as answered"},
	{"4576750000000584", "visa", TimeoutMoved, "The answer is lost, and the money moved"},
	{"4576750000000592", "visa", TimeoutNotMoved, "The answer is lost, and no money moved"},
	{"4576750000001574", "visa", StaysPending, "Pending for a minute, then succeeds"},
	{"4576750000001160", "visa", PendingExpires, "Pending for a minute, then declined as expired"},
	{"4576750000007779", "visa", LateSuccess, "Expires after a minute, and is captured a minute after that"},
	{"4576750000000550", "visa", NeverSent, "The provider cannot be reached; nothing was sent"},
	{"4576750000001103", "visa", RequestRejected, "The provider refuses the request as malformed"},
}

// cardScenarios finds a magic card by its number.
var cardScenarios = func() map[string]Scenario {
	found := make(map[string]Scenario, len(cards))
	for _, card := range cards {
		found[card.Number] = card.Scenario
	}
	return found
}()

// readCard decides which story a typed card tells. The magic table comes
// before the Luhn formula because some of Pancake's cards fail it, and the
// buyer's own mistakes (a past expiry, a malformed CVC) come before the story,
// as they do at a real provider.
func readCard(card connector.CardDetails, now time.Time) (Scenario, connector.Receipt) {
	receipt := connector.Receipt{
		Brand: connector.Brand(card.Number), Last4: connector.Last4(card.Number),
		ExpiryMonth: card.ExpiryMonth, ExpiryYear: card.ExpiryYear,
	}
	story, listed := cardScenarios[card.Number]
	switch {
	case !listed && !connector.ValidNumber(card.Number):
		return InvalidNumber, receipt
	case pastExpiry(card, now):
		return ExpiredCard, receipt
	case !wellFormedCVC(card.CVC):
		return IncorrectCVC, receipt
	case !listed:
		return UnlistedInput, receipt
	}
	return story, receipt
}

// pastExpiry reports whether a card is past the last day of its expiry month,
// or names no month at all. UTC decides, because a test card has no country.
func pastExpiry(card connector.CardDetails, now time.Time) bool {
	if card.ExpiryMonth < 1 || card.ExpiryMonth > 12 {
		return true
	}
	end := time.Date(card.ExpiryYear, time.Month(card.ExpiryMonth)+1, 1, 0, 0, 0, 0, time.UTC)
	return !now.Before(end)
}

func wellFormedCVC(cvc string) bool {
	return (len(cvc) == 3 || len(cvc) == 4) && allDigits(cvc)
}

func allDigits(text string) bool {
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return text != ""
}
