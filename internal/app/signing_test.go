package app_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// request is a webhook as it came.
type request struct {
	header http.Header
	body   string
}

func macOf(key, text string) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(mac, text)
	return mac.Sum(nil)
}

// ownSignatures make the value of a scheme's signature header, as a receiver
// who has the secret would.
var ownSignatures = map[webhook.Scheme]struct {
	header string
	sign   func(secret string, r request) string
}{
	webhook.StandardScheme: {"Webhook-Signature", func(secret string, r request) string {
		key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		return "v1," + base64.StdEncoding.EncodeToString(macOf(string(key), r.header.Get("Webhook-Id")+"."+r.header.Get("Webhook-Timestamp")+"."+r.body))
	}},
	webhook.DiddoScheme: {"X-Diddo-Hmac", func(secret string, r request) string {
		stamp := r.header.Get("X-Diddo-Timestamp")
		return "t=" + stamp + ",v1=" + hex.EncodeToString(macOf(secret, stamp+"."+r.body))
	}},
	webhook.WaypayScheme: {"X-Waypay-Signature", func(secret string, r request) string {
		return hex.EncodeToString(macOf(secret, r.header.Get("X-Waypay-Timestamp")+"."+r.body))
	}},
	webhook.WaylScheme: {"X-Wayl-Signature-256", func(secret string, r request) string {
		return hex.EncodeToString(macOf(secret, r.body))
	}},
}

// A webhook is signed by the scheme and the secret that the operator gives it,
// without a restart.
func TestWebhooksAreSignedByTheirOwnScheme(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		cfg := serverConfig(where)
		cfg.DiddoSignatureHeader = "X-Diddo-Hmac"
		s := newTillOn(t, cfg)
		got := make(chan request, 8)
		receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Errorf("webhook: %v", err)
			}
			got <- request{r.Header.Clone(), string(body)}
		}))
		t.Cleanup(receiver.Close)
		added := s.mustCall(t, pay.Test, "store/add-webhook", object{
			"storeId": s.made.StoreID, "channel": "http", "url": receiver.URL, "events": []string{"order.completed"}, "testMode": true,
		})["webhook"].(object)["id"].(string)
		headers := []webhook.Header{{Name: "x-diddo-hmac", Value: "mine"}}
		if _, err := s.server.Operator().SetWebhook(t.Context(), operator.SetWebhookIn{Webhook: webhook.EndpointID(added), Headers: &headers}); fault.CodeOf(err) != "reserved_header" {
			t.Errorf("the header that signs may be set: %v", err)
		}
		for scheme, own := range ownSignatures {
			secret, err := s.server.Operator().RotateWebhookSecret(t.Context(), operator.RotateWebhookSecretIn{Webhook: added, Scheme: scheme})
			if err != nil || secret.Scheme != scheme {
				t.Fatalf("%s: %+v, %v", scheme, secret, err)
			}
			_, page := s.mustOpen(t, pay.Test, "USD", "10.00")
			buyer := s.newShopper(t, page)
			buyer.mustPost(t, "details", object{"email": "b@example.com", "country": "DE"})
			buyer.mustPost(t, "pay", object{
				"method": "card", "number": "4576750000000110", "expiry": "12/40", "cvc": "123", "holder": "B", "turn": buyer.mustLook(t)["turn"],
			})
			select {
			case r := <-got:
				if have, want := r.header.Get(own.header), own.sign(secret.Secret, r); have != want || have == "" {
					t.Errorf("%s: %s is %q, want %q", scheme, own.header, have, want)
				}
				if r.header.Get(webhook.PancakeHeader) != "" {
					t.Errorf("%s: signed by the platform's pair too", scheme)
				}
			case <-time.After(30 * time.Second): // only a failing test waits so long
				t.Fatalf("%s: no webhook came", scheme)
			}
		}
	})
}

// While a rotation overlaps, receivers of a signature that stands alone verify
// with the old secret, as those of every scheme with one signature do.
func TestARawSignatureIsTheOldSecretsUntilTheOverlapEnds(t *testing.T) {
	t.Parallel()
	for mode, want := range map[webhook.DiddoMode]func(old, present string, r request) string{
		webhook.DiddoRaw: func(old, _ string, r request) string { return hex.EncodeToString(macOf(old, r.body)) },
		webhook.DiddoStamped: func(old, present string, r request) string {
			stamp := r.header.Get(webhook.DiddoTimestamp)
			signature := func(secret string) string { return ",v1=" + hex.EncodeToString(macOf(secret, stamp+"."+r.body)) }
			return "t=" + stamp + signature(present) + signature(old)
		},
	} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			got := make(chan request, 8)
			receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Errorf("webhook: %v", err)
				}
				got <- request{r.Header.Clone(), string(body)}
			}))
			t.Cleanup(receiver.Close)
			cfg := serverConfig(config.Data{Dir: dataDir(t)})
			cfg.Dev, cfg.DiddoSignatureMode = true, string(mode)
			o := mustStart(t, cfg).Operator()
			made, err := o.Setup(t.Context(), operator.SetupIn{Email: "a@example.com"})
			if err != nil {
				t.Fatal(err)
			}
			added, err := o.AddWebhook(t.Context(), operator.AddWebhookIn{
				Store: made.StoreID, Environment: "test", Dialect: "diddo", URL: receiver.URL,
			})
			if err != nil {
				t.Fatal(err)
			}
			rotated, err := o.RotateWebhookSecret(t.Context(), operator.RotateWebhookSecretIn{Webhook: string(added.ID), Overlap: time.Hour})
			if err != nil || rotated.PreviousUntil == nil || rotated.Together != (mode == webhook.DiddoStamped) {
				t.Fatalf("rotated %+v, %v", rotated, err)
			}
			if _, err := o.TriggerEvent(t.Context(), operator.TriggerEventIn{
				Event: "order.submitted", Store: made.StoreID, Environment: pay.Test, Webhook: added.ID,
			}); err != nil {
				t.Fatal(err)
			}
			select {
			case r := <-got:
				if have, want := r.header.Get("X-Diddo-Signature"), want(added.Secret, rotated.Secret, r); have != want {
					t.Errorf("signed %q, want %q", have, want)
				}
			case <-time.After(30 * time.Second): // only a failing test waits so long
				t.Fatal("no webhook came")
			}
		})
	}
}

func TestABadDiddoSignatureIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	cfg.DiddoSignatureMode = "sha1"
	_, err := app.New(t.Context(), cfg)
	if fault.CodeOf(err) != "bad_diddo_signature" || fault.From(err).Hint == "" {
		t.Errorf("the start gave %v", err)
	}
}
