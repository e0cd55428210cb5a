package docs_test

import (
	"strings"
	"testing"
)

func TestLLMs(t *testing.T) {
	t.Parallel()
	text := get(mustReference(t), "/llms.txt").Body.String()
	t.Run("every route has its line", func(t *testing.T) {
		t.Parallel()
		for _, dialect := range spoken {
			for path, item := range mustContract(t, dialect.OpenAPI).Paths.Map() {
				for method, operation := range item.Operations() {
					var lines []string
					for line := range strings.Lines(text) {
						if strings.Contains(line, "`"+method+" "+path+"`") {
							lines = append(lines, line)
						}
					}
					if len(lines) != 1 || !strings.Contains(lines[0], operation.Summary) || !strings.Contains(lines[0], "]("+publicURL+"/docs/"+dialect.Name+"/") {
						t.Errorf("%s %s has the lines %q", method, path, lines)
					}
				}
			}
		}
	})
	t.Run("the rules are there", func(t *testing.T) {
		t.Parallel()
		for subject, says := range map[string]string{
			"the base URL":     "Base URL: " + publicURL,
			"signing":          "RSASSA-PKCS1-v1_5",
			"the headers":      "`X-Merchant-Id: MER_…`, `X-Timestamp`",
			"the envelope":     `{"data": null, "errors"`,
			"idempotency":      "X-Idempotency-Key",
			"identifiers":      "22 base62",
			"amounts":          `"29.00" USD, "4500" JPY`,
			"webhooks":         "X-Waffo-Signature: t=<unix milliseconds>,v1=<base64>",
			"the test cards":   publicURL + "/docs#test-cards",
			"the contract":     publicURL + "/docs/pancake.openapi.yaml",
			"what is required": "Required: storeId, channel, url, events, testMode.",
			"other successes":  "Required: referenceId, total, currency. Success: 201.",
			"Wayl":             "\n## Wayl\n",
			"Wayl's token":     "X-WAYL-AUTHENTICATION: <token>",
			"Wayl's webhooks":  "`x-wayl-signature-256`",
			"Waypay's key":     "SWICH-API-Key: pk_test_…",
			"Waypay's MD5":     "MD5 of a base string",
			"Waypay's hooks":   "`X-Waypay-Signature`",
			"Diddo's key":      "Authorization: Bearer dk_test_…",
			"Diddo's webhooks": "X-Diddo-Signature: t=<unix seconds>,v1=<hex>",
		} {
			if !strings.Contains(text, says) {
				t.Errorf("nothing is said of %s: %q", subject, says)
			}
		}
		if !strings.HasPrefix(text, "# Tillway\n\n> ") || strings.Contains(text, "<no value>") || strings.Contains(text, "&#") {
			t.Errorf("the file is not the plain Markdown that it should be:\n%s", text)
		}
	})
}
