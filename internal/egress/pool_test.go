package egress

import (
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func bracketed(address string) string {
	if strings.Contains(address, ":") {
		return "[" + address + "]"
	}
	return address
}

func literalOf(t *testing.T, text string) netip.Addr {
	t.Helper()
	address, err := netip.ParseAddr(text)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// socket is a connection of which nothing is asked but to be closed.
type socket struct {
	net.Conn
	closed atomic.Bool
}

// Close notes that it was closed.
func (s *socket) Close() error { s.closed.Store(true); return nil }

// RemoteAddr is any address.
func (s *socket) RemoteAddr() net.Addr { return &net.TCPAddr{} }

func (s *socket) idle(p *pool, at place) *conn {
	c := newConn(s, s, at, p)
	p.put(c)
	return c
}

func TestTheNewestConnectionOfAPlaceIsTaken(t *testing.T) {
	t.Parallel()
	p := newPool()
	defer p.close()
	here, there := place{host: "here", port: 80}, place{host: "here", port: 80, secure: true}
	first, second, other := (&socket{}).idle(p, here), (&socket{}).idle(p, here), (&socket{}).idle(p, there)
	for _, want := range []*conn{second, first, nil} {
		if got := p.take(here); got != want {
			t.Errorf("took %p, want %p", got, want)
		}
	}
	if got := p.take(there); got != other {
		t.Error("the connection of another place was not left alone")
	}
}

func TestIdleConnectionsAreClosedInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool()
		early, late := &socket{}, &socket{}
		early.idle(p, place{host: "a"})
		time.Sleep(time.Second)
		late.idle(p, place{host: "b"})
		time.Sleep(idleTime - time.Second)
		synctest.Wait()
		if !early.closed.Load() || late.closed.Load() {
			t.Errorf("after %v: early closed %t, late closed %t", idleTime, early.closed.Load(), late.closed.Load())
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if !late.closed.Load() || p.count != 0 || len(p.places) != 0 || p.oldest != nil || p.newest != nil {
			t.Errorf("late closed %t; %d of %d places are left", late.closed.Load(), p.count, len(p.places))
		}
		// The pool goes on afterwards.
		again := &socket{}
		again.idle(p, place{host: "a"})
		time.Sleep(idleTime)
		synctest.Wait()
		if !again.closed.Load() {
			t.Error("the second sweep did not come")
		}
	})
}

func TestThePoolIsBounded(t *testing.T) {
	t.Parallel()
	p := newPool()
	var all []*socket
	add := func(host string) *socket {
		s := &socket{}
		s.idle(p, place{host: host})
		all = append(all, s)
		return s
	}
	oldest := add("oldest")
	for range idlePerHost {
		add("a")
	}
	if surplus := add("a"); !surplus.closed.Load() {
		t.Error("a host keeps more connections than it may")
	}
	for range idleTotal - idlePerHost - 1 {
		add("b")
	}
	if oldest.closed.Load() || p.count != idleTotal {
		t.Errorf("%d are kept, want %d with the oldest", p.count, idleTotal)
	}
	if add("c"); !oldest.closed.Load() || p.count != idleTotal {
		t.Errorf("%d are kept, want %d without the oldest", p.count, idleTotal)
	}
	p.close()
	if late := add("d"); !late.closed.Load() {
		t.Error("a closed pool keeps a connection")
	}
	for i, s := range all {
		if !s.closed.Load() {
			t.Errorf("connection %d is left open", i)
		}
	}
}
