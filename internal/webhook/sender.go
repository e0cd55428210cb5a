package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"tillway/internal/fault"
)

// userAgent is sent unless the dialect has its own.
const userAgent = "Tillway-Webhooks/1.0"

// sender makes one attempt: keys, signature, request, answer. It is safe for
// concurrent use and keeps nothing between attempts.
type sender struct {
	clients   map[Env]Client
	listeners Listeners
	signers   map[Scheme]Signer
	verdicts  map[Channel]Verdict
	fills     map[Channel]Fill
	keys      KeySource
	gate      chan struct{} // as many places as cores: signing never crowds out sending
	now       func() time.Time
}

// answer is what the dispatcher needs beyond the attempt itself.
type answer struct {
	attempt    Attempt
	retryAfter time.Duration
	cut        bool // we broke it off ourselves, while stopping: no verdict
	away       bool // the listener went away meanwhile: no verdict either
	flood      bool // the answer's body goes beyond what is read of one
}

// attempt sends the delivery once and waits for the verdict. It returns within
// the time limit, and soon after ctx ends.
func (s *sender) attempt(ctx context.Context, delivery Delivery, limit time.Duration) answer {
	started := s.now()
	result := answer{attempt: Attempt{
		Delivery: delivery.ID, Number: delivery.Attempts + 1, StartedAt: started, URL: delivery.URL,
	}}
	headers, err := s.sign(ctx, delivery)
	if err != nil {
		result.cut = ctx.Err() != nil
		result.attempt.Class, result.attempt.Reason = Unsigned, "No usable signing key; nothing was sent."
		return result
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	watch := &trace{started: time.Now()}
	lines := delivery.request(headers)
	result.attempt.Request = delivery.shown(lines)
	response, err := s.exchange(watch.with(within), delivery, lines)
	if err != nil {
		watch.into(&result.attempt)
		result.cut, result.away = ctx.Err() != nil, errors.Is(err, ErrAway)
		result.attempt.Class, result.attempt.Reason = classifyError(err, result.attempt.Timings.FirstByte > 0)
		return result
	}
	result.attempt.Response, result.flood = read(response.Body)
	watch.into(&result.attempt)
	result.attempt.Status = response.StatusCode
	result.attempt.ResponseHeaders = clipped(fromHeader(response.Header))
	result.attempt.Class, result.attempt.Reason = classifyStatus(response.StatusCode)
	if judge, strict := s.verdicts[delivery.Channel]; strict && result.attempt.OK() {
		if refusal := judge(response.StatusCode, result.attempt.Response); refusal != "" {
			result.attempt.Class, result.attempt.Reason = Rejected, refusal
		}
	}
	result.attempt.Response = delivery.unfilled(result.attempt.Response)
	if result.attempt.Class != "" {
		result.retryAfter = retryAfter(response.Header, started)
	}
	return result
}

func (s *sender) sign(ctx context.Context, delivery Delivery) ([]Header, error) {
	if delivery.Scheme == "" {
		return nil, nil // destinations that are unsigned by nature, such as chats
	}
	signer, known := s.signers[delivery.Scheme]
	if !known {
		return nil, fmt.Errorf("webhook: no signer for scheme %q", delivery.Scheme)
	}
	keys, err := s.keys.Keys(ctx, KeyRef{
		Scheme: delivery.Scheme, Together: signer.SignsTogether(), Store: delivery.Store, Env: delivery.Env, Name: delivery.KeyName,
	})
	if err != nil {
		return nil, err
	}
	select {
	case s.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.gate }()
	return signer.Sign(Signed{ID: delivery.ID, Attempt: delivery.Attempts + 1, Body: delivery.Body}, keys, s.now())
}

func (s *sender) exchange(ctx context.Context, delivery Delivery, lines []Header) (*http.Response, error) {
	client, err := s.client(delivery)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(delivery.address())
	if err != nil {
		return nil, fault.New(fault.Invalid, "url_malformed", "The stored URL cannot be parsed.")
	}
	body := s.body(delivery)
	request := (&http.Request{
		Method: http.MethodPost, URL: target, Host: target.Host, Header: toHeader(lines),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
	}).WithContext(ctx)
	return client.Do(request)
}

// client is who carries a delivery.
func (s *sender) client(delivery Delivery) (Client, error) {
	if delivery.Channel == Listener {
		if s.listeners == nil {
			return nil, ErrAway
		}
		return s.listeners.To(delivery), nil
	}
	client, known := s.clients[delivery.Env]
	if !known {
		return nil, fmt.Errorf("webhook: no client for environment %q", delivery.Env)
	}
	return client, nil
}

// read takes the answer's body as far as it is worth: the verdict stands with
// the status, so a body that stalls, breaks or never ends changes nothing but
// loses its connection. It reports whether there was more than is read.
func read(body io.ReadCloser) (kept []byte, flood bool) {
	defer body.Close()
	kept = make([]byte, 0, 512)
	limited := io.LimitedReader{R: body, N: responseRead}
	for {
		if len(kept) == cap(kept) {
			kept = append(kept, 0)[:len(kept)]
		}
		n, err := limited.Read(kept[len(kept):min(cap(kept), ResponseKept)])
		kept = kept[:len(kept)+n]
		if err != nil {
			return kept, false
		}
		if len(kept) >= ResponseKept {
			_, _ = io.Copy(io.Discard, &limited)
			return kept, limited.N == 0
		}
	}
}
