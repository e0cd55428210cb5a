package pay

import (
	"regexp"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/money"
)

// FeeTerms is a fee as a person writes it.
type FeeTerms struct {
	Currency money.Currency
	Rate     money.Rate
	Fixed    money.Amount
	None     bool // the currency is to have no rule
}

// feeText is a currency and "none", a percentage, an amount, or both.
var feeText = regexp.MustCompile(`^([A-Za-z]{3})\s+(?:(none)|([0-9.]+)\s*%(?:\s*\+\s*([0-9.]+))?|([0-9.]+))$`)

const wholeRate money.Rate = 1_000_000

// ParseFee reads "PKR 2.5% + 10", "IQD 3%", "USD 0.30", "USD 0" or "PKR none".
// Errors: Invalid "fee".
func ParseFee(text string) (FeeTerms, error) {
	parts := feeText.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return FeeTerms{}, badFee("%q is no fee", fault.Echo(text))
	}
	currency, err := money.ParseCurrency(strings.ToUpper(parts[1]))
	if err != nil {
		return FeeTerms{}, badFee("%s", fault.From(err).Message)
	}
	terms := FeeTerms{Currency: currency, Fixed: money.Zero(currency), None: parts[2] != ""}
	if rate := parts[3]; rate != "" {
		if terms.Rate, err = money.ParsePercent(rate); err != nil {
			return FeeTerms{}, badFee("%s", fault.From(err).Message)
		}
		if terms.Rate > wholeRate {
			return FeeTerms{}, badFee("a fee is at most 100%% of the charge")
		}
	}
	if fixed := parts[4] + parts[5]; fixed != "" {
		if terms.Fixed, err = money.Parse(fixed, currency); err != nil {
			return FeeTerms{}, badFee("%s", fault.From(err).Message)
		}
	}
	return terms, nil
}

func badFee(format string, args ...any) *fault.Error {
	return fault.Invalidf("fee", "bad_fee", "Invalid fee: "+format, args...).
		WithHint(`Write the currency and a rate, an amount, or both: "PKR 2.5% + 10", "IQD 3%", "USD 0.30"; "PKR none" takes the rule away`)
}
