package app

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"tillway/internal/fault"
)

// CodeAddressInUse is the code of the fault of New when another process
// listens on the address.
const CodeAddressInUse = "address_in_use"

// listen takes the addresses and settles the public URL.
// Errors: Unavailable "address_in_use", "listen"; Invalid "tls" and those of
// config.Config.Proxies.
func (a *App) listen(ctx context.Context) (err error) {
	if a.config.TLSCert != "" {
		// Read now, so that a wrong file is told before anything else happens.
		if a.tls, err = loadCertificate(a.config.TLSCert, a.config.TLSKey, a.log); err != nil {
			return err
		}
	}
	if a.trusted, err = a.config.Proxies(); err != nil {
		return err
	}
	if a.config.AdminListen != "" {
		if a.aside, err = take(ctx, "--admin-listen", a.config.AdminListen); err != nil {
			return err
		}
	}
	listener, err := take(ctx, "--listen", a.config.Listen)
	if err != nil {
		return err
	}
	bounded := &boundedListener{
		Listener: listener, most: a.config.MaxConnections, mostPerClient: a.config.MaxConnectionsPerClient,
		// Behind a proxy every client has its address, and so has this host's
		// own traffic; the proxy bounds its clients itself.
		exempt:  func(addr netip.Addr) bool { return addr.IsLoopback() || a.trusted.contains(addr) },
		refused: a.metrics.Refused, client: map[netip.Prefix]int{},
	}
	a.gauges(bounded)
	a.listener = bounded
	a.url = a.config.PublicURL
	if a.url == "" {
		a.url = a.config.Scheme() + "://" + reachable(listener.Addr())
	}
	return nil
}

// take listens on the address that a flag names.
func take(ctx context.Context, flag, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fault.New(fault.Unavailable, CodeAddressInUse, "Another program listens on "+address).
			WithHint("Stop it, or choose another address with " + flag).WithCause(err)
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, "listen", "The address "+address+" cannot be listened on").
			WithHint("Choose another address with " + flag + ", such as 127.0.0.1:8080").WithCause(err)
	}
	return listener, nil
}

// reachable is how a browser on this host reaches a listening address: one
// that means every address of the host is reached by its loopback.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// isLoopback reports whether only this host reaches a listening address.
func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// secure reports whether browsers reach the server by https.
func (a *App) secure() bool { return strings.HasPrefix(a.url, "https://") }
