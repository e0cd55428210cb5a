package docs

import (
	"net/http"

	"tillway/internal/web/ui"
)

// diddoGuide describes Diddo (spec/diddo.md §1, §3).
func diddoGuide() guide {
	bearer := func(variable, field string) []CredentialHeader {
		return []CredentialHeader{{Name: "Authorization", Prefix: "Bearer ", Variable: variable, Field: field}}
	}
	return guide{
		glance: Glance{
			Summary:     "Carts that are shared and bought on a hosted page or by QR code, and webhook subscriptions.",
			Credentials: "bearer keys of one store and mode; customers have tokens of their own",
			Answers:     "the bare object; a failure has error with code, message and status",
			Values:      "amounts are integers in minor units, with display_value beside them",
			Webhooks:    "X-Diddo-Signature: HMAC-SHA256 over the time and the body, with the subscription's secret",
		},
		credentials: []Credential{
			{
				Key: "key", Title: "API key", Text: "your server sends a key of its store and mode", schemes: []string{"apiKey"},
				Headers: bearer("DIDDO_API_KEY_TEST", "try-api-key"),
				Fields: []ui.Field{{
					Name: "try-api-key", Label: "API key", Type: "password", Placeholder: "dk_test_…", Autocomplete: "off",
					Hint: "The key decides the mode: a live key works on real data.",
				}},
			},
			{
				Key: "customer", Title: "Customer token", Text: "a customer's browser, with a token that your server minted",
				schemes: []string{"customerToken"}, Headers: bearer("DIDDO_CUSTOMER_TOKEN", "try-customer"),
				Fields: []ui.Field{{Name: "try-customer", Label: "Customer token", Type: "password", Autocomplete: "off"}},
			},
			{
				Key: "temporary", Title: "Temporary token", Text: "whoever exchanges it for a key, once", schemes: []string{"temporaryToken"},
				Headers: bearer("DIDDO_TEMPORARY_TOKEN", "try-temporary"),
				Fields: []ui.Field{{
					Name: "try-temporary", Label: "Temporary token", Type: "password", Placeholder: "dt_…", Autocomplete: "off",
					Hint: "It is spent by the call.",
				}},
			},
		},
		meanings: map[int]string{
			http.StatusForbidden:           "The credential is good, but not for this, or the store cannot sell in this mode yet.",
			http.StatusUnprocessableEntity: "The cart cannot be sold: it is empty, or something in it is not for sale.",
		},
		verify: verification{
			Header: "X-Diddo-Signature", Listed: true, Secret: "DIDDO_WEBHOOK_SECRET",
		},
	}
}
