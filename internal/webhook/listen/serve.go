package listen

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"tillway/internal/fault"
)

// writeTime is how long a client may take over one frame before it counts as
// gone, and partingTime over the last one; checkTime is how long a look at the
// stream's right may take.
const (
	writeTime   = 15 * time.Second
	partingTime = time.Second
	checkTime   = 5 * time.Second
)

// Serve writes the stream until it ends, or ctx does because the client has
// left. It sets deadlines of its own, in place of the server's for an ordinary
// answer.
func (s *Stream) Serve(ctx context.Context, w http.ResponseWriter) {
	defer s.hub.drop(s)
	out := line{writer: w, control: http.NewResponseController(w)}
	s.mu.Lock()
	s.control = out.control
	s.mu.Unlock()
	// The server reads on behind the request to notice that the client has
	// left. A deadline of that read would look the same.
	_ = out.control.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy must not collect frames
	w.WriteHeader(http.StatusOK)
	s.hub.config.Log.LogAttrs(ctx, slog.LevelInfo, "listener connected", s.attrs()...)
	reason := s.serve(ctx, out)
	s.end(reason)
	s.hub.config.Log.LogAttrs(ctx, slog.LevelInfo, "listener disconnected", append(s.attrs(), slog.String("reason", string(reason)))...)
}

func (s *Stream) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("listener", string(s.opening.Endpoint)), slog.String("connection", s.opening.Connection),
		slog.String("store", s.opening.Hello.StoreID), slog.String("env", s.opening.Hello.Env), slog.String("client", s.opening.Peer),
	}
}

func (s *Stream) serve(ctx context.Context, out line) Reason {
	if !out.write(Frame{Hello: &s.opening.Hello}, writeTime) {
		return left
	}
	s.hub.config.Opened(s.opening.Endpoint)
	beat, check := time.NewTicker(s.hub.config.Beat), time.NewTicker(s.hub.config.Check)
	defer beat.Stop()
	defer check.Stop()
	for {
		var frame Frame
		select {
		case <-ctx.Done():
			return left
		case <-s.done:
			// The client learns why, if it still reads.
			out.write(Frame{End: &End{Reason: s.reason, Message: messages[s.reason]}}, partingTime)
			return s.reason
		case frame = <-s.frames:
		case <-beat.C:
		case <-check.C:
			if s.gone(ctx) {
				s.end(Revoked)
			}
			continue
		}
		if !out.write(frame, writeTime) {
			return left
		}
	}
}

// gone reports whether the stream may not go on. A database that is away is no
// reason to end it.
func (s *Stream) gone(ctx context.Context) bool {
	if s.opening.Standing == nil {
		return false
	}
	limited, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	err := s.opening.Standing(limited)
	if err == nil {
		return false
	}
	for _, kind := range []fault.Kind{fault.Unauthenticated, fault.Forbidden, fault.NotFound} {
		if fault.Is(err, kind) {
			return true
		}
	}
	s.hub.config.Log.LogAttrs(ctx, slog.LevelWarn, "a listener's standing is not known", append(s.attrs(), slog.Any("error", err))...)
	return false
}

// line writes frames, each with a deadline.
type line struct {
	writer  http.ResponseWriter
	control *http.ResponseController
}

// write reports false when the client is gone.
func (l line) write(frame Frame, within time.Duration) bool {
	text, err := json.Marshal(frame)
	if err != nil {
		return false
	}
	_ = l.control.SetWriteDeadline(time.Now().Add(within)) // not every writer has one
	if _, err := l.writer.Write(append(text, '\n')); err != nil {
		return false
	}
	return l.control.Flush() == nil
}
