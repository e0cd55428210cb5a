package webhook_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/egress"
	"tillway/internal/fault"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// hostile is a receiver that means harm.
type hostile struct {
	address string
	held    atomic.Int64 // connections on which a request arrived and that are still open
	arrived chan struct{}
	sent    atomic.Int64 // bytes that were taken from it
	release chan struct{}
}

// untilHungUp waits for the sender to hang up, or for the test's end.
func (h *hostile) untilHungUp(conn net.Conn, in *bufio.Reader) {
	go func() { <-h.release; conn.Close() }()
	_, _ = io.Copy(io.Discard, in)
}

// pour writes blocks until the sender hangs up.
func (h *hostile) pour(conn net.Conn, block string) {
	for {
		n, err := io.WriteString(conn, block)
		h.sent.Add(int64(n))
		if err != nil {
			return
		}
	}
}

// drip writes one byte a second until the sender hangs up.
func (h *hostile) drip(conn net.Conn, text string) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for _, char := range []byte(text) {
			if _, err := conn.Write([]byte{char}); err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-h.release:
				return
			}
		}
	}
}

// mustHostile answers every connection by talk, which is called when a whole
// request has arrived.
func mustHostile(t *testing.T, talk func(h *hostile, conn net.Conn, in *bufio.Reader)) *hostile {
	t.Helper()
	return mustHostileFrom(t, func(h *hostile, conn net.Conn) {
		in := bufio.NewReader(conn)
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, request.Body); err != nil {
			return
		}
		h.count(func() { talk(h, conn, in) })
	})
}

func (h *hostile) count(talk func()) {
	h.held.Add(1)
	defer h.held.Add(-1)
	h.arrived <- struct{}{}
	talk()
}

// mustHostileFrom is mustHostile from the first byte of each connection on.
func mustHostileFrom(t *testing.T, talk func(h *hostile, conn net.Conn)) *hostile {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{address: listener.Addr().String(), arrived: make(chan struct{}, 64), release: make(chan struct{})}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { defer conn.Close(); talk(h, conn) })
		}
	})
	t.Cleanup(func() { close(h.release); listener.Close(); open.Wait() })
	return h
}

// brief lets an attempt fail within the time that a test may take.
var brief = webhook.Schedule{Name: "brief", Delays: []time.Duration{time.Hour}, TimeLimit: 3 * time.Second}

// attack sends one delivery to the hostile receiver and, while that is being
// dealt with, many to a healthy one. It returns the hostile one's attempt.
func attack(t *testing.T, url string, h *hostile, change func(*webhook.Config), holds bool) webhook.Attempt {
	t.Helper()
	const healthyDeliveries = 50
	r := startRig(t, func(c *webhook.Config) {
		c.Schedules = append(c.Schedules, brief)
		if change != nil {
			change(c)
		}
	})
	healthy := webhooktest.NewReceiver(t)
	birth := r.birth(r.mustEndpoint(url))
	birth.Schedule = brief.Name
	bad := birth.Delivery()
	r.mustInsert(bad)
	r.Admit(bad)
	if holds {
		<-h.arrived
	}
	deliveries := r.mustSend(r.mustEndpoint(healthy.URL), healthyDeliveries)
	healthy.Wait(t, healthyDeliveries)
	if holds && h.held.Load() == 0 {
		t.Error("the hostile receiver holds nothing any more: the healthy one waited for it")
	}
	wantEachOnce(t, healthy, deliveries)
	r.mustStop() // waits for what is under way
	attempts := r.mustAttempts(bad.ID)
	if len(attempts) != 1 {
		t.Fatalf("%d attempts, want one", len(attempts))
	}
	return attempts[0]
}

// Every way of spec/webhook-engine.md §4 to hold, flood or mislead a sender. The
// attempt's class and words are right, and a healthy receiver beside is served.
func TestHostileReceivers(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	zeros := strings.Repeat("\x00", 64<<10)
	for name, c := range map[string]struct {
		talk   func(h *hostile, conn net.Conn, in *bufio.Reader)
		class  webhook.Class
		reason string // a part of it
		holds  bool   // it is held until its time limit
		poured bool   // it sends without end
	}{
		"never answers": {
			talk:  func(h *hostile, conn net.Conn, in *bufio.Reader) { h.untilHungUp(conn, in) },
			class: webhook.Timeout, reason: "No complete answer", holds: true,
		},
		"drips its headers": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				h.drip(conn, "HTTP/1.1 200 OK\r\nX-Slow: and steady\r\n")
			},
			class: webhook.Timeout, reason: "No complete answer", holds: true,
		},
		// The status has been said: the verdict stands.
		"drips its body": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
				h.drip(conn, "a")
			},
			holds: true,
		},
		"drips a body of an error": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000\r\n\r\n")
				h.drip(conn, "a")
			},
			class: webhook.Status, reason: "503 Service Unavailable", holds: true,
		},
		"a body without end": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
				h.pour(conn, zeros)
			},
			poured: true,
		},
		"100 MB": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
				h.pour(conn, zeros)
			},
			poured: true,
		},
		"chunks without end": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
				h.pour(conn, "10000\r\n"+zeros+"\r\n")
			},
			poured: true,
		},
		"headers without end": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
				h.pour(conn, strings.Repeat("X-Long: "+strings.Repeat("a", 500)+"\r\n", 100))
			},
			class: webhook.BadResponse, reason: "longer than 32 KiB", poured: true,
		},
		"a status line without end": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 ")
				h.pour(conn, strings.Repeat("a", 64<<10))
			},
			class: webhook.BadResponse, reason: "longer than 32 KiB", poured: true,
		},
		"many small headers": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
				h.pour(conn, strings.Repeat("a:\n", 1000))
			},
			class: webhook.BadResponse, reason: "256 header lines", poured: true,
		},
		"interim answers without end": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				h.pour(conn, strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100))
			},
			class: webhook.BadResponse, reason: "interim answers never end", poured: true,
		},
		"a reset": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_ = conn.(*net.TCPConn).SetLinger(0)
			},
			class: webhook.Broken, reason: "closed before an answer",
		},
		"hangs up": {
			talk:  func(*hostile, net.Conn, *bufio.Reader) {},
			class: webhook.Broken, reason: "closed before an answer",
		},
		"hangs up within its headers": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX-A: ")
			},
			class: webhook.Broken, reason: "closed before an answer",
		},
		"half-closes and stays": {
			talk: func(h *hostile, conn net.Conn, in *bufio.Reader) {
				_ = conn.(*net.TCPConn).CloseWrite()
				h.untilHungUp(conn, in)
			},
			class: webhook.Broken, reason: "closed before an answer",
		},
		"half-closes after its answer": {
			talk: func(h *hostile, conn net.Conn, in *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\nthanks")
				_ = conn.(*net.TCPConn).CloseWrite()
				h.untilHungUp(conn, in)
			},
		},
		"an HTTP/2 preface": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
			},
			class: webhook.BadResponse, reason: "HTTP/2",
		},
		// GOAWAY (RFC 9113 §6.8) and, so that there is a line, its debug data.
		"an HTTP/2 GOAWAY": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "\x00\x00\x0e\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0bgoaway\n")
			},
			class: webhook.BadResponse, reason: "does not begin as an answer",
		},
		"another protocol": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n")
			},
			class: webhook.BadResponse, reason: "does not begin as an answer",
		},
		"an upgrade that nobody asked for": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")
			},
			class: webhook.BadResponse, reason: "protocol that was not asked for",
		},
		"NUL bytes in its headers": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX-A: \x00\r\n\r\n")
			},
			class: webhook.BadResponse, reason: "header line is malformed",
		},
		"NUL bytes for an answer": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				h.pour(conn, zeros)
			},
			class: webhook.BadResponse, reason: "32 KiB", poured: true,
		},
		"an invalid chunk": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n")
			},
		},
		"two lengths": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")
			},
			class: webhook.BadResponse, reason: "several lengths",
		},
		"a bomb in gzip": {
			talk: func(h *hostile, conn net.Conn, _ *bufio.Reader) {
				packed := bomb() // takes its time, and a body has two seconds
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
				h.pour(conn, packed)
			},
			poured: true,
		},
		"an answer twice": {
			talk: func(_ *hostile, conn net.Conn, _ *bufio.Reader) { _, _ = io.WriteString(conn, ok+ok) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := mustHostile(t, c.talk)
			attempt := attack(t, "http://"+h.address+"/hook", h, nil, c.holds)
			if attempt.Class != c.class || !strings.Contains(attempt.Reason, c.reason) {
				t.Errorf("class %q, %q; want %q, %q", attempt.Class, attempt.Reason, c.class, c.reason)
			}
			if len(attempt.Response) > webhook.ResponseKept {
				t.Errorf("%d bytes of the answer are kept", len(attempt.Response))
			}
			// What the receiver got rid of beyond that waited in the system's
			// buffers on the way and was never read.
			const buffers = 16 << 20
			if sent := h.sent.Load(); c.poured && (sent == 0 || sent > buffers) {
				t.Errorf("the receiver got rid of %d bytes", sent)
			}
		})
	}
}

// bomb is a block of gzip that would grow to 16 MB.
var bomb = sync.OnceValue(func() string {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	block := make([]byte, 1<<20)
	for range 16 {
		_, _ = writer.Write(block)
	}
	_ = writer.Close()
	return packed.String()
})

// What answers leave in memory does not grow with their number, however much
// each of them pours. Kept whole, those of this test would be 15 MB and more. It
// is not parallel, because it measures the heap of the whole process.
func TestHostileAnswersLeaveNothingBehind(t *testing.T) {
	const wave, waves, most = 80, 5, 6 << 20
	store := &countingStore{arrived: make(chan struct{}, 1)}
	r := startRig(t, func(c *webhook.Config) { store.Store, c.Store = c.Store, store })
	zeros, long := strings.Repeat("\x00", 64<<10), strings.Repeat("X-Long: "+strings.Repeat("a", 500)+"\r\n", 50)
	var endpoints []webhook.Endpoint
	for _, begins := range []string{
		"HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n",
		"HTTP/1.1 410 Gone\r\n" + long + "\r\n",
		"HTTP/1.1 400 Bad Request\r\n" + long + "\r\n",
	} {
		h := mustHostileFrom(t, func(h *hostile, conn net.Conn) {
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = io.WriteString(conn, begins)
				h.pour(conn, zeros)
			}
		})
		endpoints = append(endpoints, r.mustEndpoint("http://"+h.address+"/hook"))
	}
	heap := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.GC() // what has finalizers goes with the second
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	var before uint64
	for n := range waves {
		for _, endpoint := range endpoints {
			deliveries := make([]webhook.Delivery, wave/len(endpoints))
			for i := range deliveries {
				sample := r.birth(endpoint) // which disables nothing
				sample.Origin, sample.Schedule = webhook.FromTest, webhook.Once.Name
				deliveries[i] = sample.Delivery()
			}
			r.mustInsert(deliveries...)
			r.Admit(deliveries...)
		}
		for store.count.Load() < int64((n+1)*wave) {
			<-store.arrived
		}
		if n == 0 {
			before = heap() // pools and caches are there
		}
	}
	if after := heap(); after > before+most {
		t.Errorf("%d answers left %d KB in memory", (waves-1)*wave, (after-before)>>10)
	}
}

// A receiver may answer and hang up before it has read a long request.
func TestAnAnswerBeforeTheRequestIsReadStands(t *testing.T) {
	t.Parallel()
	h := mustHostileFrom(t, func(h *hostile, conn net.Conn) {
		in := bufio.NewReader(conn)
		if _, err := in.ReadString('\n'); err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
		h.arrived <- struct{}{}
		<-h.release // reads no further
	})
	r := startRig(t, func(c *webhook.Config) { c.Schedules = append(c.Schedules, brief) })
	birth := r.birth(r.mustEndpoint("http://" + h.address))
	birth.Schedule, birth.Body = brief.Name, bytes.Repeat([]byte("a"), 8<<20)
	long := birth.Delivery()
	r.mustInsert(long)
	r.Admit(long)
	<-h.arrived
	r.mustStop()
	if attempts := r.mustAttempts(long.ID); len(attempts) != 1 || attempts[0].Status != http.StatusRequestEntityTooLarge {
		t.Errorf("attempts %+v, want one with status 413", attempts)
	}
}

// A redirect is not followed, wherever it leads.
func TestARedirectInwardIsNotFollowed(t *testing.T) {
	t.Parallel()
	inner := webhooktest.NewReceiver(t)
	for _, to := range []string{inner.URL, "https://169.254.169.254/latest/meta-data/", ""} {
		for _, status := range []string{"302", "307"} {
			h := mustHostile(t, func(_ *hostile, conn net.Conn, _ *bufio.Reader) {
				_, _ = io.WriteString(conn, "HTTP/1.1 "+status+" Away\r\nLocation: "+to+"\r\nContent-Length: 0\r\n\r\n")
			})
			attempt := attack(t, "http://"+h.address, h, nil, false)
			if attempt.Class != webhook.Redirect || !strings.Contains(attempt.Reason, "redirects are not followed") {
				t.Errorf("%s to %q: class %q, %q", status, to, attempt.Class, attempt.Reason)
			}
		}
	}
	if got := inner.Received(); len(got) != 0 {
		t.Errorf("%d requests followed", len(got))
	}
}

// A name that was public when it was saved, and is private when it is dialled.
func TestANameThatMovesInwardReachesNobody(t *testing.T) {
	t.Parallel()
	inner := mustHostileFrom(t, func(*hostile, net.Conn) { t.Error("a connection came in") })
	_, port, _ := net.SplitHostPort(inner.address)
	var moved atomic.Bool
	resolver := webhooktest.NameServer(t, func() netip.Addr {
		if moved.Load() {
			return netip.MustParseAddr("127.0.0.1")
		}
		return netip.MustParseAddr("8.8.8.8")
	})
	policy := egress.NewPolicy(egress.Config{Resolver: resolver})
	url := "https://rebind.example:" + port + "/hook"
	if _, err := webhook.VetTarget(t.Context(), policy, url); err != nil {
		t.Fatalf("while it was public: %v", err)
	}
	moved.Store(true)
	_, err := webhook.VetTarget(t.Context(), policy, url)
	if refused := fault.From(err); refused == nil || refused.Field != "url" || refused.Hint != "Rule url_private_address." ||
		!strings.Contains(refused.Message, "rebind.example") || !strings.Contains(refused.Message, "127.0.0.1") {
		t.Errorf("saving it again gave %+v", refused)
	}
	client := egress.NewClient(egress.ClientConfig{Policy: policy})
	t.Cleanup(client.Close)
	loopback := egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true})})
	t.Cleanup(loopback.Close)
	attempt := attack(t, url, inner, func(c *webhook.Config) {
		c.Clients = map[webhook.Env]webhook.Client{webhook.Test: byHost{"rebind.example:" + port: client, "": loopback}}
	}, false)
	if attempt.Class != webhook.Refused || !strings.Contains(attempt.Reason, "rebind.example") || !strings.Contains(attempt.Reason, "127.0.0.1") {
		t.Errorf("class %q, %q", attempt.Class, attempt.Reason)
	}
	if attempt.Timings.Resolved == 0 || attempt.Timings.Connected != 0 {
		t.Errorf("timings %+v, want a name that resolved and no connection", attempt.Timings)
	}
}

// byHost sends to one host by a client of its own.
type byHost map[string]*egress.Client

// Do implements webhook.Client.
func (b byHost) Do(request *http.Request) (*http.Response, error) {
	if client, own := b[request.URL.Host]; own {
		return client.Do(request)
	}
	return b[""].Do(request)
}

func TestReceiversWithBadTLS(t *testing.T) {
	t.Parallel()
	authority := webhooktest.MustAuthority(t)
	roots := x509.NewCertPool()
	roots.AddCert(authority.Certificate)
	now := time.Now()
	stranger := webhooktest.MustAuthority(t)
	serve := func(certificate tls.Certificate, change func(*tls.Config)) func(*hostile, net.Conn) {
		config := &tls.Config{Certificates: []tls.Certificate{certificate}}
		if change != nil {
			change(config)
		}
		return func(h *hostile, conn net.Conn) {
			session := tls.Server(conn, config)
			defer session.Close()
			request, err := http.ReadRequest(bufio.NewReader(session))
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, request.Body)
			_, _ = io.WriteString(session, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	}
	good := authority.MustIssue(t, now.Add(-time.Hour), now.Add(time.Hour), "127.0.0.1")
	for name, c := range map[string]struct {
		talk   func(*hostile, net.Conn)
		class  webhook.Class
		reason string
	}{
		"all is well": {talk: serve(good, nil)},
		"an expired certificate": {
			talk:  serve(authority.MustIssue(t, now.Add(-2*time.Hour), now.Add(-time.Hour), "127.0.0.1"), nil),
			class: webhook.TLS, reason: "has expired",
		},
		"a certificate of tomorrow": {
			talk:  serve(authority.MustIssue(t, now.Add(time.Hour), now.Add(2*time.Hour), "127.0.0.1"), nil),
			class: webhook.TLS, reason: "not yet valid",
		},
		"another's name": {
			talk:  serve(authority.MustIssue(t, now.Add(-time.Hour), now.Add(time.Hour), "other.example"), nil),
			class: webhook.TLS, reason: "another name",
		},
		"an unknown authority": {
			talk:  serve(stranger.MustIssue(t, now.Add(-time.Hour), now.Add(time.Hour), "127.0.0.1"), nil),
			class: webhook.TLS, reason: "authority is unknown",
		},
		"an old version": {
			talk:  serve(good, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }),
			class: webhook.TLS, reason: "handshake failed",
		},
		"another protocol alone": {
			talk:  serve(good, func(c *tls.Config) { c.NextProtos = []string{"smtp"} }),
			class: webhook.TLS, reason: "handshake failed",
		},
		"plain HTTP": {
			talk: func(_ *hostile, conn net.Conn) {
				_, _ = conn.Read(make([]byte, 4096))
				_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
			},
			class: webhook.TLS, reason: "does not speak TLS",
		},
		"hangs up in the handshake": {
			talk:  func(_ *hostile, conn net.Conn) { _, _ = conn.Read(make([]byte, 4096)) },
			class: webhook.TLS, reason: "hung up",
		},
		"never shakes hands": {
			talk:  func(h *hostile, conn net.Conn) { h.untilHungUp(conn, bufio.NewReader(conn)) },
			class: webhook.Timeout, reason: "No TLS connection within",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := mustHostileFrom(t, c.talk)
			client := egress.NewClient(egress.ClientConfig{
				Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true}), TLS: &tls.Config{RootCAs: roots},
			})
			t.Cleanup(client.Close)
			attempt := attack(t, "https://"+h.address, h, func(c *webhook.Config) {
				c.Clients = map[webhook.Env]webhook.Client{webhook.Test: client}
			}, false)
			if attempt.Class != c.class || !strings.Contains(attempt.Reason, c.reason) {
				t.Errorf("class %q, %q; want %q, %q", attempt.Class, attempt.Reason, c.class, c.reason)
			}
		})
	}
}

func TestANameThatDoesNotExistIsOfClassDNS(t *testing.T) {
	t.Parallel()
	resolver := webhooktest.NameServer(t, func() netip.Addr { return netip.Addr{} })
	nowhere := egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(egress.Config{Resolver: resolver})})
	t.Cleanup(nowhere.Close)
	loopback := egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true})})
	t.Cleanup(loopback.Close)
	attempt := attack(t, "https://nowhere.example/", nil, func(c *webhook.Config) {
		c.Clients = map[webhook.Env]webhook.Client{webhook.Test: byHost{"nowhere.example": nowhere, "": loopback}}
	}, false)
	if attempt.Class != webhook.Resolve || attempt.Reason != "The host name does not resolve." {
		t.Errorf("class %q, %q", attempt.Class, attempt.Reason)
	}
}
