package egress_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"tillway/internal/egress"
	"tillway/internal/fault"
	"tillway/internal/webhook/webhooktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mustClient(t *testing.T, config egress.Config) *egress.Client {
	t.Helper()
	client := egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(config)})
	t.Cleanup(client.Close)
	return client
}

// mustServe answers on the loopback until the test ends.
func mustServe(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func do(t *testing.T, client *egress.Client, url string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	return client.Do(request)
}

func mustDo(t *testing.T, client *egress.Client, url string) *http.Response {
	t.Helper()
	response, err := do(t, client, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

func TestALoopbackServerIsNotReached(t *testing.T) {
	t.Parallel()
	server := mustServe(t, func(http.ResponseWriter, *http.Request) { t.Error("a request reached the loopback") })
	_, err := do(t, mustClient(t, egress.Config{}), strings.Replace(server.URL, "http://", "https://", 1))
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v, want a fault of kind Invalid", err)
	}
}

// A name that is public when it is saved and private when it is dialled.
func TestANameThatMovesInwardIsRefusedAtTheDial(t *testing.T) {
	t.Parallel()
	server := mustServe(t, func(http.ResponseWriter, *http.Request) { t.Error("a request reached the loopback") })
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	var moved atomic.Bool
	config := egress.Config{Resolver: webhooktest.NameServer(t, func() netip.Addr {
		if moved.Load() {
			return netip.MustParseAddr("127.0.0.1")
		}
		return netip.MustParseAddr("8.8.8.8")
	})}
	policy := egress.NewPolicy(config)
	client := egress.NewClient(egress.ClientConfig{Policy: policy})
	defer client.Close()
	url := "https://" + net.JoinHostPort("rebind.example", port)

	if err := policy.Vet(t.Context(), url); err != nil {
		t.Fatalf("while public: %v", err)
	}
	moved.Store(true)
	if err := policy.Vet(t.Context(), url); fault.CodeOf(err) != "url_private_address" {
		t.Errorf("vetting the moved name gave %v, want url_private_address", err)
	}
	_, err := do(t, client, url)
	if fault.CodeOf(err) != "url_private_address" {
		t.Errorf("sending to the moved name gave %v, want url_private_address", err)
	}
}

func TestANameThatDoesNotResolveMayBeSaved(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(egress.Config{Resolver: webhooktest.NameServer(t, func() netip.Addr { return netip.Addr{} })})
	if err := policy.Vet(t.Context(), "https://soon.example/"); err != nil {
		t.Error(err)
	}
}

func TestAnAdmittedNameReachesItsPrivateAddress(t *testing.T) {
	t.Parallel()
	server := mustServe(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	resolver := webhooktest.NameServer(t, func() netip.Addr { return netip.MustParseAddr("127.0.0.1") })
	client := mustClient(t, egress.Config{AllowHTTPLoopback: true, AllowHosts: []string{"backend.example"}, Resolver: resolver})
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	if got := mustDo(t, client, "http://backend.example:"+port+"/").StatusCode; got != http.StatusTeapot {
		t.Errorf("status %d, want %d", got, http.StatusTeapot)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	inner := mustServe(t, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	server := mustServe(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner.URL, http.StatusFound) })
	response := mustDo(t, mustClient(t, egress.Config{AllowHTTPLoopback: true}), server.URL)
	if response.StatusCode != http.StatusFound {
		t.Errorf("status %d, want %d", response.StatusCode, http.StatusFound)
	}
}

// No t.Parallel: the environment belongs to the process.
func TestTheProxyOfTheEnvironmentIsIgnored(t *testing.T) {
	proxy := mustServe(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was used") })
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	server := mustServe(t, func(http.ResponseWriter, *http.Request) {})
	mustDo(t, mustClient(t, egress.Config{AllowHTTPLoopback: true}), server.URL)
}

func TestAnswersAreCappedAndNotDecompressed(t *testing.T) {
	t.Parallel()
	server := mustServe(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "" {
			t.Errorf("Accept-Encoding %q, want none", got)
		}
		w.Header().Set("Content-Encoding", "gzip") // a lie, or a bomb: nobody looks inside
		for range 64 {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	response := mustDo(t, mustClient(t, egress.Config{AllowHTTPLoopback: true}), server.URL)
	body, err := io.ReadAll(response.Body)
	if err != nil || len(body) != egress.ResponseCap {
		t.Errorf("read %d bytes with error %v, want %d and none", len(body), err, egress.ResponseCap)
	}
}

func TestEndlessHeadersAreCutOff(t *testing.T) {
	t.Parallel()
	server := mustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("a", 2*egress.ResponseCap))
	})
	if response, err := do(t, mustClient(t, egress.Config{AllowHTTPLoopback: true}), server.URL); err == nil {
		response.Body.Close()
		t.Error("an answer with endless headers was accepted")
	}
}

func TestADrippingBodyIsBrokenOff(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	server := mustServe(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done() // the client hangs up
	})
	response := mustDo(t, mustClient(t, egress.Config{AllowHTTPLoopback: true}), server.URL)
	if _, err := io.ReadAll(response.Body); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the body ended with %v, want a time-out", err)
	}
	<-ended
}
