package webhook_test

import (
	"strings"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/webhook"
)

func TestSecretsAreCheckedByTheirScheme(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		scheme webhook.Scheme
		secret id.Secret
		good   bool
	}{
		"standard, 24 bytes":           {webhook.StandardScheme, standardSecret, true},
		"standard, ed25519":            {webhook.StandardScheme, standardPrivate, true},
		"standard, 23 bytes":           {webhook.StandardScheme, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaA=", false},
		"standard, 65 bytes":           {webhook.StandardScheme, id.Secret("whsec_" + strings.Repeat("AAAA", 21) + "AAA="), false},
		"standard, no base64":          {webhook.StandardScheme, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_", false},
		"standard, none":               {webhook.StandardScheme, "", false},
		"diddo":                        {webhook.DiddoScheme, "whsec_5f2b6c1e9a7d4c3b8e0f1a2b3c4d5e6f", true},
		"diddo without its prefix":     {webhook.DiddoScheme, "5f2b6c1e9a7d4c3b8e0f1a2b3c4d5e6f5f2b6c1e", false},
		"diddo, short":                 {webhook.DiddoScheme, "whsec_5f2b6c1e9a7d4c3b8e0f1a2b3c4d5e6", false},
		"wayl, ten characters":         {webhook.WaylScheme, "1234567890", true},
		"wayl, nine characters":        {webhook.WaylScheme, "123456789", false},
		"wayl, 255 characters":         {webhook.WaylScheme, id.Secret(strings.Repeat("a", 255)), true},
		"wayl, 256 characters":         {webhook.WaylScheme, id.Secret(strings.Repeat("a", 256)), false},
		"wayl, 255 wide characters":    {webhook.WaylScheme, id.Secret(strings.Repeat("ä", 255)), true},
		"wayl, 256 wide characters":    {webhook.WaylScheme, id.Secret(strings.Repeat("ä", 256)), false},
		"wayl, nine wide characters":   {webhook.WaylScheme, id.Secret(strings.Repeat("ä", 9)), false},
		"wayl with a space at its end": {webhook.WaylScheme, "123456789 ", true},
		"wayl, no text":                {webhook.WaylScheme, "123456789\xff", false},
		"waypay with a space":          {webhook.WaypayScheme, "mer_sk_abc123def456 ", false},
		"wayl with a line end":         {webhook.WaylScheme, "1234567890\n", false},
		"waypay, the length of a key":  {webhook.WaypayScheme, "mer_sk_abc123def4567", true},
		"waypay, as the docs' own":     {webhook.WaypayScheme, "mer_sk_abc123def456", true},
		"waypay with a NUL":            {webhook.WaypayScheme, "mer_sk_abc\x00123def456", false},
		"pancake has none":             {webhook.PancakeScheme, "1234567890", false},
		"a scheme that does not exist": {"sha1", "1234567890", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := webhook.ParseSecret(check.scheme, check.secret)
			if (err == nil) != check.good {
				t.Fatalf("gave %v", err)
			}
			if err == nil {
				return
			}
			if found := fault.From(err); found.Kind != fault.Invalid || found.Field == "" {
				t.Errorf("the fault is %+v", found)
			}
			if len(check.secret) > 1 && strings.Contains(err.Error(), check.secret.Reveal()) {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
}

func TestNewSecretsAreGoodAndDiffer(t *testing.T) {
	t.Parallel()
	ids := id.NewSource(time.Now, nil)
	for _, scheme := range webhook.SecretSchemes() {
		one, other := webhook.NewSecret(scheme, ids), webhook.NewSecret(scheme, ids)
		if _, err := webhook.ParseSecret(scheme, one); err != nil {
			t.Errorf("%s: %v", scheme, err)
		}
		if one.Equal(other) || !scheme.HasSecret() {
			t.Errorf("%s: two secrets are equal, or the scheme says it has none", scheme)
		}
	}
	if webhook.NewSecret(webhook.PancakeScheme, ids) != "" || webhook.PancakeScheme.HasSecret() {
		t.Error("the pancake scheme has no secrets")
	}
}

func TestKeysAreAskedOfTheSchemesSource(t *testing.T) {
	t.Parallel()
	keys := webhook.KeysByScheme{
		webhook.StandardScheme: fixedKeys{webhook.StandardScheme: mustStandardKey(t, standardSecret)},
		webhook.DiddoScheme:    fixedKeys{webhook.DiddoScheme: mustStandardKey(t, standardPrivate)},
	}
	for scheme, want := range map[webhook.Scheme]string{webhook.StandardScheme: standardHMAC, webhook.DiddoScheme: standardEd25519} {
		found, err := keys.Keys(t.Context(), webhook.KeyRef{Scheme: scheme})
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %d keys, %v", scheme, len(found), err)
		}
		headers, err := webhook.StandardSigner{}.Sign(standardMessage, found, standardAt)
		if err != nil {
			t.Fatal(err)
		}
		if got := headerOf(headers).Get("webhook-signature"); got != want {
			t.Errorf("%s is signed with another source's key: %s", scheme, got)
		}
	}
	if _, err := keys.Keys(t.Context(), webhook.KeyRef{Scheme: "sha1"}); err == nil {
		t.Error("an unknown scheme has keys")
	}
}
