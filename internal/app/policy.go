package app

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"

	"tillway/internal/config"
	"tillway/internal/connector/simulator"
	"tillway/internal/egress"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Rules are what webhooks may reach and how they are signed, as the operator has
// it.
type Rules struct {
	Dev bool // loosens the rules of the test environment alone
	config.Egress
	config.Signing
}

// newEgress makes the client of each environment, whose rules protect the given
// addresses and names. Errors: Invalid, naming the flag.
func newEgress(ctx context.Context, rules Rules, own self) (map[pay.Env]*egress.Client, error) {
	base := egress.Config{Self: own.addresses, SelfNames: own.names, SelfHosts: own.hosts}
	for _, allowed := range rules.EgressAllow {
		if prefix, err := netip.ParsePrefix(allowed); err == nil {
			base.Allow = append(base.Allow, prefix)
		} else if addr, err := netip.ParseAddr(allowed); err == nil {
			base.Allow = append(base.Allow, netip.PrefixFrom(addr, addr.BitLen()))
		} else {
			base.AllowHosts = append(base.AllowHosts, allowed)
		}
	}
	test := base
	test.AllowHTTPLoopback = rules.Dev
	authorities, err := rules.Authorities()
	if err != nil {
		return nil, err
	}
	source, err := rules.Source()
	if err != nil {
		return nil, err
	}
	if err := checkSource(ctx, source); err != nil {
		return nil, err
	}
	made := func(config egress.Config) *egress.Client {
		return egress.NewClient(egress.ClientConfig{
			Policy: egress.NewPolicy(config), TLS: &tls.Config{RootCAs: authorities}, Bind: source,
		})
	}
	return map[pay.Env]*egress.Client{pay.Test: made(test), pay.Prod: made(base)}, nil
}

// checkSource makes sure that the address is this host's, which only the system
// knows: of 127.0.0.0/8, it owns more than its interfaces show.
func checkSource(ctx context.Context, source netip.Addr) error {
	if !source.IsValid() {
		return nil
	}
	var tried net.ListenConfig
	listener, err := tried.Listen(ctx, "tcp", netip.AddrPortFrom(source, 0).String())
	if err != nil {
		return fault.Invalidf("--egress-bind", "bad_egress_bind", "--egress-bind %s is not an address of this host", source).WithCause(err)
	}
	return listener.Close()
}

// self is what no webhook may call: this server and its database. A name that
// does not resolve now is still refused as a name.
type self struct {
	addresses []netip.AddrPort
	names     []egress.HostPort
	hosts     []netip.Addr // of the database
}

// add adds a port of a host and is the host's addresses.
func (s *self) add(ctx context.Context, host string, port uint16) []netip.AddrPort {
	addresses := resolve(ctx, net.JoinHostPort(host, strconv.Itoa(int(port))))
	s.addresses = append(s.addresses, addresses...)
	if _, err := netip.ParseAddr(host); err != nil && host != "" {
		s.names = append(s.names, egress.HostPort{Host: host, Port: port})
	}
	return addresses
}

// addDatabase adds every server that the database's URL names: of several, any
// may be the one that is connected to next.
func (s *self) addDatabase(ctx context.Context, where config.Data) {
	if !where.Postgres() {
		return
	}
	database, err := pgconn.ParseConfig(where.DatabaseURL.Reveal())
	if err != nil {
		return
	}
	servers := []egress.HostPort{{Host: database.Host, Port: database.Port}}
	for _, other := range database.Fallbacks {
		server := egress.HostPort{Host: other.Host, Port: other.Port}
		if !slices.Contains(servers, server) { // a server is there twice, with and without TLS
			servers = append(servers, server)
		}
	}
	for _, server := range servers {
		for _, address := range s.add(ctx, server.Host, server.Port) {
			s.hosts = append(s.hosts, address.Addr().Unmap())
		}
	}
}

// own is this server and its database.
func (a *App) own(ctx context.Context) self {
	own := self{addresses: resolve(ctx, a.Addr())}
	if a.aside != nil {
		own.addresses = append(own.addresses, resolve(ctx, a.AdminAddr())...)
	}
	if u, err := url.Parse(a.config.PublicURL); err == nil && u.Host != "" {
		port := map[string]uint16{"https": 443, "http": 80}[u.Scheme]
		if given, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
			port = uint16(given)
		}
		own.add(ctx, u.Hostname(), port)
	}
	own.addDatabase(ctx, a.config.Data)
	return own
}

func resolve(ctx context.Context, hostPort string) []netip.AddrPort {
	if parsed, err := netip.ParseAddrPort(hostPort); err == nil {
		return []netip.AddrPort{parsed}
	}
	host, text, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil
	}
	found := make([]netip.AddrPort, 0, len(addresses))
	for _, address := range addresses {
		found = append(found, netip.AddrPortFrom(address.Unmap(), uint16(port)))
	}
	return found
}

// simulatorTiming is the simulator's pace. A single delay sets everything that
// happens later by itself; how long a lost answer hangs stays as it is.
func (c Config) simulatorTiming() simulator.Timing {
	timing := simulator.DefaultTiming()
	if c.SimulatorDelay > 0 {
		timing.Pending, timing.Expiry, timing.Late, timing.Refund = c.SimulatorDelay, c.SimulatorDelay, c.SimulatorDelay, c.SimulatorDelay
	}
	return timing
}
