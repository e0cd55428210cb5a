package egress

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// dialer makes connections to vetted addresses.
type dialer struct {
	policy *Policy
	tls    *tls.Config
	bind   netip.Addr // source address; invalid for the system's choice
}

// hostKey carries the name that is dialled to the control hook.
type hostKey struct{}

// dial connects to a place. The rules are applied in the control hook, which
// sees the very address that the kernel is about to be given.
func (d *dialer) dial(ctx context.Context, to place) (net.Conn, error) {
	if _, err := netip.ParseAddr(to.host); err != nil {
		ctx = context.WithValue(ctx, hostKey{}, to.host)
	}
	dialer := net.Dialer{Timeout: dialTime, ControlContext: d.control, Resolver: d.policy.config.Resolver}
	network := "tcp"
	if d.bind.IsValid() {
		dialer.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(d.bind, 0))
		if network = "tcp6"; d.bind.Is4() {
			network = "tcp4"
		}
	}
	return dialer.DialContext(ctx, network, net.JoinHostPort(to.host, strconv.Itoa(int(to.port))))
}

func (d *dialer) control(ctx context.Context, _, to string, _ syscall.RawConn) error {
	address, err := netip.ParseAddrPort(to)
	if err != nil {
		return refuse("url_malformed", "This is not a valid address.").WithCause(err)
	}
	host, _ := ctx.Value(hostKey{}).(string)
	return d.policy.checkAddress(address, host)
}

// HandshakeError says that there was a connection, and no TLS session on it.
type HandshakeError struct{ cause error }

// Error is the line for the log.
func (h *HandshakeError) Error() string { return "egress: no TLS session: " + h.cause.Error() }

// Unwrap gives what the TLS package said.
func (h *HandshakeError) Unwrap() error { return h.cause }

// Handshake marks the error for those who do not know this package.
func (*HandshakeError) Handshake() {}

// secureTime bounds a TLS handshake, below any request's time limit.
const secureTime = 8 * time.Second

// secure makes the TLS session.
func (d *dialer) secure(ctx context.Context, raw net.Conn, host string, trace *httptrace.ClientTrace) (*tls.Conn, error) {
	config := d.tls.Clone()
	config.ServerName = host
	session := tls.Client(raw, config)
	within, cancel := context.WithTimeout(ctx, secureTime)
	defer cancel()
	if trace.TLSHandshakeStart != nil {
		trace.TLSHandshakeStart()
	}
	err := session.HandshakeContext(within)
	if trace.TLSHandshakeDone != nil {
		trace.TLSHandshakeDone(session.ConnectionState(), err)
	}
	return session, err
}

// connect makes a connection of the pool.
func (c *Client) connect(ctx context.Context, to place, trace *httptrace.ClientTrace) (*conn, error) {
	raw, err := c.dialer.dial(ctx, to)
	if err != nil {
		return nil, err
	}
	made := raw
	if to.secure {
		session, err := c.dialer.secure(ctx, raw, to.host, trace)
		if err != nil {
			_ = raw.Close()
			return nil, &HandshakeError{err}
		}
		made = session
	}
	return newConn(made, raw, to, c.pool), nil
}
