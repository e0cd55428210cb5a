package app_test

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// A receiver with a certificate of the operator's own authority, reached from
// an address that the operator chose.
func TestEgressFlagsReachTheReceiver(t *testing.T) {
	t.Parallel()
	authority := webhooktest.MustAuthority(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	from := make(chan string, 8)
	receiver := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }))
	receiver.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateNew {
			from <- conn.RemoteAddr().String()
		}
	}
	receiver.TLS = &tls.Config{Certificates: []tls.Certificate{
		authority.MustIssue(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), "127.0.0.1"),
	}}
	receiver.StartTLS()
	t.Cleanup(receiver.Close)

	ping := func(flags config.Egress) (operator.WebhookPing, string) {
		t.Helper()
		cfg := serverConfig(config.Data{Dir: dataDir(t)})
		cfg.Dev, cfg.Egress = true, flags
		out, err := mustStart(t, cfg).Operator().PingWebhook(t.Context(), operator.PingWebhookIn{URL: receiver.URL, Environment: "test"})
		if err != nil {
			t.Fatal(err)
		}
		host, _, _ := net.SplitHostPort(<-from)
		return out, host
	}
	out, host := ping(config.Egress{EgressCA: file, EgressBind: "127.0.0.2"})
	if !out.Reached || out.Certificate == nil || out.Certificate.Subject != "CN=127.0.0.1" || host != "127.0.0.2" {
		t.Errorf("from %s: %+v", host, out)
	}
	out, host = ping(config.Egress{})
	if out.Reached || out.Class != webhook.TLS || host != "127.0.0.1" {
		t.Errorf("without flags, from %s: %+v", host, out)
	}
}

func TestEgressFlagsThatCannotBeUsedStopTheStart(t *testing.T) {
	t.Parallel()
	for field, flags := range map[string]config.Egress{
		"--egress-ca":   {EgressCA: filepath.Join(t.TempDir(), "none.pem")},
		"--egress-bind": {EgressBind: "203.0.113.9"},
	} {
		cfg := serverConfig(config.Data{Dir: dataDir(t)})
		cfg.Egress = flags
		if _, err := app.New(t.Context(), cfg); fault.From(err) == nil || fault.From(err).Field != field {
			t.Errorf("%+v gave %v, want a fault of %s", flags, err, field)
		}
	}
}
