package money

import (
	"encoding/json"

	"tillway/internal/fault"
)

// stored is how Tillway's own records spell an amount. It is no dialect's wire
// form: those print display strings or minor units by their own rules.
type stored struct {
	Minor    int64    `json:"minor"`
	Currency Currency `json:"currency"`
}

// MarshalJSON gives {"minor":2900,"currency":"USD"}, and null for "no amount".
func (a Amount) MarshalJSON() ([]byte, error) {
	if !a.IsSet() {
		return []byte("null"), nil
	}
	return json.Marshal(stored{Minor: a.minor, Currency: a.currency})
}

// UnmarshalJSON reads what MarshalJSON wrote. Any other shape, and a currency
// outside the list, is Invalid.
func (a *Amount) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*a = Amount{}
		return nil
	}
	var read stored
	if err := json.Unmarshal(text, &read); err != nil {
		return fault.Invalidf("amount", "bad_amount", "The stored amount cannot be read").WithCause(err)
	}
	c, err := ParseCurrency(string(read.Currency))
	if err != nil {
		return err
	}
	*a = New(read.Minor, c)
	return nil
}
