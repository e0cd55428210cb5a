package docs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/operator"
)

type object = map[string]any

// server is a whole server with a store that has keys of every dialect, behind
// an address that notes what is answered.
type server struct {
	url  string
	app  *app.App
	keys operator.SetupOut

	mu     sync.Mutex
	status int // of the last answer
}

func mustServe(t *testing.T) *server {
	t.Helper()
	// Not the test's own folder: the data of a server that stops is still being
	// closed when that one is removed.
	dir, err := os.MkdirTemp("", "tillway-docs-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	made, err := app.New(t.Context(), app.Config{
		Config: config.Config{Data: config.Data{Dir: dir}, Listen: "127.0.0.1:0", Dev: true}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), app.StopPatience)
		defer cancel()
		if err := made.Stop(ctx); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	if err := made.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := &server{app: made}
	if s.keys, err = made.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.test", StoreName: "Acme"}); err != nil {
		t.Fatal(err)
	}
	s.url = s.watch(t, made.URL())
	return s
}

// watch puts an address in front of the server that notes each status.
func (s *server) watch(t *testing.T, to string) string {
	t.Helper()
	behind, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(behind)
	proxy.ModifyResponse = func(answer *http.Response) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.status = answer.StatusCode
		return nil
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	return front.URL
}

// last is the status of the last answer, 0 when there was none since the last
// call.
func (s *server) last() (status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status, s.status = s.status, 0
	return status
}

// environment is what setup's file has, for the samples.
func (s *server) environment() []string {
	return []string{
		"WAYL_TOKEN=" + s.keys.Wayl.Token, "WAYPAY_API_KEY_TEST=" + s.keys.Waypay.Test.APIKey,
		"WAYPAY_SECRET_KEY_TEST=" + s.keys.Waypay.Test.SecretKey, "DIDDO_API_KEY_TEST=" + s.keys.Diddo.Test.APIKey,
	}
}

// mustCall makes one call with a header that says who calls.
func (s *server) mustCall(t *testing.T, method, path, header, value string, in object) object {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(header, value)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, text, err)
	}
	var told object
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	return told
}

// mustProduct is a product of the store, for sale in the test environment.
func (s *server) mustProduct(t *testing.T) string {
	t.Helper()
	key, err := pancakeclient.ParseKey(s.keys.Pancake.Test.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	by := pancakeclient.Client{BaseURL: s.url, MerchantID: string(s.keys.MerchantID), Key: key}
	return mustCall(t, by, "onetime-product/create-product", object{
		"storeId": s.keys.StoreID, "name": "Guide", "prices": object{"USD": object{"amount": "29.00", "taxCategory": "ebook"}},
	}, "product", "id")
}
