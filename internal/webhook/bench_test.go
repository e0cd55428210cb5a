package webhook_test

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/webhook"
)

// runSink answers every request on a loopback port, whose address it prints,
// until its standard input ends. It knows just enough HTTP, so that it costs
// little beside the sender.
func runSink() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answerAll(conn)
		}
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func answerAll(conn net.Conn) {
	defer conn.Close()
	reader := bufio.NewReaderSize(conn, 8<<10)
	for {
		length := 0
		for {
			line, err := reader.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) <= 2 {
				break
			}
			if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
				_, _ = fmt.Sscan(string(value), &length)
			}
		}
		if _, err := reader.Discard(length); err != nil {
			return
		}
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"); err != nil {
			return
		}
	}
}

// benchBody is a body of the usual size.
var benchBody = []byte(`{"id":"` + strings.Repeat("x", 640) + `"}`)

// BenchmarkBarePosts is the machine's limit: a loop of posts with an HMAC over
// 16 connections, by the standard library's transport and by hand.
func BenchmarkBarePosts(b *testing.B) {
	b.Run("net-http", func(b *testing.B) {
		url := "http://" + webhook.MustSink(b) + "/hook"
		transport := &http.Transport{MaxIdleConnsPerHost: 16}
		defer transport.CloseIdleConnections()
		each(b, func(int) error {
			request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(benchBody))
			if err != nil {
				return err
			}
			request.Header.Set("Webhook-Signature", benchSignature())
			response, err := transport.RoundTrip(request)
			if err != nil {
				return err
			}
			_, _ = io.Copy(io.Discard, response.Body)
			return response.Body.Close()
		})
	})
	b.Run("socket", func(b *testing.B) {
		address := webhook.MustSink(b)
		conns := make([]net.Conn, 16)
		for i := range conns {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			conns[i] = conn
		}
		each(b, func(worker int) error {
			var wire bytes.Buffer
			fmt.Fprintf(&wire, "POST /hook HTTP/1.1\r\nHost: sink\r\nWebhook-Signature: %s\r\nContent-Length: %d\r\n\r\n",
				benchSignature(), len(benchBody))
			wire.Write(benchBody)
			if _, err := conns[worker].Write(wire.Bytes()); err != nil {
				return err
			}
			_, err := conns[worker].Read(make([]byte, 256))
			return err
		})
	})
}

func benchSignature() string {
	mac := hmac.New(sha256.New, []byte("0123456789abcdef01234567"))
	mac.Write(benchBody)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// each runs post b.N times from 16 goroutines.
func each(b *testing.B, post func(worker int) error) {
	b.Helper()
	var next atomic.Int64
	var group sync.WaitGroup
	b.ResetTimer()
	for worker := range 16 {
		group.Go(func() {
			for next.Add(1) <= int64(b.N) {
				if err := post(worker); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}

// BenchmarkDeliveries saturates the engine: deliveries are committed, sent,
// answered and recorded durably.
func BenchmarkDeliveries(b *testing.B) {
	for _, scheme := range []webhook.Scheme{webhook.StandardScheme, webhook.PancakeScheme} {
		b.Run(string(scheme), func(b *testing.B) { benchDeliveries(b, scheme) })
	}
}

func benchDeliveries(b *testing.B, scheme webhook.Scheme) {
	const endpoints, perCommit, ahead = 4, 32, 2048
	url := "http://" + webhook.MustSink(b) + "/hook"
	recorded := &countingStore{arrived: make(chan struct{}, 1)}
	r := startRig(b, func(c *webhook.Config) {
		recorded.Store = c.Store
		c.Store = recorded
		c.Log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	})
	var targets []webhook.Endpoint
	for range endpoints {
		targets = append(targets, r.mustEndpoint(url))
	}
	b.ResetTimer()
	for sent := 0; sent < b.N; {
		if sent-int(recorded.count.Load()) > ahead {
			<-recorded.arrived
			continue
		}
		deliveries := make([]webhook.Delivery, min(perCommit, b.N-sent))
		for i := range deliveries {
			birth := r.birth(targets[(sent+i)%endpoints])
			birth.Scheme, birth.Body, birth.Now = scheme, benchBody, time.Now()
			deliveries[i] = birth.Delivery()
		}
		r.mustInsert(deliveries...)
		r.Admit(deliveries...)
		sent += len(deliveries)
	}
	for int(recorded.count.Load()) < b.N {
		<-recorded.arrived
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
}
