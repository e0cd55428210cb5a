package app_test

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/sqldb/sqldbtest"
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

// secureReceiver takes webhooks by https, at an address of this host and with a
// certificate of the authority for the name.
func secureReceiver(t *testing.T, authority webhooktest.Authority, name string) (target string, taken <-chan string) {
	t.Helper()
	events := make(chan string, 8)
	receiver := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		events <- r.Header.Get("X-Waffo-Event")
	}))
	receiver.TLS = &tls.Config{Certificates: []tls.Certificate{
		authority.MustIssue(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), name),
	}}
	receiver.StartTLS()
	t.Cleanup(receiver.Close)
	_, port, err := net.SplitHostPort(receiver.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "https://" + net.JoinHostPort(name, port) + "/hook", events
}

// What --egress-allow names is delivered to, under the rules of production. This
// host, the only one that a test can reach, is admitted by its very address
// alone (spec/webhook-engine.md §4).
func TestEgressAllowDelivers(t *testing.T) {
	t.Parallel()
	authority := webhooktest.MustAuthority(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		allow   []string
		host    string
		refused string // the rule that refuses; "" where the webhook arrives
	}{
		"nothing":                            {nil, "127.0.0.1", "url_private_address"},
		"an address":                         {[]string{"127.0.0.1"}, "127.0.0.1", ""},
		"a range of one address":             {[]string{"127.0.0.1/32"}, "127.0.0.1", ""},
		"a range that this host is in":       {[]string{"127.0.0.0/8"}, "127.0.0.1", "url_own_address"},
		"another address":                    {[]string{"127.0.0.2"}, "127.0.0.1", "url_private_address"},
		"a host name and where it leads to":  {[]string{"localhost", "127.0.0.1", "::1"}, "localhost", ""},
		"a host name that leads to this one": {[]string{"localhost"}, "localhost", "url_own_address"},
		"an address, for a private name":     {[]string{"127.0.0.1", "::1"}, "localhost", "url_private_host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, taken := secureReceiver(t, authority, c.host)
			cfg := serverConfig(config.Data{Dir: dataDir(t)})
			cfg.Egress = config.Egress{EgressAllow: c.allow, EgressCA: file}
			o := mustStart(t, cfg).Operator()
			made, err := o.Setup(t.Context(), operator.SetupIn{Email: "a@example.com"})
			if err != nil {
				t.Fatal(err)
			}
			added, err := o.AddWebhook(t.Context(), operator.AddWebhookIn{
				Store: made.StoreID, Environment: "test", Dialect: "pancake", URL: target,
			})
			if fault.CodeOf(err) != c.refused {
				t.Fatalf("adding %s gave %v, want code %q", target, err, c.refused)
			}
			if c.refused != "" {
				return
			}
			if _, err := o.TriggerEvent(t.Context(), operator.TriggerEventIn{
				Event: "order.completed", Store: made.StoreID, Environment: pay.Test, Webhook: added.ID,
			}); err != nil {
				t.Fatal(err)
			}
			select {
			case event := <-taken:
				if event != "order.completed" {
					t.Errorf("received %q", event)
				}
			case <-time.After(30 * time.Second): // only a failing test waits so long
				t.Fatal("no webhook came")
			}
		})
	}
}

// mustBeRefused holds that webhooks may not go to places of this server, nor may
// what the operator or development admits.
func mustBeRefused(t *testing.T, server *app.App, places ...string) {
	t.Helper()
	for _, place := range places {
		for env, scheme := range map[string]string{"test": "http", "prod": "https"} {
			check, err := server.Operator().CheckWebhook(t.Context(), operator.CheckWebhookIn{URL: scheme + "://" + place + "/", Environment: env})
			if err != nil {
				t.Fatal(err)
			}
			if check.Allowed || check.Steps[0].Rule != "url_own_address" {
				t.Errorf("%s in %s: %+v, want url_own_address", place, env, check)
			}
		}
	}
}

func TestWebhooksMayNotGoToTheServer(t *testing.T) {
	t.Parallel()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	cfg.Dev, cfg.AdminListen, cfg.EgressAllow = true, "127.0.0.1:0", []string{"127.0.0.1", "10.1.0.0/16"}
	server := mustStart(t, cfg)
	mustBeRefused(t, server, server.Addr(), server.AdminAddr())
	for _, target := range []string{"https://127.0.0.1:1999/", "https://10.1.2.3/"} {
		check, err := server.Operator().CheckWebhook(t.Context(), operator.CheckWebhookIn{URL: target, Environment: "prod"})
		if err != nil || !check.Allowed {
			t.Errorf("%s, which is none of them: %+v (%v)", target, check, err)
		}
	}
}

// Of a database URL with several hosts, none may be called.
func TestWebhooksMayNotGoToAnyHostOfTheDatabase(t *testing.T) {
	t.Parallel()
	where, err := url.Parse(sqldbtest.PostgresURL(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	hosts := where.Query()
	hosts.Set("host", hosts.Get("host")+",127.0.0.3,localhost")
	hosts.Set("port", "5432,15001,15002")
	where.RawQuery = hosts.Encode()
	cfg := serverConfig(config.Data{DatabaseURL: id.Secret(where.String()), MasterKey: masterKey})
	cfg.Dev, cfg.EgressAllow = true, []string{"127.0.0.1", "127.0.0.3", "localhost"}
	mustBeRefused(t, mustStart(t, cfg), "127.0.0.3:15001", "localhost:15002", "127.0.0.1:15002")
}
