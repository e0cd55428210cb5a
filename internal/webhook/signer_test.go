package webhook_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/id"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// Vectors of spec/webhook-engine.md §3.
var (
	standardMessage = webhook.Signed{ID: "msg_p5jXN8AQM9LWM0D4loKWxJek", Body: []byte(`{"test": 2432232314}`)}
	standardAt      = time.Unix(1614265330, 0)
)

const (
	standardSecret  id.Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	standardHMAC              = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	standardPrivate id.Secret = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
	standardEd25519           = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
)

func mustStandardKey(t testing.TB, secret id.Secret) webhook.Key {
	t.Helper()
	key, err := webhook.ParseStandardKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func headerOf(headers []webhook.Header) http.Header {
	header := http.Header{}
	for _, line := range headers {
		header.Set(line.Name, line.Value)
	}
	return header
}

func TestStandardSignerMeetsTheVectors(t *testing.T) {
	t.Parallel()
	hmac, ed := mustStandardKey(t, standardSecret), mustStandardKey(t, standardPrivate)
	bare := mustStandardKey(t, standardSecret[len("whsec_"):])
	for name, check := range map[string]struct {
		keys []webhook.Key
		want string
	}{
		"HMAC":                         {[]webhook.Key{hmac}, standardHMAC},
		"a secret without its prefix":  {[]webhook.Key{bare}, standardHMAC},
		"ed25519":                      {[]webhook.Key{ed}, standardEd25519},
		"both keys of a rotation sign": {[]webhook.Key{ed, hmac}, standardEd25519 + " " + standardHMAC},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			headers, err := webhook.StandardSigner{}.Sign(standardMessage, check.keys, standardAt)
			if err != nil {
				t.Fatal(err)
			}
			header := headerOf(headers)
			for name, want := range map[string]string{
				"webhook-id":        string(standardMessage.ID),
				"webhook-timestamp": "1614265330",
				"webhook-signature": check.want,
			} {
				if got := header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestBadStandardSecretsAreRefused(t *testing.T) {
	t.Parallel()
	for _, secret := range []id.Secret{"", "whsec_", "whsec_!!!!", "whsec_c2hvcnQ=", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} {
		if _, err := webhook.ParseStandardKey(secret); err == nil {
			t.Errorf("%q was accepted", secret.Reveal())
		} else if secret != "" && strings.Contains(err.Error(), secret.Reveal()) {
			t.Errorf("the error shows the secret: %v", err)
		}
	}
}

func TestPancakeSignatureVerifies(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	at := time.UnixMilli(1768724277123)
	message := webhook.Signed{Body: []byte(`{"id":"1","name":"علي"}`)}
	headers, err := webhook.PancakeSigner{}.Sign(message, []webhook.Key{webhook.RSAKey(private)}, at)
	if err != nil {
		t.Fatal(err)
	}
	received := webhooktest.Received{Header: headerOf(headers), Body: message.Body}
	if value := received.Header.Get("X-Waffo-Signature"); !strings.HasPrefix(value, "t=1768724277123,v1=") {
		t.Errorf("the header is %q", value)
	}
	if signed, err := webhooktest.VerifyPancake(received, &private.PublicKey, at.Add(44*time.Minute)); err != nil || !signed.Equal(at) {
		t.Errorf("verification gave %v and %v", signed, err)
	}
	for name, check := range map[string]struct {
		body string
		now  time.Time
	}{
		"another body":  {"{}", at},
		"a late reader": {string(message.Body), at.Add(46 * time.Minute)},
		"a slow clock":  {string(message.Body), at.Add(-61 * time.Second)},
	} {
		changed := webhooktest.Received{Header: received.Header, Body: []byte(check.body)}
		if _, err := webhooktest.VerifyPancake(changed, &private.PublicKey, check.now); err == nil {
			t.Errorf("%s: verified", name)
		}
	}
}

func TestSignersNeedTheirKindOfKey(t *testing.T) {
	t.Parallel()
	hmac := webhook.HMACKey(make([]byte, 32))
	for name, sign := range map[string]func() error{
		"pancake without a key": func() error { _, err := webhook.PancakeSigner{}.Sign(standardMessage, nil, standardAt); return err },
		"pancake with a secret": func() error {
			_, err := webhook.PancakeSigner{}.Sign(standardMessage, []webhook.Key{hmac}, standardAt)
			return err
		},
		"standard without a key": func() error { _, err := webhook.StandardSigner{}.Sign(standardMessage, nil, standardAt); return err },
		"standard with an empty key": func() error {
			_, err := webhook.StandardSigner{}.Sign(standardMessage, []webhook.Key{{}}, standardAt)
			return err
		},
	} {
		if err := sign(); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}

func TestKeysArePrintedRedacted(t *testing.T) {
	t.Parallel()
	key := webhook.HMACKey([]byte("very secret"))
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if text := fmt.Sprintf(format, key); strings.Contains(text, "secret") || strings.Contains(text, fmt.Sprintf("%x", "secret")) || strings.Contains(text, "118") {
			t.Errorf("%s prints %q", format, text)
		}
	}
}
