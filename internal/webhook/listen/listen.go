// Package listen keeps the streams that developers hold open to this node
// (tillway listen), so that a program on their own machine receives webhooks
// without an address that the Internet can reach.
//
// A listener is an endpoint like any other: its deliveries are signed, retried
// and logged by the dispatcher. Only the last step differs: the request is
// handed to the open stream as a Frame, and what the developer's program
// answered comes back as an Ack. Every delivery is acknowledged by itself, so
// that a stream which breaks loses nothing: what was not acknowledged is no
// attempt, goes back to the table, and is sent to the next stream with the same
// id and the same bytes.
//
// The package knows streams and acknowledgements. Who may open one, and for
// which store, is decided by its user.
package listen

import (
	"io"
	"log/slog"
	"time"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

// Rhythm and bounds of a Hub.
const (
	// DefaultBeat is the pause between two signs of life on a quiet stream.
	DefaultBeat = 10 * time.Second
	// DefaultCheck is how often a stream's right to be open is looked at.
	DefaultCheck = time.Minute
	// DefaultMost bounds the streams of a node.
	DefaultMost = 1024
)

// Config describes a Hub. Every member may be zero.
type Config struct {
	// Opened is told that a listener's stream is ready to be sent to.
	Opened func(webhook.EndpointID)
	Beat   time.Duration
	Check  time.Duration
	Most   int
	Log    *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Opened == nil {
		c.Opened = func(webhook.EndpointID) {}
	}
	if c.Beat <= 0 {
		c.Beat = DefaultBeat
	}
	if c.Check <= 0 {
		c.Check = DefaultCheck
	}
	if c.Most <= 0 {
		c.Most = DefaultMost
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	return c
}

// Faults of streams and acknowledgements.
var (
	ErrStopping = fault.New(fault.Unavailable, "stopping", "The server is stopping").
			WithHint("Connect again in a moment")
	ErrCrowded = fault.New(fault.Unavailable, "too_many_streams", "Too many listeners are connected to this server").
			WithHint("Connect again later")
	ErrNoConnection = fault.New(fault.NotFound, "no_such_connection", "This connection is not open here any more").
			WithHint("What it was sent comes again on the next connection. Behind a balancer, a client must stay with one node")
	ErrNotAwaited = fault.New(fault.NotFound, "not_awaited", "This delivery does not wait for an answer any more").
			WithHint("It comes again unless it was acknowledged before")
)
