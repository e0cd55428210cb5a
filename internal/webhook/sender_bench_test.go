package webhook

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tillway/internal/egress"
)

// SinkVariable makes the test binary a receiver in a process of its own, as it
// is in life, so that its work is not counted as the sender's; its main is in
// the tests outside of the package.
const SinkVariable = "TILLWAY_TEST_SINK"

// senders is how many requests are under way at once.
const senders = 64

// BenchmarkAttempt compares one attempt, signed by HMAC, with what is below it:
// our client, and the standard library's, each posting the same body.
func BenchmarkAttempt(b *testing.B) {
	body := []byte(`{"id":"` + strings.Repeat("x", 890) + `"}`)
	policy := egress.NewPolicy(egress.Config{AllowHTTPLoopback: true})
	header := http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {userAgent}, "Webhook-Id": {"0190c0de-0000-7000-8000-000000000001"},
		"Webhook-Signature": {"v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="}, "Webhook-Timestamp": {"1674087231"},
	}
	post := func(client Client) func(url string) error {
		return func(url string) error {
			request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(body))
			if err != nil {
				return err
			}
			request.Header = header
			response, err := client.Do(request)
			if err != nil {
				return err
			}
			_, _ = io.Copy(io.Discard, response.Body)
			return response.Body.Close()
		}
	}
	b.Run("net-http", func(b *testing.B) {
		transport := &http.Transport{MaxIdleConnsPerHost: senders, DisableCompression: true}
		defer transport.CloseIdleConnections()
		saturate(b, post(roundTrip{transport}))
	})
	b.Run("egress", func(b *testing.B) {
		client := egress.NewClient(egress.ClientConfig{Policy: policy})
		defer client.Close()
		saturate(b, post(client))
	})
	b.Run("attempt", func(b *testing.B) {
		client := egress.NewClient(egress.ClientConfig{Policy: policy})
		defer client.Close()
		s := &sender{
			clients: map[Env]Client{Test: client}, signers: map[Scheme]Signer{StandardScheme: StandardSigner{}},
			keys: oneKey{HMACKey([]byte("0123456789abcdef01234567"))}, gate: make(chan struct{}, 2), now: time.Now,
		}
		saturate(b, func(url string) error {
			answer := s.attempt(context.Background(), Delivery{
				ID: "0190c0de-0000-7000-8000-000000000001", Env: Test, Channel: HTTP, URL: url, Scheme: StandardScheme, Body: body,
				Headers: []Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Waffo-Event", Value: "order.completed"}},
			}, 10*time.Second)
			if !answer.attempt.OK() {
				b.Error(answer.attempt.Reason)
			}
			return nil
		})
	})
}

type roundTrip struct{ *http.Transport }

// Do implements Client.
func (r roundTrip) Do(request *http.Request) (*http.Response, error) { return r.RoundTrip(request) }

type oneKey struct{ key Key }

// Keys implements KeySource.
func (k oneKey) Keys(context.Context, KeyRef) ([]Key, error) { return []Key{k.key}, nil }

// saturate runs post b.N times from as many goroutines as senders.
func saturate(b *testing.B, post func(url string) error) {
	b.Helper()
	url := "http://" + MustSink(b) + "/hook"
	var next atomic.Int64
	done := make(chan struct{})
	b.ReportAllocs()
	b.ResetTimer()
	before := processorTime(b)
	for range senders {
		go func() {
			defer func() { done <- struct{}{} }()
			for next.Add(1) <= int64(b.N) {
				if err := post(url); err != nil {
					b.Error(err)
					return
				}
			}
		}()
	}
	for range senders {
		<-done
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
}

// processorTime is what this process has used of the processor: a figure that
// neighbours on the machine disturb less than the clock's.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// MustSink starts the receiver and returns its address.
func MustSink(b *testing.B) (address string) {
	b.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), SinkVariable+"=1")
	input, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { input.Close(); _ = command.Wait() })
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}
