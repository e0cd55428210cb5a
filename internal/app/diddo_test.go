package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
)

// mustAskDiddo calls Diddo's API with a key and gives the whole answer's head.
func mustAskDiddo(t *testing.T, server *app.App, key, path string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer
}

// The API is one under all its roots: a key's calls count together.
func TestDiddoIsServedUnderItsRoots(t *testing.T) {
	t.Parallel()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	cfg.DiddoRoot = "/platform/diddo"
	s := newTillOn(t, cfg)
	left := []string{"99", "98", "97", "96"}
	for i, root := range []string{"/diddo", "/diddo/v1", "/platform/diddo", "/platform/diddo/v1"} {
		answer := mustAskDiddo(t, s.server, s.made.Diddo.Test.APIKey, root+"/webhook")
		header := answer.Header
		if answer.StatusCode != http.StatusOK || header.Get("X-RateLimit-Limit") != "100" || header.Get("X-RateLimit-Remaining") != left[i] {
			t.Errorf("%s answered %d %v", root, answer.StatusCode, header)
		}
		// What is escaped, or unclean, is so under each of them.
		for path, want := range map[string]int{"/cart/status%2F01JHX3Z8Q2M6S7T9V0W1X2Y3Z4": http.StatusBadRequest, "//webhook": http.StatusNotFound} {
			if got := mustAskDiddo(t, s.server, "dk_test_unheard", root+path).StatusCode; got != want && got != http.StatusUnauthorized {
				t.Errorf("%s%s answered %d, want %d", root, path, got, want)
			}
		}
	}
	if got := mustAskDiddo(t, s.server, s.made.Diddo.Test.APIKey, "/platform/diddo/checkout?cart_id=01JHX3Z8Q2M6S7T9V0W1X2Y3Z4").Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("the page of a cart is %s there", got)
	}
}

func TestARootThatCannotBeDiddosIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	for root, code := range map[string]string{
		"/": "bad_diddo_root", "diddo2": "bad_diddo_root", "/shop/": "bad_diddo_root", "/a//b": "bad_diddo_root", "/a/../b": "bad_diddo_root",
		"/{shop}": "bad_diddo_root", "/a b": "bad_diddo_root", "/v1": "diddo_root_taken", "/v1/diddo": "diddo_root_taken", "/api/v1": "diddo_root_taken",
		"/gateway/diddo": "diddo_root_taken", "/diddo/checkout": "diddo_root_taken", "/docs": "diddo_root_taken", "/dashboard": "diddo_root_taken", "/healthz": "diddo_root_taken",
		"/Gateway/v1": "diddo_root_taken", "/store/acme": "diddo_root_taken",
	} {
		t.Run(root, func(t *testing.T) {
			t.Parallel()
			cfg := serverConfig(config.Data{Dir: dataDir(t)})
			cfg.DiddoRoot = root
			_, err := app.New(t.Context(), cfg)
			if fault.CodeOf(err) != code || fault.From(err).Field != "--diddo-root" || fault.From(err).Hint == "" {
				t.Errorf("the start gave %v", err)
			}
		})
	}
}

// Which addresses a webhook may have follows from the mode of the key: plain
// http and loopback in the sandbox of a server that runs with --dev, and nothing
// of the kind in live mode (spec/diddo.md §2).
func TestWhereDiddosWebhooksMayGo(t *testing.T) {
	t.Parallel()
	for _, dev := range []bool{true, false} {
		cfg := serverConfig(config.Data{Dir: dataDir(t)})
		cfg.Dev = dev
		server := mustStart(t, cfg)
		s := &bazaar{till: &till{server: server, http: http.DefaultClient}}
		made, err := server.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com", StoreName: "Acme"})
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{"http://127.0.0.1:8080/hook", "https://127.0.0.1:8443/hook", "https://10.0.0.7/hook", "http://10.0.0.7/hook", "http://example.com/hook"} {
			in := object{"url": address, "events": []string{"checkout.failed"}}
			want := http.StatusBadRequest
			if dev && strings.Contains(address, "127.0.0.1") {
				want = http.StatusCreated
			}
			s.diddo(t, made.Diddo.Test.APIKey, http.MethodPost, "/webhook", in).isRefused(t, want)
			refused := s.diddo(t, made.Diddo.Live.APIKey, http.MethodPost, "/webhook", in).wants(t, http.StatusBadRequest)["error"].(object)
			if refused["details"].(object)["field"] != "url" {
				t.Errorf("live, %s is refused with %v", address, refused)
			}
		}
	}
}
