package listen

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"time"

	"tillway/internal/webhook"
)

// courier carries one delivery to its listener.
type courier struct {
	hub      *Hub
	delivery webhook.Delivery
}

// Do implements webhook.Client: it hands the request to the stream and waits
// for what the program answered. A failure is known only by an acknowledgement;
// silence until the deadline means that the stream is broken, whatever it looks
// like, and ends it.
func (c courier) Do(request *http.Request) (*http.Response, error) {
	stream := c.hub.stream(c.delivery.Endpoint)
	if stream == nil {
		return nil, webhook.ErrAway
	}
	answer, ok := stream.expect(c.delivery.ID)
	if !ok {
		return nil, webhook.ErrAway
	}
	defer stream.forget(c.delivery.ID)
	frame, err := c.frame(request)
	if err != nil {
		return nil, err
	}
	ctx := request.Context()
	tracer := httptrace.ContextClientTrace(ctx)
	if err := webhook.AwaitTurn(ctx); errors.Is(err, context.DeadlineExceeded) {
		return nil, webhook.ErrAway // the one before is stuck on our side
	} else if err != nil {
		return nil, err
	}
	select {
	case stream.frames <- frame:
		webhook.PassTurn(ctx)
	case <-stream.done:
		return nil, webhook.ErrAway
	case <-ctx.Done():
		return nil, stream.silence(ctx)
	}
	if tracer != nil && tracer.ConnectDone != nil {
		tracer.ConnectDone("tcp", stream.opening.Peer, nil)
	}
	ack, err := stream.await(ctx, answer)
	if err != nil {
		return nil, err
	}
	if reason, failed := failures[ack.Failure]; failed {
		return nil, &webhook.Reported{Class: ack.Failure, Reason: reason}
	}
	if tracer != nil && tracer.GotFirstResponseByte != nil {
		tracer.GotFirstResponseByte()
	}
	return ack.response(request), nil
}

// await waits for an acknowledgement. One that came just before the stream
// ended counts.
func (s *Stream) await(ctx context.Context, answer <-chan Ack) (Ack, error) {
	select {
	case ack := <-answer:
		return ack, nil
	case <-s.done:
		select {
		case ack := <-answer:
			return ack, nil
		default:
			return Ack{}, webhook.ErrAway
		}
	case <-ctx.Done():
		return Ack{}, s.silence(ctx)
	}
}

// silence tells a request that was broken off by its sender from a stream that
// does not answer.
func (s *Stream) silence(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		s.end(Lost)
		return webhook.ErrAway
	}
	return ctx.Err()
}

func (c courier) frame(request *http.Request) (Frame, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return Frame{}, err
	}
	out := Delivery{
		ID: string(c.delivery.ID), Event: string(c.delivery.EventType), Attempt: c.delivery.Attempts + 1, Body: body,
	}
	for name, values := range request.Header {
		for _, value := range values {
			out.Headers = append(out.Headers, Header{Name: name, Value: value})
		}
	}
	slices.SortFunc(out.Headers, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	if deadline, limited := request.Context().Deadline(); limited {
		out.LimitMS = limit(time.Until(deadline)).Milliseconds()
	}
	return Frame{Delivery: &out}, nil
}

// response is the program's answer as the sender reads any other.
func (a Ack) response(request *http.Request) *http.Response {
	header := http.Header{}
	for _, line := range a.Headers {
		header.Add(line.Name, line.Value)
	}
	return &http.Response{
		StatusCode: a.Status, Status: http.StatusText(a.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(a.Body)), ContentLength: int64(len(a.Body)), Request: request,
	}
}
