// Package egress is an HTTP client that cannot reach private networks, and the
// rules that say which URLs and addresses may be called at all
// (spec/webhook-engine.md §4).
//
// The rules are applied twice: Policy.Vet when a person saves a URL, and the
// Client again at every connection, to the address actually dialled, so that a
// name which changes its address in between gains nothing.
//
// The package knows URLs and addresses; it may not know what is sent, why, or
// for whom.
package egress

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

// Config describes a Policy. The zero value allows public https only.
type Config struct {
	// AllowHTTPLoopback admits http, and targets on this host's loopback. It is
	// for --dev and the test environment only.
	AllowHTTPLoopback bool
	// Allow admits private ranges by address, as --egress-allow does. The host
	// itself and SelfHosts are admitted by a range of one address only.
	Allow []netip.Prefix
	// AllowHosts admits hosts by name, with whatever address they have but one
	// of this host or of SelfHosts.
	AllowHosts []string
	// Self are addresses of this server and of its database, refused by host
	// and port whatever else is allowed. An unspecified address (0.0.0.0, ::)
	// means the port on every address of this host.
	Self []netip.AddrPort
	// SelfHosts are addresses of the database, refused on every port as the
	// host's own are; under AllowHTTPLoopback, Self's ports of them alone.
	SelfHosts []netip.Addr
	// SelfNames are names of this server and of its database, refused whatever
	// address they have now: by host, and under AllowHTTPLoopback, where a host
	// serves many, by host and port.
	SelfNames []HostPort

	// Resolver resolves names, here and in the Client; net.DefaultResolver when
	// nil.
	Resolver *net.Resolver
	// OwnAddresses lists the addresses of this host; the network interfaces'
	// when nil.
	OwnAddresses func() ([]netip.Addr, error)
}

// HostPort is a port of a named host.
type HostPort struct {
	Host string
	Port uint16
}

// Policy decides which URLs and addresses may be called. It is safe for
// concurrent use.
type Policy struct {
	config Config
	hosts  map[string]bool // AllowHosts, lower case
	ranges *ssrf.Guardian
	own    ownAddresses
}

// azureWire is the one cloud address outside of the private ranges that
// answers for the host.
var azureWire = netip.MustParsePrefix("168.63.129.16/32")

// NewPolicy makes a Policy.
func NewPolicy(config Config) *Policy {
	if config.Resolver == nil {
		config.Resolver = net.DefaultResolver
	}
	if config.OwnAddresses == nil {
		config.OwnAddresses = interfaceAddresses
	}
	p := &Policy{
		config: config,
		hosts:  map[string]bool{},
		ranges: ssrf.New(ssrf.WithAnyPort(), ssrf.WithDeniedV4Prefixes(azureWire)),
		own:    ownAddresses{read: config.OwnAddresses},
	}
	for _, host := range config.AllowHosts {
		p.hosts[strings.ToLower(host)] = true
	}
	return p
}

// vetTime bounds the look-up of a name while somebody waits for an answer.
const vetTime = 2 * time.Second

// Check applies every rule that needs no network. Its error is a *fault.Error of
// kind Invalid whose code names the rule.
func (p *Policy) Check(rawURL string) error {
	_, err := p.parse(rawURL)
	return err
}

// Vet is Check, and looks the name up and applies the rules to every address it
// has. A name that does not resolve passes: it may not exist yet, and every
// connection is checked again.
func (p *Policy) Vet(ctx context.Context, rawURL string) error {
	target, err := p.parse(rawURL)
	if err != nil || target.addr.IsValid() {
		return err
	}
	addresses, _ := p.resolve(ctx, target.host)
	for _, address := range addresses {
		if err := p.checkAddress(netip.AddrPortFrom(address, target.port), target.host); err != nil {
			return err
		}
	}
	return nil
}

func (p *Policy) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	within, cancel := context.WithTimeout(ctx, vetTime)
	defer cancel()
	return p.config.Resolver.LookupNetIP(within, "ip", host)
}
