package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

// forwardTime limits one request to the program, whatever the server allows.
const forwardTime = 10 * time.Second

// forwarder calls the program on this machine as the server would call an
// endpoint: no redirect is followed, no proxy asked, nothing decompressed.
type forwarder struct {
	target *url.URL
	client *http.Client
}

// forwarded is what the program answered.
type forwarded struct {
	status     int
	headers    []listen.Header
	body       []byte
	failure    webhook.Class // instead of a status
	took       time.Duration
	unrecorded error // why the server did not take note
}

func newForwarder(target *url.URL) *forwarder {
	return &forwarder{target: target, client: &http.Client{
		Transport:     &http.Transport{Proxy: nil, DisableCompression: true, MaxIdleConnsPerHost: mostForwards, IdleConnTimeout: 10 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       forwardTime,
	}}
}

func (f *forwarder) close() { f.client.CloseIdleConnections() }

// forward makes the request of a delivery.
func (f *forwarder) forward(ctx context.Context, delivery listen.Delivery) (result forwarded) {
	started := time.Now()
	defer func() { result.took = time.Since(started) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, f.target.String(), bytes.NewReader(delivery.Body))
	if err != nil {
		return forwarded{failure: webhook.BadResponse}
	}
	for _, line := range delivery.Headers {
		request.Header[line.Name] = append(request.Header[line.Name], line.Value)
	}
	response, err := f.client.Do(request)
	if err != nil {
		class, _ := webhook.Failure(err)
		return forwarded{failure: class}
	}
	defer response.Body.Close()
	// The verdict stands with the status; a body that breaks changes nothing.
	result.body, _ = io.ReadAll(io.LimitReader(response.Body, webhook.ResponseKept))
	result.status, result.headers = response.StatusCode, headerLines(response.Header)
	return result
}

// headerLines are an answer's header in order, as much of it as the log keeps.
func headerLines(header http.Header) []listen.Header {
	var lines []listen.Header
	size := 0
	for name, values := range header {
		for _, value := range values {
			if size += len(name) + len(value); size > webhook.HeadersKept {
				continue
			}
			lines = append(lines, listen.Header{Name: name, Value: value})
		}
	}
	slices.SortFunc(lines, func(a, b listen.Header) int { return strings.Compare(a.Name, b.Name) })
	return lines
}
