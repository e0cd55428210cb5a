package cli

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

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
	}}
}

func (f *forwarder) close() { f.client.CloseIdleConnections() }

// forward makes the request of a delivery. The program has as long as the server
// says, which is as long as an endpoint of the delivery's schedule would have.
func (f *forwarder) forward(ctx context.Context, delivery listen.Delivery) (result forwarded) {
	started := time.Now()
	defer func() { result.took = time.Since(started) }()
	limited, cancel := context.WithTimeout(ctx, time.Duration(delivery.LimitMS)*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodPost, f.target.String(), bytes.NewReader(delivery.Body))
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

// askingLines are the lines by which a receiver asks for something
// (spec/webhook-engine.md §2).
var askingLines = []string{"Retry-After", "Webhook-Delivery"}

// headerLines are an answer's header in order, as much of it as the log keeps.
// What the program asks for is kept before all else.
func headerLines(header http.Header) []listen.Header {
	names := slices.Sorted(maps.Keys(header))
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(slices.Index(askingLines, b), slices.Index(askingLines, a))
	})
	var lines []listen.Header
	size := 0
	for _, name := range names {
		for _, value := range header[name] {
			if length := len(name) + len(value); size+length <= webhook.HeadersKept {
				size += length
				lines = append(lines, listen.Header{Name: name, Value: value})
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b listen.Header) int { return strings.Compare(a.Name, b.Name) })
	return lines
}
