package listen

import (
	"sync"

	"tillway/internal/webhook"
)

// Hub holds the open streams of this node. It implements webhook.Listeners.
type Hub struct {
	config Config

	mu         sync.Mutex
	streams    map[webhook.EndpointID]*Stream // the one that is sent to
	connection map[string]*Stream             // also those that were taken over and still end
	closed     bool
	serving    sync.WaitGroup
}

var _ webhook.Listeners = (*Hub)(nil)

// New makes a Hub. It starts nothing; Close ends the streams.
func New(config Config) *Hub {
	return &Hub{config: config.withDefaults(), streams: map[webhook.EndpointID]*Stream{}, connection: map[string]*Stream{}}
}

// Open makes a stream the listener's only one; the one before, if any, ends.
// Whoever opens a stream must Serve it. Errors: ErrStopping, ErrCrowded.
func (h *Hub) Open(opening Opening) (*Stream, error) {
	stream := newStream(h, opening)
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.streams[opening.Endpoint]
	switch {
	case h.closed:
		return nil, ErrStopping
	case before == nil && len(h.connection) >= h.config.Most:
		return nil, ErrCrowded
	case before != nil:
		before.end(TakenOver)
	}
	h.streams[opening.Endpoint], h.connection[opening.Connection] = stream, stream
	h.serving.Add(1)
	return stream, nil
}

// drop forgets a stream that was served to its end.
func (h *Hub) drop(s *Stream) {
	s.end(left)
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.connection, s.opening.Connection)
	if h.streams[s.opening.Endpoint] == s {
		delete(h.streams, s.opening.Endpoint)
	}
	h.serving.Done()
}

// Connected implements webhook.Listeners.
func (h *Hub) Connected(endpoint webhook.EndpointID) bool { return h.stream(endpoint) != nil }

// stream is the living stream of a listener, nil when there is none.
func (h *Hub) stream(endpoint webhook.EndpointID) *Stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.streams[endpoint]
	if s == nil || s.ended() {
		return nil
	}
	return s
}

// To implements webhook.Listeners.
func (h *Hub) To(delivery webhook.Delivery) webhook.Client {
	return courier{hub: h, delivery: delivery}
}

// Settle hands an acknowledgement to the delivery that waits for it. Errors:
// those of a malformed one, Invalid with their field; ErrNoConnection, also for
// somebody else's connection; ErrNotAwaited.
func (h *Hub) Settle(ack Ack) error {
	if err := ack.check(); err != nil {
		return err
	}
	h.mu.Lock()
	s := h.connection[ack.Connection]
	h.mu.Unlock()
	if s == nil || s.opening.Holder != ack.Holder {
		return ErrNoConnection
	}
	if !s.settle(ack) {
		return ErrNotAwaited
	}
	return nil
}

// Close ends all streams, refuses new ones, and waits until nobody is served
// any more. Every write to a stream has a deadline, so that this takes no
// longer than a stalled one. A second Close is legal.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	for _, s := range h.connection {
		s.end(Stopping)
	}
	h.mu.Unlock()
	h.serving.Wait()
}
