package app

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"
)

// calls is a listener whose connections come from the addresses of a list.
type calls struct {
	net.Listener
	from []string
}

func (c *calls) Accept() (net.Conn, error) {
	if len(c.from) == 0 {
		return nil, net.ErrClosed
	}
	next := c.from[0]
	c.from = c.from[1:]
	return &fromConn{addr: net.TCPAddrFromAddrPort(netip.MustParseAddrPort(next))}, nil
}

type fromConn struct {
	net.Conn
	addr   net.Addr
	closed bool
}

func (c *fromConn) RemoteAddr() net.Addr { return c.addr }
func (c *fromConn) Close() error         { c.closed = true; return nil }

func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	const trusted = "10.0.0.9"
	for name, c := range map[string]struct {
		most, perClient int
		from            []string
		admitted        []string
		refused         []string
	}{
		"by client": {
			10, 2,
			[]string{"192.0.2.1:1", "192.0.2.1:2", "192.0.2.1:3", "192.0.2.2:1"},
			[]string{"192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:1"},
			[]string{boundClient},
		},
		"by the network that a client of IPv6 has": {
			10, 1,
			[]string{"[2001:db8::1]:1", "[2001:db8::ffff]:1", "[2001:db8:0:1::1]:1"},
			[]string{"[2001:db8::1]:1", "[2001:db8:0:1::1]:1"},
			[]string{boundClient},
		},
		"in all": {
			2, 2,
			[]string{"192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1"},
			[]string{"192.0.2.1:1", "192.0.2.2:1"},
			[]string{boundTotal},
		},
		"but not those of a proxy, except in all": {
			3, 1,
			[]string{trusted + ":1", trusted + ":2", "[::ffff:" + trusted + "]:3", trusted + ":4"},
			[]string{trusted + ":1", trusted + ":2", trusted + ":3"},
			[]string{boundTotal},
		},
		"not at all when the bounds are 0": {
			0, 0,
			[]string{"192.0.2.1:1", "192.0.2.1:2"},
			[]string{"192.0.2.1:1", "192.0.2.1:2"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refused, admitted []string
			l := &boundedListener{
				Listener: &calls{from: c.from}, most: c.most, mostPerClient: c.perClient,
				exempt:  func(addr netip.Addr) bool { return addr == netip.MustParseAddr(trusted) },
				refused: func(bound string) { refused = append(refused, bound) }, client: map[netip.Prefix]int{},
			}
			var open []net.Conn
			for {
				conn, err := l.Accept()
				if errors.Is(err, net.ErrClosed) {
					break
				}
				open = append(open, conn)
				admitted = append(admitted, conn.RemoteAddr().String())
			}
			if !slices.Equal(admitted, c.admitted) || !slices.Equal(refused, c.refused) {
				t.Errorf("admitted %v and refused for %v, want %v and %v", admitted, refused, c.admitted, c.refused)
			}
			if l.count() != len(open) {
				t.Errorf("%d connections are counted, want %d", l.count(), len(open))
			}
			for _, conn := range open {
				for range 2 { // a server closes twice
					if err := conn.Close(); err != nil {
						t.Error(err)
					}
				}
				if !conn.(*boundedConn).Conn.(*fromConn).closed {
					t.Error("a closed connection is open below")
				}
			}
			if l.count() != 0 || len(l.client) != 0 {
				t.Errorf("after all are closed %d are counted, of %v", l.count(), l.client)
			}
		})
	}
}
