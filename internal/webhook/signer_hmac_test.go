package webhook_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tillway/internal/id"
	"tillway/internal/webhook"
)

// mustSign signs a body and returns the headers.
func mustSign(t *testing.T, signer webhook.Signer, body string, at time.Time, secrets ...id.Secret) http.Header {
	t.Helper()
	keys := make([]webhook.Key, len(secrets))
	for i, secret := range secrets {
		keys[i] = webhook.HMACKey([]byte(secret.Reveal()))
	}
	headers, err := signer.Sign(webhook.Signed{ID: "d", Body: []byte(body)}, keys, at)
	if err != nil {
		t.Fatal(err)
	}
	return headerOf(headers)
}

// Vectors Y1 to Y6 of spec/wayl.md §6.
func TestWaylSignerMeetsTheVectors(t *testing.T) {
	t.Parallel()
	const short = `{"referenceId":"order-1001","paymentStatus":"Paid","total":10000}`
	for name, vector := range map[string]struct {
		secret     id.Secret
		body, want string
	}{
		"Y1 a whole body": {
			"1234567890",
			`{"verb":"POST","event":"order.created","referenceId":"order-1001","paymentMethod":"Card","paymentStatus":"Paid","paymentProcessor":"QiCard","total":10000,"commission":0,"code":"I94F590I","customer":{"id":"cmcust0000000000000000001","name":"Ali","phone":"9647500000000","city":"iraq_al_basrah","country":"IQ","address":"Baghdad"},"items":[{"type":"increase","label":"Basket Value","amount":10000}],"id":"cmlink_01hq_example"}`,
			"d0c3369953af477970fcd307b29d8dfda8e84fa5df67002df224b1db769c376f",
		},
		"Y2 a short one": {"1234567890", short, "c74cce5b27c0e23c017c980be8c8571f527739497a1e5e98123a337bf09b3029"},
		"Y3 spaces matter": {
			"1234567890", `{"referenceId": "order-1001", "paymentStatus": "Paid", "total": 10000}`,
			"520c466b670858205dc72cdac99ff669efd007dcb2c7b054002a90346f0a756b",
		},
		"Y4 UTF-8, unescaped": {
			"local-webhook-secret-01", `{"referenceId":"order-1001","customer":{"name":"علي"}}`,
			"e9213b63f44f284aae5f99d6b62ee4bb8f8f69b5190b0a09c586f9a5d81d0a7e",
		},
		"Y5 an empty body":    {"1234567890", "", "ba92e0bfa35d8a018831f3675f0b4314c8468d4d96e6981b85ba3390c23308fd"},
		"Y6 another secret":   {"0987654321", short, "2b5c212f6bee094935f73ac782ae0d4a1c4518a34d41a3c143b92a666568a5cc"},
		"the newest signs":    {"0987654321", short, "2b5c212f6bee094935f73ac782ae0d4a1c4518a34d41a3c143b92a666568a5cc"},
		"the time is no part": {"1234567890", short, "c74cce5b27c0e23c017c980be8c8571f527739497a1e5e98123a337bf09b3029"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := mustSign(t, webhook.WaylSigner{}, vector.body, time.Now(), vector.secret, "an-older-secret")
			if got := header.Get("x-wayl-signature-256"); got != vector.want || len(header) != 1 {
				t.Errorf("headers %v, want %s", header, vector.want)
			}
		})
	}
}

// The sheet has no vector for this project's own addition; this one was made
// with: printf %s '1768724277.{"id":1}' | openssl dgst -sha256 -hmac mer_sk_abc123def4567.
func TestWaypaySignerMeetsTheVector(t *testing.T) {
	t.Parallel()
	at := time.Unix(1768724277, 900_000_000)
	header := mustSign(t, webhook.WaypaySigner{}, `{"id":1}`, at, "mer_sk_abc123def4567", "mer_sk_older")
	const want = "99e41ccbcbcd649937ffbef88c012d93a27611d67475b9920aedb0f25aed05ea"
	if header.Get("X-Waypay-Timestamp") != "1768724277" || header.Get("X-Waypay-Signature") != want {
		t.Errorf("headers %v, want %s", header, want)
	}
	for name, other := range map[string]http.Header{
		"another body":   mustSign(t, webhook.WaypaySigner{}, `{"id":2}`, at, "mer_sk_abc123def4567"),
		"another moment": mustSign(t, webhook.WaypaySigner{}, `{"id":1}`, at.Add(time.Second), "mer_sk_abc123def4567"),
		"another secret": mustSign(t, webhook.WaypaySigner{}, `{"id":1}`, at, "mer_sk_abc123def4568"),
	} {
		if other.Get("X-Waypay-Signature") == want {
			t.Errorf("%s gives the same signature", name)
		}
	}
}

// The vector of spec/diddo.md §3, in both modes.
func TestDiddoSignerMeetsTheVector(t *testing.T) {
	t.Parallel()
	const (
		secret  id.Secret = "whsec_5f2b6c1e9a7d4c3b8e0f1a2b3c4d5e6f"
		older   id.Secret = "whsec_00000000000000000000000000000000"
		body              = `{"id":"9f0c2a52-6b1f-4a52-8f6b-0d5a4b6f1c01","type":"checkout.succeeded","created_at":"2026-01-18T08:17:57Z","data":{"checkout_id":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z4","cart_id":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z5"}}`
		stamped           = "t=1768724277,v1=fc19eb4be2d96d63f37a8c758ee3bce82b83bf2ebc7a60791ab17d1316793b71"
		raw               = "b212556f19083b7663a688d28c67d933bbd356a5a48a70d45f69fb890a3f52f4"
	)
	at := time.Unix(1768724277, 0)
	for name, check := range map[string]struct {
		config  webhook.DiddoConfig
		secrets []id.Secret
		header  string
		want    string
	}{
		"stamped":                    {webhook.DiddoConfig{}, []id.Secret{secret}, "X-Diddo-Signature", stamped},
		"raw":                        {webhook.DiddoConfig{Mode: webhook.DiddoRaw}, []id.Secret{secret}, "X-Diddo-Signature", raw},
		"raw takes the newest":       {webhook.DiddoConfig{Mode: webhook.DiddoRaw}, []id.Secret{secret, older}, "X-Diddo-Signature", raw},
		"under another name":         {webhook.DiddoConfig{Header: "diddo-hmac"}, []id.Secret{secret}, "Diddo-Hmac", stamped},
		"both sign during rotation":  {webhook.DiddoConfig{}, []id.Secret{secret, older}, "X-Diddo-Signature", stamped + ",v1=d8b8d46418adc7a05d35c2f102824f2076e486d2b4ad983a8d5f470dad0db553"},
		"a rotation that comes back": {webhook.DiddoConfig{}, []id.Secret{older, secret}, "X-Diddo-Signature", "t=1768724277,v1=d8b8d46418adc7a05d35c2f102824f2076e486d2b4ad983a8d5f470dad0db553" + stamped[len("t=1768724277"):]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			signer, err := webhook.NewDiddoSigner(check.config)
			if err != nil {
				t.Fatal(err)
			}
			header := mustSign(t, signer, body, at, check.secrets...)
			if got := header.Get(check.header); got != check.want || header.Get("X-Diddo-Timestamp") != "1768724277" || len(header) != 3 {
				t.Errorf("headers %v, want %s", header, check.want)
			}
		})
	}
}

// X-Diddo-Delivery tells one attempt from every other (spec/diddo.md §3).
func TestDiddoNamesTheAttempt(t *testing.T) {
	t.Parallel()
	signer, err := webhook.NewDiddoSigner(webhook.DiddoConfig{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, message := range []webhook.Signed{{ID: "a", Attempt: 1}, {ID: "a", Attempt: 2}, {ID: "b", Attempt: 1}} {
		headers, err := signer.Sign(message, []webhook.Key{webhook.HMACKey([]byte("whsec_"))}, time.Unix(1, 0))
		if err != nil {
			t.Fatal(err)
		}
		if headers[0].Name != webhook.DiddoDelivery || uuid.Validate(headers[0].Value) != nil || seen[headers[0].Value] {
			t.Errorf("%+v is named %+v", message, headers[0])
		}
		seen[headers[0].Value] = true
	}
}

func TestDiddoConfigurationIsChecked(t *testing.T) {
	t.Parallel()
	for _, config := range []webhook.DiddoConfig{
		{Header: "X Diddo"},
		{Header: "X-Diddo:"},
		{Header: "X-\r\nDiddo"},
		{Header: "ü"},
		{Mode: "sha1"},
		{Header: "Host"},
		{Header: "connection"},
		{Header: "Metadata"}, // never sent, so webhooks would go out unsigned
		{Header: "content-type"},
		{Header: "User-Agent"},
		{Header: "X-Diddo-Event"},
		{Header: "X-Diddo-Event-Id"}, // taken by another value
		{Header: "x-diddo-timestamp"},
		{Header: "X-Diddo-Delivery"},
	} {
		if _, err := webhook.NewDiddoSigner(config); err == nil {
			t.Errorf("%+v was accepted", config)
		}
	}
}

func TestHMACSignersNeedAnHMACKey(t *testing.T) {
	t.Parallel()
	diddo, err := webhook.NewDiddoSigner(webhook.DiddoConfig{})
	if err != nil {
		t.Fatal(err)
	}
	hmac := webhook.HMACKey([]byte("1234567890"))
	for _, signer := range []webhook.Signer{webhook.WaylSigner{}, webhook.WaypaySigner{}, diddo} {
		for name, keys := range map[string][]webhook.Key{
			"none": nil, "empty": {{}}, "RSA": {webhook.RSAKey(pancakeKey())}, "no bytes": {webhook.HMACKey([]byte{})},
		} {
			if _, err := signer.Sign(standardMessage, keys, standardAt); err == nil {
				t.Errorf("%s signed with %s", signer.Scheme(), name)
			}
		}
		if _, err := signer.Sign(standardMessage, []webhook.Key{hmac}, standardAt); err != nil {
			t.Errorf("%s does not sign: %v", signer.Scheme(), err)
		}
	}
	if _, err := diddo.Sign(standardMessage, []webhook.Key{hmac, {}}, standardAt); err == nil {
		t.Error("diddo signed with half of its keys")
	}
}

// The vendor-neutral library believes what StandardSigner makes, during a
// rotation by either secret, and nothing else.
func TestStandardLibraryVerifies(t *testing.T) {
	t.Parallel()
	ids := id.NewSource(time.Now, nil)
	present, former := webhook.NewSecret(webhook.StandardScheme, ids), webhook.NewSecret(webhook.StandardScheme, ids)
	stranger := webhook.NewSecret(webhook.StandardScheme, ids)
	body, now := `{"type":"order.completed","name":"علي <&>"}`, time.Now()
	sign := func(at time.Time, secrets ...id.Secret) http.Header {
		t.Helper()
		var keys []webhook.Key
		for _, secret := range secrets {
			keys = append(keys, mustStandardKey(t, secret))
		}
		headers, err := webhook.StandardSigner{}.Sign(webhook.Signed{ID: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", Body: []byte(body)}, keys, at)
		if err != nil {
			t.Fatal(err)
		}
		return headerOf(headers)
	}
	for name, check := range map[string]struct {
		secret   id.Secret
		header   http.Header
		body     string
		accepted bool
	}{
		"its own secret":               {present, sign(now, present), body, true},
		"the new one during rotation":  {present, sign(now, present, former), body, true},
		"the old one during rotation":  {former, sign(now, present, former), body, true},
		"a stranger's during rotation": {stranger, sign(now, present, former), body, false},
		"another body":                 {present, sign(now, present), body + " ", false},
		"six minutes late":             {present, sign(now.Add(-6*time.Minute), present), body, false},
		"six minutes early":            {present, sign(now.Add(6*time.Minute), present), body, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verifier, err := standardwebhooks.NewWebhook(check.secret.Reveal())
			if err != nil {
				t.Fatal(err)
			}
			if err := verifier.Verify([]byte(check.body), check.header); (err == nil) != check.accepted {
				t.Errorf("verified: %v", err)
			}
		})
	}
}
