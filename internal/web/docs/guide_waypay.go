package docs

import (
	"net/http"

	"tillway/internal/web/ui"
)

// waypayGuide describes Waypay (spec/waypay.md §2, §3, §6).
func waypayGuide() guide {
	key := Credential{
		Key: "key", Title: "API key", Text: "your server sends the store's key", schemes: []string{"storeKey"},
		Headers: []CredentialHeader{{Name: "SWICH-API-Key", Variable: "WAYPAY_API_KEY_TEST", Field: "try-api-key"}},
		Fields: []ui.Field{{
			Name: "try-api-key", Label: "API key", Type: "password", Placeholder: "pk_test_…", Autocomplete: "off",
			Hint: "The key decides the mode: a live key works on real data.",
		}},
	}
	return guide{
		glance: Glance{
			Summary:     "Payment intents in Pakistani rupees and US dollars with cards and wallets, their transactions, and refunds.",
			Credentials: "a key in SWICH-API-Key, and an MD5 signature in the bodies that move money",
			Answers:     "the bare object; a failure has code, message and details",
			Values:      "amounts are JSON numbers in major units: 1000.00",
			Webhooks:    "X-Waypay-Signature: HMAC-SHA256 over the time and the body",
		},
		credentials: []Credential{key},
		meanings: map[int]string{
			http.StatusBadRequest:          "The form of a member is wrong. details.field names it.",
			http.StatusUnauthorized:        "The key or the signature is wrong. In test mode details.hint says which string was to be signed.",
			http.StatusForbidden:           "The store cannot sell in this mode yet. details.hint says the remedy.",
			http.StatusUnprocessableEntity: "The request breaks a rule of the trade. code says which.",
		},
		verify: verification{
			Header: "X-Waypay-Signature", Stamp: "X-Waypay-Timestamp", Secret: "WAYPAY_SECRET_KEY_TEST",
		},
	}
}
