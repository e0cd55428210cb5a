package docs

import (
	"net/http"

	"tillway/internal/web/ui"
)

// pancakeGuide describes Pancake (spec/pancake.md §3, §4).
func pancakeGuide() guide {
	inTest := CredentialHeader{Name: "X-Environment", Value: "test"}
	return guide{
		glance: Glance{
			Summary:     "Products with prices in many currencies, checkout sessions, orders, and refunds. The official SDK works by changing its base URL.",
			Credentials: "your server signs each request with its RSA key; buyers have session tokens",
			Answers:     "data or errors in an envelope; idempotency keys",
			Values:      `amounts are decimal strings in major units: "29.00"`,
			Webhooks:    "X-Waffo-Signature: RSA over the time and the body",
		},
		prefix: "/v1/actions", byPath: true, envelope: true,
		credentials: []Credential{
			{
				Key: "key", Title: "API key", Text: "your server signs the request with its private key", Signing: RSASigned,
				schemes: []string{"merchantId", "timestamp", "signature"},
				Headers: []CredentialHeader{{Name: "X-Merchant-Id", Variable: "WAFFO_MERCHANT_ID", Field: "try-merchant"}},
				Fields:  []ui.Field{{Name: "try-merchant", Label: "Merchant ID", Placeholder: "MER_…", Autocomplete: "off"}},
				Secret: SecretField{
					ID: "try-key", Label: "Private key", Placeholder: "-----BEGIN PRIVATE KEY-----",
					Hint: "It signs in this tab and goes nowhere: neither sent nor stored. Use a test key; a live key works on real data.",
				},
			},
			{
				Key: "token", Title: "Session token", Text: "a known buyer, with a token that your server issued",
				schemes: []string{"sessionToken"},
				Headers: []CredentialHeader{
					{Name: "Authorization", Prefix: "Bearer ", Variable: "SESSION_TOKEN", Field: "try-token"}, inTest,
				},
				Fields: []ui.Field{{Name: "try-token", Label: "Session token", Hint: "Of the test environment.", Autocomplete: "off"}},
			},
			{
				Key: "visitor", Title: "Visitor", Text: "anybody's browser, with the store's slug",
				schemes: []string{"storeSlug"},
				Headers: []CredentialHeader{{Name: "X-Store-Slug", Variable: "STORE_SLUG", Field: "try-slug"}, inTest},
				Fields: []ui.Field{{
					Name: "try-slug", Label: "Store slug", Hint: "The call is made in the test environment.", Placeholder: "acme-k3v9x0qz", Autocomplete: "off",
				}},
			},
		},
		meanings: map[int]string{
			http.StatusUnauthorized:        "The credential is missing, wrong or too old. In the test environment aiHint says which check failed and what was to be signed.",
			http.StatusConflict:            "The same idempotency key is being worked on, or the thing exists already.",
			http.StatusInternalServerError: "The server's own mistake. Try again with the same idempotency key.",
		},
	}
}
