package sqldbtest

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync/atomic"
)

// Break is what a Wire does to the next message that carries a COMMIT.
type Break int32

// The ways to lose a connection around COMMIT.
const (
	// Whole leaves the connection as it is.
	Whole Break = iota
	// Unsent fails before a byte of the message has left, and says so.
	Unsent
	// LostOnTheWay takes the message and drops it with the connection: the
	// server never sees it.
	LostOnTheWay
	// LostAnswer lets the server commit and drops its answer with the
	// connection.
	LostAnswer
)

// Wire stands between a pool and its server, as PostgresConfig.Dial, and
// breaks one connection when it is told to.
type Wire struct {
	next atomic.Int32
	// Commits counts the messages that carried a COMMIT.
	Commits atomic.Int64
	// Messages counts what was sent, in flushes: round trips, but for the few
	// of a connection's start.
	Messages atomic.Int64
}

// BreakNext breaks the connection that next sends a COMMIT.
func (w *Wire) BreakNext(how Break) { w.next.Store(int32(how)) }

// Dial opens a connection through the wire.
func (w *Wire) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &wiredConn{Conn: conn, wire: w}, nil
}

// wiredConn is used by one goroutine at a time, as pgconn uses a connection.
type wiredConn struct {
	net.Conn
	wire       *Wire
	dropAnswer bool
}

func (c *wiredConn) Write(message []byte) (int, error) {
	c.wire.Messages.Add(1)
	if !bytes.Contains(message, []byte("COMMIT\x00")) {
		return c.Conn.Write(message)
	}
	c.wire.Commits.Add(1)
	switch Break(c.wire.next.Swap(int32(Whole))) {
	case Unsent:
		c.Conn.Close()
		return 0, io.ErrClosedPipe
	case LostOnTheWay:
		c.Conn.Close()
		return len(message), nil
	case LostAnswer:
		c.dropAnswer = true
	}
	return c.Conn.Write(message)
}

func (c *wiredConn) Read(buffer []byte) (int, error) {
	n, err := c.Conn.Read(buffer)
	if c.dropAnswer && err == nil {
		c.Conn.Close()
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
