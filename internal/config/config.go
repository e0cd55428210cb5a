// Package config is what an operator can set: one struct whose tags are the
// flags, their TILLWAY_* variables, the members of the configuration file,
// the defaults and the help, so that none of them can say something else.
//
// It knows no part of Tillway; package app builds the parts from it.
package config

import (
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// EnvPrefix leads every variable: --public-url is TILLWAY_PUBLIC_URL.
const EnvPrefix = "TILLWAY"

// Data says where an installation keeps what it knows.
type Data struct {
	Dir         string    `name:"data" placeholder:"DIR" help:"Directory of the data on this host (SQLite); ./data if neither this nor --database-url is given."`
	DatabaseURL id.Secret `name:"database-url" placeholder:"URL" help:"PostgreSQL to keep the data in instead, such as postgres://user@host/tillway."`
	// MasterKey is never a flag: a command line is read by every process of
	// the host. Resolve takes it from TILLWAY_MASTER_KEY.
	MasterKey id.Secret `kong:"-"`
}

// DefaultDir is the data directory when nothing else is said.
const DefaultDir = "./data"

// Config is everything that a server can be told.
type Config struct {
	Data `embed:""`

	Listen    string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on (${default})."`
	PublicURL string `name:"public-url" placeholder:"URL" help:"Address under which buyers and merchants reach this server, such as https://pay.example.com. Default: the address it listens on."`
	Dev       bool   `help:"For development: webhooks of the test environment may go to http and loopback addresses."`

	Egress `embed:""`

	TLSCert string `name:"tls-cert" placeholder:"FILE" type:"path" help:"Certificate chain (PEM) to serve https with."`
	TLSKey  string `name:"tls-key" placeholder:"FILE" type:"path" help:"Private key (PEM) of the certificate."`

	TrustedProxies []string `name:"trusted-proxies" placeholder:"CIDR" help:"Proxy, or range of proxies, whose X-Forwarded-For and X-Forwarded-Proto are believed. May be repeated."`
	AdminListen    string   `name:"admin-listen" placeholder:"HOST:PORT" help:"Second address, for /metrics, /healthz and /readyz only; /metrics is then not on the first."`

	RateLimit               int           `name:"rate-limit" default:"500" placeholder:"N" help:"API calls per second that one credential may make; twice as many at once (${default}; 0 limits nobody)."`
	MaxConnections          int           `name:"max-connections" default:"16384" placeholder:"N" help:"Connections open at once (${default}; 0 limits nobody)."`
	MaxConnectionsPerClient int           `name:"max-connections-per-client" default:"256" placeholder:"N" help:"Of them, from one address (IPv6: one /64); trusted proxies and this host are not counted (${default}; 0 limits nobody)."`
	DrainDelay              time.Duration `name:"drain-delay" placeholder:"DURATION" help:"How long to go on serving after /readyz has begun to answer 503, so that a balancer looks elsewhere first. Default 0s."`

	WebhookLogAge  time.Duration `name:"webhook-log-age" default:"720h" placeholder:"DURATION" help:"How long webhook deliveries that are over stay in the log, with bodies and attempts; events stay for ever (${default}; 0 keeps all)."`
	WebhookLogSize Bytes         `name:"webhook-log-size" placeholder:"SIZE" help:"How big the log may become, such as 10GB; then the oldest goes first, and the last hour stays. Default: any size."`

	DiddoRoot string `name:"diddo-root" placeholder:"PATH" help:"Path under which the Diddo API is served beside /diddo, such as /platform/diddo, for clients whose base URL has a path of its own."`

	Signing `embed:""`

	SimulatorDelay time.Duration `name:"simulator-delay" placeholder:"DURATION" help:"How long the test provider takes for what does not happen at once: pending charges, expiry, late captures, asynchronous refunds. Default 1m."`
}

// Resolve fills in what depends on the surroundings and checks that the whole
// makes sense. Errors: Invalid, naming the flag.
func (d *Data) Resolve() error {
	if d.MasterKey.IsZero() {
		d.MasterKey = id.Secret(os.Getenv(EnvPrefix + "_MASTER_KEY"))
	}
	if !d.DatabaseURL.IsZero() {
		if d.Dir != "" {
			return fault.Invalidf("--data", "two_places", "--data and --database-url cannot both be given").
				WithHint("Keep one: a directory for SQLite, or a URL for PostgreSQL")
		}
		if u, err := url.Parse(d.DatabaseURL.Reveal()); err == nil && u.Scheme != "postgres" && u.Scheme != "postgresql" && u.Scheme != "" {
			return fault.Invalidf("--database-url", "bad_database_url", "--database-url must begin with postgres://").
				WithHint("SQLite needs no URL: use --data DIR")
		}
		return nil
	}
	if d.Dir == "" {
		d.Dir = DefaultDir
	}
	absolute, err := filepath.Abs(d.Dir)
	if err != nil {
		return fault.Invalidf("--data", "bad_data", "--data %s is not a directory that can be used", d.Dir).WithCause(err)
	}
	d.Dir = absolute
	return nil
}

// Postgres reports whether the data is in PostgreSQL.
func (d Data) Postgres() bool { return !d.DatabaseURL.IsZero() }

// Resolve is Data.Resolve and the checks of everything else.
func (c *Config) Resolve() error {
	if err := c.Data.Resolve(); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fault.Invalidf("--listen", "bad_listen", "--listen %q is not HOST:PORT", c.Listen).
			WithHint("For example --listen 127.0.0.1:8080, or :8080 for every address of the host").WithCause(err)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fault.Invalidf("--tls-cert", "half_tls", "--tls-cert and --tls-key go together").
			WithHint("Give both to serve https, or none to serve http behind a proxy")
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Path != "" {
			return fault.Invalidf("--public-url", "bad_public_url", "--public-url %q is not the address of a server", c.PublicURL).
				WithHint("Give scheme and host only, such as https://pay.example.com")
		}
	}
	if _, _, err := net.SplitHostPort(c.AdminListen); err != nil && c.AdminListen != "" {
		return fault.Invalidf("--admin-listen", "bad_listen", "--admin-listen %q is not HOST:PORT", c.AdminListen).
			WithHint("For example --admin-listen 127.0.0.1:9090").WithCause(err)
	}
	if _, port, _ := net.SplitHostPort(c.AdminListen); c.AdminListen == c.Listen && port != "0" {
		return fault.Invalidf("--admin-listen", "one_address", "--listen and --admin-listen are both %s", c.Listen).
			WithHint("Give each an address of its own, such as --admin-listen 127.0.0.1:9090")
	}
	if _, err := c.Proxies(); err != nil {
		return err
	}
	for flag, value := range map[string]int64{
		"--rate-limit": int64(c.RateLimit), "--max-connections": int64(c.MaxConnections),
		"--max-connections-per-client": int64(c.MaxConnectionsPerClient), "--drain-delay": int64(c.DrainDelay),
		"--webhook-log-age": int64(c.WebhookLogAge), "--webhook-log-size": int64(c.WebhookLogSize),
	} {
		if value < 0 {
			return fault.Invalidf(flag, "negative", "%s cannot be negative", flag).WithHint("0 switches it off")
		}
	}
	if c.WebhookLogSize > 0 && c.WebhookLogSize < leastLog {
		return fault.Invalidf("--webhook-log-size", "small_log", "--webhook-log-size %d is that many bytes, which keeps nothing", c.WebhookLogSize).
			WithHint("Give a number with a unit, such as 10GB, and 1MB at least; 0 switches it off")
	}
	return c.Egress.Resolve()
}

// leastLog is a log that is worth keeping, in bytes; whoever asks for less has
// forgotten the unit.
const leastLog = 1_000_000

// Proxies are the ranges of --trusted-proxies; a single address is a range of
// one. Errors: Invalid, naming the flag.
func (c Config) Proxies() ([]netip.Prefix, error) {
	ranges := make([]netip.Prefix, 0, len(c.TrustedProxies))
	for _, text := range c.TrustedProxies {
		if addr, err := netip.ParseAddr(text); err == nil {
			ranges = append(ranges, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fault.Invalidf("--trusted-proxies", "bad_trusted_proxies", "--trusted-proxies %q is neither an address nor a range such as 10.0.0.0/8", text).WithCause(err)
		}
		ranges = append(ranges, prefix)
	}
	return ranges, nil
}

// Scheme is "https" when the server speaks TLS itself.
func (c Config) Scheme() string {
	if c.TLSCert != "" {
		return "https"
	}
	return "http"
}
