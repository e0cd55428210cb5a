package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"tillway/internal/config"
	"tillway/internal/fault"
)

func valid() config.Config {
	return config.Config{Data: config.Data{Dir: "d"}, Listen: "127.0.0.1:0"}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	t.Run("the data directory becomes absolute, and ./data when none is named", func(t *testing.T) {
		t.Parallel()
		for given, want := range map[string]string{"": "data", "there": "there"} {
			cfg := valid()
			cfg.Dir = given
			if err := cfg.Resolve(); err != nil {
				t.Fatal(err)
			}
			if !filepath.IsAbs(cfg.Dir) || filepath.Base(cfg.Dir) != want {
				t.Errorf("Dir %q became %q", given, cfg.Dir)
			}
		}
	})
	t.Run("PostgreSQL needs no directory", func(t *testing.T) {
		t.Parallel()
		cfg := config.Config{Data: config.Data{DatabaseURL: "postgres://h/db"}, Listen: ":0"}
		if err := cfg.Resolve(); err != nil || cfg.Dir != "" || !cfg.Postgres() {
			t.Errorf("error %v, Dir %q", err, cfg.Dir)
		}
	})
	t.Run("a public URL loses its trailing slash", func(t *testing.T) {
		t.Parallel()
		cfg := valid()
		cfg.PublicURL = "https://pay.example.com/"
		if err := cfg.Resolve(); err != nil || cfg.PublicURL != "https://pay.example.com" {
			t.Errorf("error %v, PublicURL %q", err, cfg.PublicURL)
		}
	})

	refused := map[string]struct {
		change func(*config.Config)
		field  string
	}{
		"two places for the data":        {func(c *config.Config) { c.DatabaseURL = "postgres://h/db" }, "--data"},
		"a URL of another database":      {func(c *config.Config) { c.Dir, c.DatabaseURL = "", "mysql://h/db" }, "--database-url"},
		"an address without a port":      {func(c *config.Config) { c.Listen = "127.0.0.1" }, "--listen"},
		"a certificate without a key":    {func(c *config.Config) { c.TLSCert = "cert.pem" }, "--tls-cert"},
		"a key without a certificate":    {func(c *config.Config) { c.TLSKey = "key.pem" }, "--tls-cert"},
		"a public URL with a path":       {func(c *config.Config) { c.PublicURL = "https://h/pay" }, "--public-url"},
		"a public URL without a host":    {func(c *config.Config) { c.PublicURL = "https://" }, "--public-url"},
		"a public URL of another kind":   {func(c *config.Config) { c.PublicURL = "ftp://h" }, "--public-url"},
		"an admin address of no port":    {func(c *config.Config) { c.AdminListen = "localhost" }, "--admin-listen"},
		"a proxy that is a name":         {func(c *config.Config) { c.TrustedProxies = []string{"proxy.example"} }, "--trusted-proxies"},
		"a negative bound":               {func(c *config.Config) { c.MaxConnections = -1 }, "--max-connections"},
		"a range that is none":           {func(c *config.Config) { c.EgressAllow = []string{"10.0.0.0/99"} }, "--egress-allow"},
		"authorities that are not there": {func(c *config.Config) { c.EgressCA = "/nowhere/ca.pem" }, "--egress-ca"},
		"authorities that are none":      {func(c *config.Config) { c.EgressCA = "config_test.go" }, "--egress-ca"},
		"a source that is a name":        {func(c *config.Config) { c.EgressBind = "eth0" }, "--egress-bind"},
		"a source that is any":           {func(c *config.Config) { c.EgressBind = "0.0.0.0" }, "--egress-bind"},
		"a source with a port":           {func(c *config.Config) { c.EgressBind = "127.0.0.1:80" }, "--egress-bind"},
		"a receiver with a port":         {func(c *config.Config) { c.EgressAllow = []string{"inner.example:8080"} }, "--egress-allow"},
		"a receiver with an address's":   {func(c *config.Config) { c.EgressAllow = []string{"10.1.2.3:443"} }, "--egress-allow"},
		"one address for both":           {func(c *config.Config) { c.Listen, c.AdminListen = ":8080", ":8080" }, "--admin-listen"},
		"a size of the log, no unit":     {func(c *config.Config) { c.WebhookLogSize = 10 }, "--webhook-log-size"},
		"a negative age of the log":      {func(c *config.Config) { c.WebhookLogAge = -1 }, "--webhook-log-age"},
	}
	for name, c := range refused {
		t.Run(name+" is refused by its flag", func(t *testing.T) {
			t.Parallel()
			cfg := valid()
			c.change(&cfg)
			err := cfg.Resolve()
			if !fault.Is(err, fault.Invalid) || fault.From(err).Field != c.field {
				t.Errorf("error %v, want one of %s", err, c.field)
			}
		})
	}
}

func TestPrivateReceivers(t *testing.T) {
	t.Parallel()
	cfg := valid()
	cfg.AdminListen = cfg.Listen // two ports that are free are two addresses
	cfg.EgressAllow = []string{"inner.example", "localhost", "10.0.0.0/8", "10.1.2.3", "fd00::1", "fd00::/8"}
	if err := cfg.Resolve(); err != nil {
		t.Error(err)
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"30d": 720 * time.Hour, "90m": 90 * time.Minute, "0": 0, "1h30m": 90 * time.Minute} {
		if cfg, err := parse(t, "--webhook-log-age", text); err != nil || cfg.WebhookLogAge != want {
			t.Errorf("%s is %v, %v; want %v", text, cfg.WebhookLogAge, err, want)
		}
	}
	for _, text := range []string{"30", "a month", "-1h", "1.5d", "99999999d", ""} {
		_, err := parse(t, "--simulator-delay="+text)
		if said := fault.From(errors.Unwrap(err)); said == nil || said.Code != "bad_span" || !strings.Contains(said.Hint, "30d") {
			t.Errorf("%q: %v, want a fault that says what can be written", text, err)
		}
	}
}

// parse reads a command line with the parser's options of the real one.
func parse(t *testing.T, args ...string) (config.Config, error) {
	t.Helper()
	var grammar struct {
		Config kong.ConfigFlag
		Serve  struct {
			config.Config `embed:""`
		} `cmd:""`
	}
	parser, err := kong.New(&grammar, kong.DefaultEnvars(config.EnvPrefix), kong.Configuration(config.File), config.Spans())
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(append([]string{"serve"}, args...))
	return grammar.Serve.Config, err
}

func TestSources(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tillway.json")
	text := `{"listen": "1.1.1.1:1", "public_url": "https://file.example", "dev": true, "simulator_delay": "3s", "egress_allow": ["a", "b"]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TILLWAY_PUBLIC_URL", "https://variable.example")
	t.Setenv("TILLWAY_LISTEN", "2.2.2.2:2")

	t.Run("flags win over variables, and variables over the file", func(t *testing.T) {
		cfg, err := parse(t, "--config", file, "--listen", "3.3.3.3:3")
		if err != nil {
			t.Fatal(err)
		}
		if cfg.Listen != "3.3.3.3:3" || cfg.PublicURL != "https://variable.example" || !cfg.Dev ||
			cfg.SimulatorDelay != 3*time.Second || len(cfg.EgressAllow) != 2 {
			t.Errorf("got %+v", cfg)
		}
	})
	t.Run("a variable can name the file", func(t *testing.T) {
		t.Setenv("TILLWAY_CONFIG", file)
		if cfg, err := parse(t); err != nil || !cfg.Dev {
			t.Errorf("error %v, got %+v", err, cfg)
		}
	})
	t.Run("a misspelt member of the file is refused", func(t *testing.T) {
		wrong := filepath.Join(t.TempDir(), "wrong.json")
		if err := os.WriteFile(wrong, []byte(`{"listn": ":1"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := parse(t, "--config", wrong); err == nil || !strings.Contains(err.Error(), "listn") {
			t.Errorf("error %v, want one that names the member", err)
		}
	})
	t.Run("the master key comes from its variable alone", func(t *testing.T) {
		t.Setenv("TILLWAY_MASTER_KEY", "hush")
		cfg := valid()
		if err := cfg.Resolve(); err != nil || cfg.MasterKey.Reveal() != "hush" {
			t.Errorf("error %v, key given: %v", err, !cfg.MasterKey.IsZero())
		}
		if _, err := parse(t, "--master-key", "hush"); err == nil {
			t.Error("there is a flag for the master key, which every process of the host could read")
		}
	})
}

func TestProxiesAreRangesAndAddresses(t *testing.T) {
	t.Parallel()
	cfg := valid()
	cfg.TrustedProxies = []string{"10.0.0.0/8", "192.0.2.7", "2001:db8::1"}
	got, err := cfg.Proxies()
	if err != nil || len(got) != 3 || got[1].Bits() != 32 || got[2].Bits() != 128 {
		t.Errorf("got %v, %v", got, err)
	}
}
