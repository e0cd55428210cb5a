package app_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// forwarded is a webhook as the developer's program gets it.
type forwarded struct {
	header http.Header
	body   []byte
}

// A developer gets the webhooks of every dialect signed as that dialect signs,
// with a secret that the command tells.
func TestAListenerOfEveryDialectGetsSignedWebhooks(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	for dialect, c := range map[string]struct {
		event webhook.EventType
		text  func(header http.Header, body string) (message, signature string)
	}{
		"wayl": {"order.created", func(h http.Header, body string) (string, string) {
			return body, h.Get("X-Wayl-Signature-256")
		}},
		"waypay": {"TransactionStatusChanged", func(h http.Header, body string) (string, string) {
			return h.Get("X-Waypay-Timestamp") + "." + body, h.Get("X-Waypay-Signature")
		}},
		"diddo": {"order.submitted", func(h http.Header, body string) (string, string) {
			stamp, signature, _ := strings.Cut(h.Get("X-Diddo-Signature"), ",v1=")
			return strings.TrimPrefix(stamp, "t=") + "." + body, signature
		}},
	} {
		t.Run(dialect, func(t *testing.T) {
			got := make(chan forwarded, 4)
			program := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Errorf("webhook: %v", err)
				}
				got <- forwarded{r.Header.Clone(), body}
			}))
			t.Cleanup(program.Close)
			developer := s.startListen(t, s.server.URL(), "--dialect", dialect, "--name", dialect, "--forward-to", program.URL)
			hello := developer.await(t, "listening")
			secret, told := hello["secret"].(string)
			if !told {
				t.Fatalf("the command says %v", hello)
			}
			if dialect == "waypay" && secret != s.made.Waypay.Test.SecretKey {
				t.Error("the secret is not the store's own")
			}
			if _, err := s.server.Operator().TriggerEvent(t.Context(), operator.TriggerEventIn{
				Event: c.event, Store: s.made.StoreID, Environment: pay.Test,
			}); err != nil {
				t.Fatal(err)
			}
			select {
			case came := <-got:
				message, signature := c.text(came.header, string(came.body))
				mac := hmac.New(sha256.New, []byte(secret))
				mac.Write([]byte(message))
				if want := hex.EncodeToString(mac.Sum(nil)); signature != want {
					t.Errorf("signed %q, want %q", signature, want)
				}
			case <-time.After(30 * time.Second): // only a failing test waits so long
				t.Fatal("no webhook came")
			}
		})
	}
}
