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

// newProgram is a developer's program and what it gets.
func newProgram(t *testing.T) (target string, got <-chan forwarded) {
	t.Helper()
	came := make(chan forwarded, 4)
	program := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("webhook: %v", err)
		}
		came <- forwarded{r.Header.Clone(), body}
	}))
	t.Cleanup(program.Close)
	return program.URL, came
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
			program, got := newProgram(t)
			developer := s.startListen(t, s.server.URL(), "--dialect", dialect, "--name", dialect, "--forward-to", program)
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

// Where a dialect's webhooks are signed with the store's own secret, a listener
// follows it whenever it connects.
func TestAListenerFollowsTheSecretOfItsStore(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	o := s.server.Operator()
	program, got := newProgram(t)
	// listens connects under the one name, and holds what signs.
	listens := func(store pay.StoreID, want string) (secret string) {
		t.Helper()
		developer := s.startListen(t, s.server.URL(), "--dialect", "waypay", "--name", "till", "--store", string(store), "--forward-to", program)
		secret, _ = developer.await(t, "listening")["secret"].(string)
		if want != "" && secret != want {
			t.Errorf("the command tells another secret than the store's")
		}
		if _, err := o.TriggerEvent(t.Context(), operator.TriggerEventIn{
			Event: "TransactionStatusChanged", Store: store, Environment: pay.Test,
		}); err != nil {
			t.Fatal(err)
		}
		select {
		case came := <-got:
			mac := macOf(secret, came.header.Get("X-Waypay-Timestamp")+"."+string(came.body))
			if came.header.Get("X-Waypay-Signature") != hex.EncodeToString(mac) {
				t.Errorf("signed with another secret than the command tells")
			}
		case <-time.After(30 * time.Second): // only a failing test waits so long
			t.Fatal("no webhook came")
		}
		developer.await(t, "delivery") // acknowledged: it does not come again
		developer.stop()
		<-developer.exit
		return secret
	}

	listens(s.made.StoreID, s.made.Waypay.Test.SecretKey)
	rotated, err := o.RotateStoreSecret(t.Context(), operator.RotateStoreSecretIn{Store: s.made.StoreID, Dialect: "waypay", Environment: pay.Test})
	if err != nil {
		t.Fatal(err)
	}
	listens(s.made.StoreID, rotated.SecretKey)

	// A store that has no key yet gives the listener a secret of its own.
	second := pay.StoreID(s.mustCall(t, pay.Test, "store/create-store", object{"name": "Second"})["store"].(object)["id"].(string))
	drawn := listens(second, "")
	if again := listens(second, ""); again != drawn {
		t.Error("a secret that was drawn for the listener does not stay")
	}
	key, err := o.CreateStoreKey(t.Context(), operator.CreateStoreKeyIn{Store: second, Dialect: "waypay", Environment: pay.Test})
	if err != nil {
		t.Fatal(err)
	}
	listens(second, key.SecretKey)
}
