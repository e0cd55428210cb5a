package listen

import (
	"context"
	"net/http"
	"sync"
	"time"

	"tillway/internal/webhook"
)

// Opening describes a stream that is to be opened.
type Opening struct {
	// Connection names the stream; minted for it, and told to nobody else.
	Connection string
	Endpoint   webhook.EndpointID
	// Holder is who may acknowledge; opaque.
	Holder string
	// Peer is the client's address, for the log.
	Peer  string
	Hello Hello // Connection, Listener and BeatMS are filled in
	// Standing says whether the stream may go on, now and then. A fault of kind
	// Unauthenticated, Forbidden or NotFound ends it; another failure does not.
	Standing func(ctx context.Context) error
}

// Stream is one open connection of a listener.
type Stream struct {
	hub     *Hub
	opening Opening
	frames  chan Frame    // handed to the writer one by one
	done    chan struct{} // closed when it ends

	mu      sync.Mutex
	control *http.ResponseController // while it is served
	reason  Reason                   // why it ended; empty while it lives
	waiting map[webhook.DeliveryID]chan Ack
}

func newStream(hub *Hub, opening Opening) *Stream {
	hello := &opening.Hello
	hello.Connection, hello.Listener = opening.Connection, string(opening.Endpoint)
	hello.BeatMS = hub.config.Beat.Milliseconds()
	return &Stream{
		hub: hub, opening: opening, frames: make(chan Frame), done: make(chan struct{}),
		waiting: map[webhook.DeliveryID]chan Ack{},
	}
}

// end ends the stream; the first reason stands. A write under way gets little
// time from then on, so that nobody waits for a client that stalls.
func (s *Stream) end(reason Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reason == "" {
		s.reason = reason
		close(s.done)
		if s.control != nil {
			_ = s.control.SetWriteDeadline(time.Now().Add(partingTime))
		}
	}
}

func (s *Stream) ended() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// expect says that a delivery is about to be handed over; its acknowledgement
// comes on the channel. It reports false on a stream that has ended, and for a
// delivery that is under way already.
func (s *Stream) expect(delivery webhook.DeliveryID) (<-chan Ack, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, twice := s.waiting[delivery]; twice || s.reason != "" {
		return nil, false
	}
	answer := make(chan Ack, 1)
	s.waiting[delivery] = answer
	return answer, true
}

func (s *Stream) forget(delivery webhook.DeliveryID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, delivery)
}

// settle reports whether the delivery waited for the acknowledgement.
func (s *Stream) settle(ack Ack) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, awaited := s.waiting[ack.Delivery]
	if !awaited || s.reason != "" {
		return false
	}
	delete(s.waiting, ack.Delivery)
	answer <- ack
	return true
}
