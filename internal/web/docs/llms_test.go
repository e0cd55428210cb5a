package docs_test

import (
	"strings"
	"testing"

	"tillway/internal/api/pancake"
)

func TestLLMs(t *testing.T) {
	t.Parallel()
	text := get(mustHandler(t, publicURL, pancake.OpenAPI), "/llms.txt").Body.String()
	t.Run("every route has its line", func(t *testing.T) {
		t.Parallel()
		for path, item := range mustContract(t).Paths.Map() {
			for method, operation := range item.Operations() {
				var lines []string
				for line := range strings.Lines(text) {
					if strings.Contains(line, "`"+method+" "+path+"`") {
						lines = append(lines, line)
					}
				}
				if len(lines) != 1 || !strings.Contains(lines[0], operation.Summary) || !strings.Contains(lines[0], "]("+publicURL+"/docs/pancake/") {
					t.Errorf("%s %s has the lines %q", method, path, lines)
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
