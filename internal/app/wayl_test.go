package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/operator"
)

// waylHook is a webhook as it came.
type waylHook struct {
	body      []byte
	signature string
}

// waylShop is a merchant's server that speaks Wayl with a running server.
type waylShop struct {
	server *app.App
	token  string
	hooks  chan waylHook
	url    string // of its receiver
}

func newWaylShop(t *testing.T) *waylShop {
	t.Helper()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	cfg.Dev = true // the receiver is on this machine
	s := &waylShop{server: mustStart(t, cfg), hooks: make(chan waylHook, 16)}
	made, err := s.server.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com", StoreName: "Acme"})
	if err != nil {
		t.Fatal(err)
	}
	s.token = made.Wayl.Token
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("webhook: %v", err)
		}
		s.hooks <- waylHook{body, r.Header.Get("x-wayl-signature-256")}
	}))
	t.Cleanup(receiver.Close)
	s.url = receiver.URL
	return s
}

// mustCall makes one call and returns its data.
func (s *waylShop) mustCall(t *testing.T, method, path string, in object, want int) object {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.server.URL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-WAYL-AUTHENTICATION", s.token)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Data    object `json:"data"`
		Message string `json:"message"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != want {
		t.Fatalf("%s %s: %d %s, %v", method, path, response.StatusCode, answer.Message, err)
	}
	return answer.Data
}

func TestALinksWebhookIsVerifiedByItsOwnSecret(t *testing.T) {
	t.Parallel()
	s := newWaylShop(t)
	for reference, secret := range map[string]string{"order/1": "1234567890", "order/2": "0987654321", "unsigned": ""} {
		in := object{"referenceId": reference, "total": 10000, "currency": "IQD", "webhookUrl": s.url}
		if secret != "" {
			in["webhookSecret"] = secret
		}
		made := s.mustCall(t, http.MethodPost, "/api/v1/links", in, http.StatusCreated)
		path := "/api/v1/links/" + map[string]string{"order/1": "order%2F1", "order/2": "order%2F2", "unsigned": "unsigned"}[reference]
		s.mustCall(t, http.MethodPost, path+"/invalidate", nil, http.StatusCreated)
		got := <-s.hooks
		want := ""
		if secret != "" {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(got.body)
			want = hex.EncodeToString(mac.Sum(nil))
		}
		var body object
		if err := json.Unmarshal(got.body, &body); err != nil || got.signature != want {
			t.Errorf("%s: %s signed %q, want %q, %v", reference, got.body, got.signature, want, err)
		}
		if body["event"] != "order.updated" || body["paymentStatus"] != "Cancelled" || body["id"] != made["id"] || body["referenceId"] != reference {
			t.Errorf("%s: %s", reference, got.body)
		}
	}
}

func TestTheVendorsReferenceIsServedToEverybody(t *testing.T) {
	t.Parallel()
	s := newWaylShop(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL()+"/openapi.v1.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var document struct {
		Info    struct{ Title string }
		Servers []struct{ URL string }
	}
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil || document.Info.Title != "Wayl API" || document.Servers[0].URL != s.server.URL() {
		t.Errorf("%d %+v, %v", response.StatusCode, document, err)
	}
}
