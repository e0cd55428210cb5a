// Package listenerclient speaks the listener's side of a stream of webhooks: it
// opens one with an API key, reads its frames and acknowledges deliveries. The
// command line listens with it, and tests drive a server with it.
package listenerclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"tillway/internal/api/listener"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/webhook/listen"
)

// Client listens with a merchant's API key. HTTP must not limit the time of a
// whole request, since a stream has no end.
type Client struct{ pancakeclient.Client }

// Open describes the stream that is asked for; see the route for what may be
// left out.
type Open struct {
	StoreID   string   `json:"storeId,omitempty"`
	Dialect   string   `json:"dialect,omitempty"`
	Events    []string `json:"events,omitempty"`
	Name      string   `json:"name"`
	ForwardTo string   `json:"forwardTo"`
}

// Ack is what became of a delivery: a status, or the class of a failure.
type Ack struct {
	Connection string          `json:"connection"`
	Delivery   string          `json:"delivery"`
	Status     int             `json:"status,omitempty"`
	Headers    []listen.Header `json:"headers,omitempty"`
	Body       []byte          `json:"body,omitempty"`
	Failure    string          `json:"failure,omitempty"`
}

// silentBeats is how many signs of life may be missing before a stream counts
// as broken.
const silentBeats = 3

// helloTime is how long the server may take over the first frame.
const helloTime = 30 * time.Second

// Stream is an open connection. Only one goroutine may call Next.
type Stream struct {
	Hello listen.Hello

	body    io.ReadCloser
	frames  *json.Decoder
	cancel  context.CancelFunc
	silence *time.Timer
}

// ErrSilent means that the server gave no sign of life for too long.
var ErrSilent = errors.New("the server fell silent")

// Open opens a stream. A refusal is a *pancakeclient.Error. The stream ends
// with ctx, and by Close.
func (c Client) Open(ctx context.Context, in Open) (*Stream, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Stream{cancel: cancel, silence: time.AfterFunc(helloTime, cancel)}
	if err := s.open(ctx, c, body); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Stream) open(ctx context.Context, c Client, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(c.BaseURL, "/")+listener.PathOpen, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if err := c.Authorize(request.Header, listener.PathOpen, body); err != nil {
		return err
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request) //nolint:bodyclose // Close does: the body is the stream
	if err != nil {
		return err
	}
	s.body, s.frames = response.Body, json.NewDecoder(response.Body)
	if response.StatusCode != http.StatusOK {
		return refusal(response)
	}
	first, err := s.Next()
	if err != nil {
		return err
	}
	if first.Hello == nil {
		return fmt.Errorf("%s does not speak to listeners", c.BaseURL)
	}
	s.Hello = *first.Hello
	return nil
}

func refusal(response *http.Response) error {
	const most = 64 << 10
	var envelope struct {
		Errors []pancakeclient.Notice `json:"errors"`
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		return err
	}
	if json.Unmarshal(text, &envelope) != nil || len(envelope.Errors) == 0 {
		envelope.Errors = []pancakeclient.Notice{{Message: http.StatusText(response.StatusCode)}}
	}
	return &pancakeclient.Error{Status: response.StatusCode, Notices: envelope.Errors}
}

// Next reads the next frame, which may be a sign of life without a member. A
// broken stream is an error, ErrSilent when nothing came for too long.
func (s *Stream) Next() (frame listen.Frame, err error) {
	if s.Hello.BeatMS > 0 {
		s.silence.Reset(silentBeats * time.Duration(s.Hello.BeatMS) * time.Millisecond)
	}
	if err := s.frames.Decode(&frame); err != nil {
		if !s.silence.Stop() {
			return frame, ErrSilent
		}
		return frame, err
	}
	return frame, nil
}

// Close ends the stream. A second Close is legal.
func (s *Stream) Close() {
	s.silence.Stop()
	s.cancel()
	if s.body != nil {
		_ = s.body.Close()
	}
}

// Ack acknowledges a delivery. A refusal is a *pancakeclient.Error.
func (c Client) Ack(ctx context.Context, ack Ack) error {
	return c.Call(ctx, listener.PathAck, ack, nil)
}
