package egress_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tillway/internal/egress"
	"tillway/internal/fault"
	"tillway/internal/webhook/webhooktest"
)

// mustServeTLS serves with a certificate of the authority for 127.0.0.1, and
// counts requests.
func mustServeTLS(t *testing.T, authority webhooktest.Authority, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{
		authority.MustIssue(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), "127.0.0.1"),
	}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestAProbeConnectsAndSendsNothing(t *testing.T) {
	t.Parallel()
	authority := webhooktest.MustAuthority(t)
	server := mustServeTLS(t, authority, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	roots := x509.NewCertPool()
	roots.AddCert(authority.Certificate)
	policy := egress.NewPolicy(egress.Config{AllowHTTPLoopback: true})
	client := egress.NewClient(egress.ClientConfig{Policy: policy, TLS: &tls.Config{RootCAs: roots}})
	t.Cleanup(client.Close)
	found, err := client.Probe(t.Context(), server.URL)
	if err != nil || found.Address != server.Listener.Addr().String() || found.Connect == 0 || found.Handshake == 0 ||
		found.Version != "TLS 1.3" || found.Subject != "CN=127.0.0.1" || !strings.Contains(found.Issuer, "Authority") || found.Expires.IsZero() {
		t.Errorf("found %+v, %v", found, err)
	}

	stranger := egress.NewClient(egress.ClientConfig{Policy: policy})
	t.Cleanup(stranger.Close)
	found, err = stranger.Probe(t.Context(), server.URL)
	if _, refused := errors.AsType[*egress.HandshakeError](err); !refused || found.Subject != "CN=127.0.0.1" || found.Handshake != 0 {
		t.Errorf("without the authority: found %+v, %v", found, err)
	}
	if _, err := stranger.Probe(t.Context(), "https://10.0.0.1/"); fault.CodeOf(err) != "url_private_address" {
		t.Errorf("a private address gave %v", err)
	}
}

func TestConnectionsComeFromTheSourceAddress(t *testing.T) {
	t.Parallel()
	from := make(chan string, 1)
	server := mustServe(t, func(_ http.ResponseWriter, r *http.Request) { from <- r.RemoteAddr })
	client := egress.NewClient(egress.ClientConfig{
		Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true}), Bind: netip.MustParseAddr("127.0.0.2"),
	})
	t.Cleanup(client.Close)
	mustDo(t, client, server.URL)
	if host, _, _ := net.SplitHostPort(<-from); host != "127.0.0.2" {
		t.Errorf("the request came from %s", host)
	}
}
