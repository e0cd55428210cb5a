package egress

import (
	"bufio"
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// readBuffer fits the whole of a usual answer, in bytes.
const readBuffer = 4 << 10

// conn is one connection to a receiver. One exchange owns it at a time, or the
// pool does; it has no goroutine of its own.
type conn struct {
	net.Conn          // TLS where the place is secure
	raw      net.Conn // the socket below
	place    place
	pool     *pool
	reader   *bufio.Reader
	head     []byte // of the answer being read; kept for the next
	used     bool   // an answer was read from it before
	limited  bool   // a deadline is set on it
	remote   remote

	// idleSince, older and newer belong to the pool, under its lock.
	idleSince    time.Time
	older, newer *conn

	control syscall.RawConn
	busy    bool // what quiet found
	look    func(fd uintptr)
}

func newConn(secured, raw net.Conn, at place, pool *pool) *conn {
	c := &conn{Conn: secured, raw: raw, place: at, pool: pool, reader: bufio.NewReaderSize(secured, readBuffer)}
	c.remote = remote{Addr: raw.RemoteAddr(), text: raw.RemoteAddr().String()}
	if socket, ok := raw.(syscall.Conn); ok {
		if control, err := socket.SyscallConn(); err == nil {
			c.control, c.look = control, func(fd uintptr) { c.busy = readable(fd) }
		}
	}
	return c
}

// RemoteAddr is the address that was dialled; its text is made once.
func (c *conn) RemoteAddr() net.Addr { return &c.remote }

// quiet reports whether an idle connection is still good for a request: the
// receiver has neither closed it nor said anything since.
func (c *conn) quiet() bool {
	if c.control == nil {
		return true
	}
	c.busy = false
	return c.control.Control(c.look) == nil && !c.busy
}

// surplus reports whether TLS holds something that the receiver said beyond its
// answer, or has heard of the connection's end. It was read from the socket
// already, so that quiet does not see it. Nothing is waited for.
func (c *conn) surplus() bool {
	if c.Conn == c.raw {
		return false // end has looked into the only buffer there is
	}
	c.limited = true
	if c.SetReadDeadline(longAgo) != nil {
		return true
	}
	_, err := c.reader.Peek(1)
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// longAgo is a deadline that lets a reader have only what is there already.
var longAgo = time.Unix(1, 0)

// limit sets the deadline of everything on the connection; zero is none.
func (c *conn) limit(until time.Time) error {
	if until.IsZero() && !c.limited {
		return nil
	}
	c.limited = !until.IsZero()
	return c.SetDeadline(until)
}

// close ends the connection at once. The socket is closed below TLS, whose own
// farewell could block on a receiver that does not read.
func (c *conn) close() { _ = c.raw.Close() }

// remote is an address whose text has been made.
type remote struct {
	net.Addr
	text string
}

// String is the address and port.
func (r *remote) String() string { return r.text }
