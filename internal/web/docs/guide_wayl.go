package docs

import (
	"net/http"

	"tillway/internal/web/ui"
)

// waylGuide describes Wayl (spec/wayl.md §1, §6).
func waylGuide() guide {
	return guide{
		glance: Glance{
			Summary:     "Payment links in whole Iraqi dinars, and refunds.",
			Credentials: "one opaque token of the store in X-WAYL-AUTHENTICATION",
			Answers:     "data, message and success; every mistake of a request at once",
			Values:      "amounts are whole numbers of dinars",
			Webhooks:    "x-wayl-signature-256: HMAC-SHA256 over the body, with the link's own secret",
		},
		credentials: []Credential{{
			Key: "token", Title: "Token", Text: "your server sends the store's token", schemes: []string{"token"},
			Headers: []CredentialHeader{{Name: "X-WAYL-AUTHENTICATION", Variable: "WAYL_TOKEN", Field: "try-token"}},
			Fields: []ui.Field{{
				Name: "try-token", Label: "Token", Type: "password", Autocomplete: "off",
				Hint: "It serves both environments: a link without env, or with env live, is for real money.",
			}},
		}},
		meanings: map[int]string{
			http.StatusBadRequest:          "The body is no JSON object.",
			http.StatusForbidden:           "The store cannot sell in that environment yet. The message says the remedy.",
			http.StatusUnprocessableEntity: "Members break a rule. errors names each with its path.",
		},
		verify: verification{
			Header: "X-Wayl-Signature-256", Secret: "WAYL_WEBHOOK_SECRET",
		},
	}
}
