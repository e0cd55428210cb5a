package docs_test

import (
	"strings"
	"testing"
	"time"

	"tillway/internal/webhook"
)

// signed is a webhook's signature, in the variables that the programs read.
type signed struct{ signature, timestamp string }

// hmacKeys are the secret of the receiver and another one.
const (
	hmacSecret = "whsec_0123456789abcdef"
	hmacOther  = "whsec_fedcba9876543210"
)

// mustSigned signs as the server does, with the given keys.
func mustSigned(t *testing.T, signer webhook.Signer, body string, at time.Time, secrets ...string) (made signed) {
	t.Helper()
	var keys []webhook.Key
	for _, secret := range secrets {
		keys = append(keys, webhook.HMACKey([]byte(secret)))
	}
	headers, err := signer.Sign(webhook.Signed{Body: []byte(body)}, keys, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range headers {
		switch {
		case strings.Contains(header.Name, "Signature"):
			made.signature = header.Value
		case strings.Contains(header.Name, "Timestamp"):
			made.timestamp = header.Value
		}
	}
	return made
}

// The programs of each dialect's page judge what the server signs.
func TestVerifySamplesOfTheOtherDialects(t *testing.T) {
	t.Parallel()
	diddoSigner, err := webhook.NewDiddoSigner(webhook.DiddoConfig{})
	if err != nil {
		t.Fatal(err)
	}
	type judged struct {
		body string
		signed
		accepted bool
	}
	now := time.Now()
	handler, runners := mustReference(t), mustRunners(t)
	for dialect, of := range map[string]struct {
		signer   webhook.Signer
		variable string
	}{
		"wayl":   {webhook.WaylSigner{}, "WAYL_WEBHOOK_SECRET"},
		"waypay": {webhook.WaypaySigner{}, "WAYPAY_SECRET_KEY_TEST"},
		"diddo":  {diddoSigner, "DIDDO_WEBHOOK_SECRET"},
	} {
		good := mustSigned(t, of.signer, delivered, now, hmacSecret)
		cut := good
		cut.signature = cut.signature[:len(cut.signature)-2]
		cases := map[string]judged{
			"a good one":      {delivered, good, true},
			"another body":    {strings.Replace(delivered, "order", "Order", 1), good, false},
			"another secret":  {delivered, mustSigned(t, of.signer, delivered, now, hmacOther), false},
			"a cut signature": {delivered, cut, false},
			"no signature":    {delivered, signed{"", good.timestamp}, false},
		}
		if dialect != "wayl" { // whose signature does not cover the time
			cases["an old one"] = judged{delivered, mustSigned(t, of.signer, delivered, now.Add(-6*time.Minute), hmacSecret), false}
			cases["one ahead"] = judged{delivered, mustSigned(t, of.signer, delivered, now.Add(time.Hour), hmacSecret), false}
			moved := signed{strings.Replace(good.signature, "t=1", "t=2", 1), "2" + good.timestamp[1:]}
			cases["another moment"] = judged{delivered, moved, false}
		}
		if dialect == "diddo" {
			cases["two secrets"] = judged{delivered, mustSigned(t, of.signer, delivered, now, hmacOther, hmacSecret), true}
		}
		samples := mustSamples(t, handler, "/docs/"+dialect+"/webhooks")
		for language, runner := range runners {
			for name, c := range cases {
				t.Run(dialect+" in "+language+" judges "+name, func(t *testing.T) {
					t.Parallel()
					printed, err := runner.run(t, samples[language], c.body, of.variable+"="+hmacSecret, "SIGNATURE="+c.signature, "TIMESTAMP="+c.timestamp)
					if accepted := err == nil; accepted != c.accepted {
						t.Errorf("accepted: %v (%v)\n%s", accepted, err, printed)
					}
				})
			}
		}
	}
}
