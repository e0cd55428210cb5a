package app_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/config"
	"tillway/internal/pay"
)

// lines is a log that is read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// client is what the request line of a path says of the client's address.
func (l *lines) client(t *testing.T, path string) string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		var said struct{ Msg, Path, Client string }
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(err)
		}
		if said.Msg == "request" && said.Path == path {
			return said.Client
		}
	}
	return ""
}

func TestTheClientIsWhomATrustedProxyNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trusted []string
		want    string
	}{
		"behind a trusted proxy":  {[]string{"127.0.0.0/8"}, "198.51.100.7"},
		"and the peer without it": {nil, "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := new(lines)
			cfg := serverConfig(config.Data{Dir: dataDir(t)})
			cfg.TrustedProxies, cfg.Log = c.trusted, slog.New(slog.NewJSONHandler(log, nil))
			server := mustStart(t, cfg)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL()+"/v1/actions/nowhere", nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("X-Forwarded-For", "10.9.8.7, 198.51.100.7")
			client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			mustStop(t, server) // after which the log is whole
			if got := log.client(t, "/v1/actions/nowhere"); got != c.want {
				t.Errorf("the log says the client is %q, want %q", got, c.want)
			}
		})
	}
}

func TestACredentialThatCallsTooOftenIsToldToWait(t *testing.T) {
	t.Parallel()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	cfg.RateLimit = 1
	s := newTillOn(t, cfg) // which makes one call of the two at once
	var refused *pancakeclient.Error
	for range 10 {
		err := s.keys[pay.Test].Call(t.Context(), "/v1/actions/store/create-store", object{"name": "One"}, nil)
		if errors.As(err, &refused) && refused.Status == http.StatusTooManyRequests {
			return
		}
	}
	t.Errorf("ten calls at once, the last error %v; want one refused with 429", refused)
}

func TestTLSIsServedFromFiles(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	dir := t.TempDir()
	cfg.TLSCert, cfg.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cfg.TLSCert: {Type: "CERTIFICATE", Bytes: der}, cfg.TLSKey: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := mustStart(t, cfg)
	if !strings.HasPrefix(server.URL(), "https://") {
		t.Errorf("links lead to %s", server.URL())
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "localhost"}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Get(server.URL() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || string(body) != "ok\n" || response.ProtoMajor != 2 {
		t.Errorf("%s answers %d %q (%v)", response.Proto, response.StatusCode, body, err)
	}
}
