package app

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"

	"tillway/internal/connector/simulator"
	"tillway/internal/egress"
	"tillway/internal/pay"
)

// policies are the rules of egress for each environment. --dev loosens those
// of the test environment alone.
func (a *App) policies(ctx context.Context) map[pay.Env]*egress.Policy {
	base := egress.Config{Self: a.ownAddresses(ctx)}
	for _, allowed := range a.config.EgressAllow {
		if prefix, err := netip.ParsePrefix(allowed); err == nil {
			base.Allow = append(base.Allow, prefix)
		} else if addr, err := netip.ParseAddr(allowed); err == nil {
			base.Allow = append(base.Allow, netip.PrefixFrom(addr, addr.BitLen()))
		} else {
			base.AllowHosts = append(base.AllowHosts, allowed)
		}
	}
	if len(a.config.EgressAllow) > 0 {
		a.log.Warn("private addresses may receive webhooks", "egress_allow", a.config.EgressAllow)
	}
	test := base
	test.AllowHTTPLoopback = a.config.Dev
	return map[pay.Env]*egress.Policy{pay.Test: egress.NewPolicy(test), pay.Prod: egress.NewPolicy(base)}
}

// ownAddresses are those of this server and of its database, which no webhook
// may call. A name that does not resolve now protects nothing and is left out.
func (a *App) ownAddresses(ctx context.Context) []netip.AddrPort {
	own := resolve(ctx, a.Addr())
	if u, err := url.Parse(a.config.PublicURL); err == nil && u.Host != "" {
		port := u.Port()
		if port == "" {
			port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
		}
		own = append(own, resolve(ctx, net.JoinHostPort(u.Hostname(), port))...)
	}
	if a.config.Postgres() {
		if database, err := pgconn.ParseConfig(a.config.DatabaseURL.Reveal()); err == nil {
			own = append(own, resolve(ctx, net.JoinHostPort(database.Host, strconv.Itoa(int(database.Port))))...)
		}
	}
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
