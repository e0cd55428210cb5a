package app

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// ConnectionTimes bound how long a client may take over each part of a
// request, so that nobody can hold a connection by being slow.
type ConnectionTimes struct {
	Header  time.Duration // until the request's header is in
	Request time.Duration // until all of the request is in
	Answer  time.Duration // until the answer is taken, from the end of the header on
	Idle    time.Duration // between two requests
}

// defaultTimes: a buyer's wait for a provider (8 s) fits into the answer's.
var defaultTimes = ConnectionTimes{Header: 10 * time.Second, Request: 30 * time.Second, Answer: time.Minute, Idle: 2 * time.Minute}

// maxHeader bounds the header of a request, in bytes. Bodies are bounded where
// they are read.
const maxHeader = 64 << 10

// newServer makes a server for the outside.
func (a *App) newServer(handler http.Handler) *http.Server {
	times := a.config.Times
	if times == (ConnectionTimes{}) {
		times = defaultTimes
	}
	server := a.newQuietServer(handler)
	server.ReadHeaderTimeout, server.ReadTimeout = times.Header, times.Request
	server.WriteTimeout, server.IdleTimeout = times.Answer, times.Idle
	return server
}

// The bounds that a connection can meet, as they are counted.
const (
	boundTotal  = "total"
	boundClient = "client"
)

// boundedListener closes a connection at once when too many are open: in all,
// or from one client. Waiting instead would let whoever opened them keep
// everybody else out.
type boundedListener struct {
	net.Listener
	most, mostPerClient int                        // 0 bounds nothing
	exempt              func(addr netip.Addr) bool // from the bound of one client
	refused             func(bound string)

	mu     sync.Mutex
	open   int
	client map[netip.Prefix]int // clients without a connection are not in it
}

// Accept implements net.Listener.
func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := l.clientOf(conn.RemoteAddr())
		if bound := l.admit(client); bound != "" {
			l.refused(bound)
			_ = conn.Close() // nothing was said on it
			continue
		}
		return &boundedConn{Conn: conn, leave: sync.OnceFunc(func() { l.leave(client) })}, nil
	}
}

// clientOf tells clients apart by their address, and those of IPv6 by the
// network that one of them gets. It is the zero prefix for who is not counted.
func (l *boundedListener) clientOf(addr net.Addr) netip.Prefix {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	if l.exempt(ip) {
		return netip.Prefix{}
	}
	const network = 64
	if ip.Is6() {
		return netip.PrefixFrom(ip, network).Masked()
	}
	return netip.PrefixFrom(ip, ip.BitLen())
}

func (l *boundedListener) admit(client netip.Prefix) (bound string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	counted := client.IsValid()
	switch {
	case l.most > 0 && l.open >= l.most:
		return boundTotal
	case counted && l.mostPerClient > 0 && l.client[client] >= l.mostPerClient:
		return boundClient
	}
	l.open++
	if counted {
		l.client[client]++
	}
	return ""
}

func (l *boundedListener) leave(client netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.client[client]--; l.client[client] <= 0 {
		delete(l.client, client)
	}
}

// count is how many connections are open.
func (l *boundedListener) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open
}

// boundedConn gives its place back when it is closed, however often.
type boundedConn struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *boundedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}
