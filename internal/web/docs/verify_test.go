package docs_test

import (
	"strings"
	"testing"
	"time"

	"tillway/internal/api/pancake"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/webhook"
)

const delivered = `{"id":"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9","eventType":"order.completed","storeName":"Bücher & Söhne %s\n"}`

// mustSignature is the header that the server would send with the body.
func mustSignature(t *testing.T, body string, at time.Time) string {
	t.Helper()
	private, err := pancakeclient.ParseKey(mustPrivateKey(t))
	if err != nil {
		t.Fatal(err)
	}
	headers, err := webhook.PancakeSigner{}.Sign(webhook.Signed{Body: []byte(body)}, []webhook.Key{webhook.RSAKey(private)}, at)
	if err != nil {
		t.Fatal(err)
	}
	return headers[0].Value
}

func TestVerifySamples(t *testing.T) {
	t.Parallel()
	samples := mustSamples(t, mustHandler(t, publicURL, pancake.OpenAPI), "/docs/pancake/webhooks")
	key, err := keyPair()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	good := mustSignature(t, delivered, now)
	cases := map[string]struct {
		body, header string
		accepted     bool
	}{
		"a good one":      {delivered, good, true},
		"another body":    {strings.Replace(delivered, "order", "Order", 1), good, false},
		"an old one":      {delivered, mustSignature(t, delivered, now.Add(-46*time.Minute)), false},
		"one ahead":       {delivered, mustSignature(t, delivered, now.Add(time.Hour)), false},
		"another moment":  {delivered, strings.Replace(good, "t=1", "t=2", 1), false},
		"a broken base64": {delivered, good[:len(good)-8], false},
	}
	for language, runner := range mustRunners(t) {
		for name, c := range cases {
			t.Run(language+" judges "+name, func(t *testing.T) {
				t.Parallel()
				printed, err := runner.run(t, samples[language], c.body, "SIGNATURE="+c.header,
					"WAFFO_WEBHOOK_TEST_PUBLIC_KEY="+strings.ReplaceAll(key.Public, "\n", `\n`))
				if accepted := err == nil; accepted != c.accepted {
					t.Errorf("accepted: %v (%v)\n%s", accepted, err, printed)
				}
			})
		}
	}
}
