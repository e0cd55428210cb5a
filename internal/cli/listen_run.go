package cli

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"tillway/internal/api/listener/listenerclient"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/fault"
	"tillway/internal/webhook/listen"
)

// Pauses before connecting again; each is drawn from its upper half.
const (
	firstPause = 500 * time.Millisecond
	mostPause  = 15 * time.Second
)

// mostForwards bounds the requests to the program at once. The server sends
// fewer.
const mostForwards = 64

// listening is one run of the command.
type listening struct {
	client    listenerclient.Client
	forwarder *forwarder
	table     *listenTable
	server    string
	ask       listenerclient.Open
}

// until connects, and connects again, until ctx ends or the server says that it
// is of no use.
func (l *listening) until(ctx context.Context) error {
	pause := firstPause
	for {
		connected, err := l.connect(ctx)
		if connected {
			pause = firstPause
		}
		wait := pause/2 + rand.N(pause/2)
		switch {
		case ctx.Err() != nil: // whatever broke off with it
		case hopeless(err):
			return refusalOf(err)
		default:
			l.table.disconnected(unreachable(l.server, err), wait)
		}
		if !rest(ctx, wait) {
			l.table.stopped()
			return nil
		}
		pause = min(2*pause, mostPause)
	}
}

// rest waits; false when ctx ended first.
func rest(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// connect serves one stream to its end, and waits for the requests under way.
// It reports whether there was one.
func (l *listening) connect(ctx context.Context) (connected bool, err error) {
	stream, err := l.client.Open(ctx, l.ask)
	if err != nil {
		return false, err
	}
	defer stream.Close()
	l.table.connected(stream.Hello, l.ask.ForwardTo)
	// What is under way when the stream breaks is of no use any more: the
	// server sends it again.
	ctx, cut := context.WithCancel(ctx)
	var under sync.WaitGroup
	defer under.Wait()
	defer cut()
	places := make(chan struct{}, mostForwards)
	for {
		frame, err := stream.Next()
		if err != nil {
			return true, err
		}
		switch {
		case frame.End != nil:
			return true, ended{*frame.End}
		case frame.Delivery != nil:
			places <- struct{}{}
			under.Go(func() {
				defer func() { <-places }()
				l.deliver(ctx, stream.Hello.Connection, *frame.Delivery)
			})
		}
	}
}

// deliver forwards one delivery and acknowledges it.
func (l *listening) deliver(ctx context.Context, connection string, delivery listen.Delivery) {
	result := l.forwarder.forward(ctx, delivery)
	if ctx.Err() != nil {
		return
	}
	result.unrecorded = l.acknowledge(ctx, listenerclient.Ack{
		Connection: connection, Delivery: delivery.ID,
		Status: result.status, Headers: result.headers, Body: result.body, Failure: string(result.failure),
	})
	if ctx.Err() == nil {
		l.table.delivered(delivery, result)
	}
}

// acknowledge tells the server, several times where it seems worth it.
func (l *listening) acknowledge(ctx context.Context, ack listenerclient.Ack) error {
	const tries, pause, patience = 3, 200 * time.Millisecond, 5 * time.Second
	for try := 1; ; try++ {
		limited, cancel := context.WithTimeout(ctx, patience)
		err := l.client.Ack(limited, ack)
		cancel()
		told, refused := errors.AsType[*pancakeclient.Error](err)
		useless := refused && told.Status < http.StatusInternalServerError && told.Status != http.StatusTooManyRequests
		if err == nil || useless || try == tries || !rest(ctx, pause) {
			return err
		}
	}
}

// ended is a stream that the server ended, with its reason.
type ended struct{ end listen.End }

// Error is the server's message.
func (e ended) Error() string { return e.end.Message }

// hopeless reports whether connecting again would fail in the same way, or take
// the stream from somebody else.
func hopeless(err error) bool {
	if end, ok := errors.AsType[ended](err); ok {
		return end.end.Reason == listen.TakenOver
	}
	told, refused := errors.AsType[*pancakeclient.Error](err)
	return refused && told.Status >= http.StatusBadRequest && told.Status < http.StatusInternalServerError &&
		told.Status != http.StatusTooManyRequests
}

// refusalOf words what ends the command.
func refusalOf(err error) error {
	if end, ok := errors.AsType[ended](err); ok {
		return outcome{exitNo, fault.New(fault.Conflict, string(end.end.Reason), end.end.Message).
			WithHint("Give each listener that runs at the same time its own --name")}
	}
	told, ok := errors.AsType[*pancakeclient.Error](err)
	if !ok || len(told.Notices) == 0 {
		return err
	}
	return outcome{exitNo, fault.New(fault.Invalid, "refused", told.Notices[0].Message).WithHint(told.Notices[0].AIHint)}
}
