package diddo

import (
	"time"

	"tillway/internal/money"
)

// wireTime is ISO 8601 in UTC with seconds, as the events have it
// (spec/diddo.md §3).
const wireTime = "2006-01-02T15:04:05Z"

func timeOf(t time.Time) string { return t.UTC().Format(wireTime) }

// textOrNull is null where the core has "".
func textOrNull[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	text := string(s)
	return &text
}

// moneyWire is an amount (spec/diddo.md §4): value in minor units.
type moneyWire struct {
	Value        int64  `json:"value"`
	DisplayValue string `json:"display_value"`
	Currency     string `json:"currency"`
}

// signs are written before the digits in place of the currency's code.
var signs = map[money.Currency]string{"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}

func fromMoney(a money.Amount) moneyWire {
	display := a.String()
	if sign, known := signs[a.Currency()]; known {
		display = sign + display
	} else {
		display += " " + string(a.Currency())
	}
	return moneyWire{Value: a.Minor(), DisplayValue: display, Currency: string(a.Currency())}
}

// moneyOrNull is null for what is no amount.
func moneyOrNull(a money.Amount) *moneyWire {
	if !a.IsSet() {
		return nil
	}
	wire := fromMoney(a)
	return &wire
}
