package egress_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/egress"
	"tillway/internal/fault"
	"tillway/internal/webhook/webhooktest"
)

// script is a receiver that speaks raw bytes.
type script struct {
	url   string
	conns atomic.Int64 // accepted
}

// mustScript runs talk on every connection, one after the other and at the same
// time, until the test ends. talk gets the connection's number from 1.
func mustScript(t *testing.T, talk func(n int64, conn net.Conn, in *bufio.Reader)) *script {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{url: "http://" + listener.Addr().String() + "/hook"}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			n := s.conns.Add(1)
			open.Go(func() {
				defer conn.Close()
				talk(n, conn, bufio.NewReader(conn))
			})
		}
	})
	t.Cleanup(func() { listener.Close(); open.Wait() })
	return s
}

// readRequest takes one request off the connection.
func readRequest(in *bufio.Reader) bool {
	request, err := http.ReadRequest(in)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, request.Body)
	return err == nil
}

// mustSay answers every request of every connection with the same bytes, and
// hangs up after them if so told.
func mustSay(t *testing.T, answer string, hangUp bool) *script {
	t.Helper()
	return mustScript(t, func(_ int64, conn net.Conn, in *bufio.Reader) {
		for readRequest(in) {
			if _, err := io.WriteString(conn, answer); err != nil || hangUp {
				return
			}
		}
	})
}

func loopbackClient(t *testing.T) *egress.Client {
	t.Helper()
	client := mustClient(t, egress.Config{AllowHTTPLoopback: true})
	t.Cleanup(client.Close) // before the receiver waits for its connections
	return client
}

func TestAnswersOfEveryFramingAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		hangUp bool
		status int
		body   string
		reused bool
	}{
		"a length":               {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok", true},
		"the same length twice":  {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok", true},
		"no body":                {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, 200, "", true},
		"no content":             {"HTTP/1.1 204 No Content\r\n\r\n", false, 204, "", true},
		"not modified":           {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false, 304, "", true},
		"chunks":                 {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1;x=y\r\n!\r\n0\r\n\r\n", false, 200, "ok!", true},
		"chunks and a trailer":   {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nX-Two: 2\r\n\r\n", false, 200, "ok", true},
		"up to the end":          {"HTTP/1.1 200 OK\r\n\r\nok", true, 200, "ok", false},
		"a farewell":             {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok", false},
		"HTTP/1.0":               {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok", false},
		"chunks and a length":    {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", false, 200, "ok", false},
		"interim answers":        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", false, 202, "", true},
		"lines without a return": {"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", false, 200, "ok", true},
		"a folded line":          {"HTTP/1.1 200 OK\r\nX-Long: a\r\n  b\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok", true},
		"no reason":              {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok", true},
		"more than it announced": {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n", false, 200, "ok", false},
		"exactly the cap":        {"HTTP/1.1 200 OK\r\nContent-Length: 32768\r\n\r\n" + strings.Repeat("a", 32768), false, 200, strings.Repeat("a", 32768), true},
		"more than the cap":      {"HTTP/1.1 200 OK\r\nContent-Length: 32769\r\n\r\n" + strings.Repeat("a", 32769), false, 200, strings.Repeat("a", 32768), false},
		"a broken chunk":         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n", true, 200, "ok", false},
		"a body cut short":       {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", true, 200, "ok", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receiver := mustSay(t, c.answer, c.hangUp)
			client := loopbackClient(t)
			for range 2 {
				response, err := do(t, client, receiver.url)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(response.Body)
				response.Body.Close()
				if response.StatusCode != c.status || string(body) != c.body {
					t.Errorf("got %d with %d bytes %.40q, want %d with %.40q", response.StatusCode, len(body), body, c.status, c.body)
				}
			}
			if conns := receiver.conns.Load(); conns == 1 != c.reused {
				t.Errorf("two requests took %d connections, want reused: %t", conns, c.reused)
			}
		})
	}
}

func TestAnswersThatAreNotHTTPAreMalformed(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"another protocol":       "SSH-2.0-OpenSSH_9.2\r\n",
		"an HTTP/2 preface":      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"an HTTP/2 answer":       "HTTP/2 200\r\n\r\n",
		"HTTP/2 frames":          "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\n",
		"HTTP/1.2":               "HTTP/1.2 200 OK\r\n\r\n",
		"HTTP/0.9":               "<html>\n",
		"a status of two digits": "HTTP/1.1 20 OK\r\n\r\n",
		"a status of letters":    "HTTP/1.1 two OK\r\n\r\n",
		"a signed status":        "HTTP/1.1 +20 OK\r\n\r\n",
		"status 099":             "HTTP/1.1 099 OK\r\n\r\n",
		"a line without colon":   "HTTP/1.1 200 OK\r\nX-A\r\n\r\n",
		"a line without name":    "HTTP/1.1 200 OK\r\n: a\r\n\r\n",
		"a space in a name":      "HTTP/1.1 200 OK\r\nX A: b\r\n\r\n",
		"a space before a colon": "HTTP/1.1 200 OK\r\nX-A : b\r\n\r\n",
		"folded at once":         "HTTP/1.1 200 OK\r\n X-A: b\r\n\r\n",
		"a NUL in a name":        "HTTP/1.1 200 OK\r\nX\x00A: b\r\n\r\n",
		"a NUL in a value":       "HTTP/1.1 200 OK\r\nX-A: b\x00c\r\n\r\n",
		"a return in a value":    "HTTP/1.1 200 OK\r\nX-A: b\rc\r\n\r\n",
		"two lengths":            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"a list of lengths":      "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na",
		"a negative length":      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"a signed length":        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
		"an empty length":        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
		"a length beyond bounds": "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n",
		"an unknown coding":      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
		"two codings":            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
		"chunked twice":          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
		"an upgrade":             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
		"endless interims":       strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 50),
		"a huge status line":     "HTTP/1.1 200 " + strings.Repeat("a", 40<<10),
		"a huge header line":     "HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", 40<<10),
		"a huge header":          "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 40) + "\r\n",
		"too many lines":         "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 300) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receiver := mustScript(t, func(_ int64, conn net.Conn, in *bufio.Reader) {
				if readRequest(in) {
					_, _ = io.WriteString(conn, answer)
					_, _ = io.Copy(io.Discard, in) // until the client hangs up
				}
			})
			response, err := do(t, loopbackClient(t), receiver.url)
			if err == nil {
				response.Body.Close()
				t.Fatalf("status %d was accepted", response.StatusCode)
			}
			if found, ok := errors.AsType[*egress.MalformedAnswer](err); !ok || found.Malformed() == "" {
				t.Errorf("got %v, want a MalformedAnswer", err)
			}
			if conns := receiver.conns.Load(); conns != 1 {
				t.Errorf("the request was made %d times, want once", conns)
			}
		})
	}
}

func TestARequestGoesOutInOnePieceAsItWasMade(t *testing.T) {
	t.Parallel()
	got := make(chan string, 1)
	receiver := mustScript(t, func(_ int64, conn net.Conn, _ *bufio.Reader) {
		piece := make([]byte, 4096)
		n, _ := conn.Read(piece)
		got <- string(piece[:n])
		_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
	})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, receiver.url+"/a%20b?x=1&y=%2F", strings.NewReader(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{
		"X-B": {"2"}, "Content-Type": {"application/json"}, "X-A": {"1", "one"},
		"Content-Length": {"99"}, "Transfer-Encoding": {"chunked"}, "Host": {"inner"}, "Connection": {"close"},
	}
	response, err := loopbackClient(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	host := request.URL.Host
	want := "POST /hook/a%20b?x=1&y=%2F HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\nX-A: 1\r\nX-A: one\r\nX-B: 2\r\n" +
		"Content-Length: 7\r\n\r\n" + `{"a":1}`
	if wire := <-got; wire != want {
		t.Errorf("sent\n%q\nwant\n%q", wire, want)
	}
}

func TestARequestThatWouldSayMoreIsRefused(t *testing.T) {
	t.Parallel()
	client := loopbackClient(t)
	for name, change := range map[string]func(*http.Request){
		"a header value": func(r *http.Request) { r.Header.Set("X-A", "b\r\nHost: inner") },
		"a header name":  func(r *http.Request) { r.Header["X-A: b\r\nHost"] = []string{"inner"} },
		"the method":     func(r *http.Request) { r.Method = "POST / HTTP/1.1\r\nHost: inner\r\n\r\nGET" },
		"the query":      func(r *http.Request) { r.URL.RawQuery = "a\x7f" },
		"the host":       func(r *http.Request) { r.Host = "a\r\nX: y" },
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:3000/", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		change(request)
		if _, err := client.Do(request); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s with a line end gave %v", name, err)
		}
	}
}

// The receiver closes every connection after one answer, without saying so.
func TestAConnectionThatWentStaleIsReplaced(t *testing.T) {
	t.Parallel()
	receiver := mustSay(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true)
	client := loopbackClient(t)
	for range 20 {
		response, err := do(t, client, receiver.url)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	if conns := receiver.conns.Load(); conns != 20 {
		t.Errorf("%d connections, want 20", conns)
	}
}

// A repeat is safe only while no byte of an answer came.
func TestARequestIsRepeatedOnceAndOnlyWhenNothingCameBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		second string // what the first connection says to the second request
		fresh  string // what other connections say
		conns  int64
		ok     bool
	}{
		"nothing, then an answer":  {"", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 2, true},
		"nothing, and again":       {"", "", 2, false},
		"half an answer":           {"HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1, false},
		"something that is no one": {"SSH-2.0\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receiver := mustScript(t, func(n int64, conn net.Conn, in *bufio.Reader) {
				if !readRequest(in) {
					return
				}
				if n > 1 {
					_, _ = io.WriteString(conn, c.fresh)
					return
				}
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				if readRequest(in) {
					_, _ = io.WriteString(conn, c.second)
				}
			})
			client := loopbackClient(t)
			mustDo(t, client, receiver.url).Body.Close()
			response, err := do(t, client, receiver.url)
			if err == nil {
				response.Body.Close()
			}
			if (err == nil) != c.ok || receiver.conns.Load() != c.conns {
				t.Errorf("got %v after %d connections, want ok %t after %d", err, receiver.conns.Load(), c.ok, c.conns)
			}
		})
	}
}

// An answer that nobody asked for must not become the answer of the next request.
func TestWhatComesWhileIdleIsNoAnswer(t *testing.T) {
	t.Parallel()
	said := make(chan struct{})
	receiver := mustScript(t, func(n int64, conn net.Conn, in *bufio.Reader) {
		if !readRequest(in) {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		if n == 1 {
			<-said
			_, _ = io.WriteString(conn, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
			said <- struct{}{}
		}
		_, _ = io.Copy(io.Discard, in)
	})
	client := loopbackClient(t)
	mustDo(t, client, receiver.url).Body.Close()
	idle := time.Now()
	said <- struct{}{}
	<-said
	for time.Since(idle) < 20*time.Millisecond { // longer than the pool believes without asking
		mustYield()
	}
	if got := mustDo(t, client, receiver.url).StatusCode; got != http.StatusOK {
		t.Errorf("status %d, want the answer to the second request", got)
	}
	if conns := receiver.conns.Load(); conns != 2 {
		t.Errorf("%d connections, want 2", conns)
	}
}

// The receiver refuses a long request before it has read it.
func TestAnAnswerBeforeTheRequestIsReadCounts(t *testing.T) {
	t.Parallel()
	for name, hangUp := range map[string]bool{"and it hangs up": true, "and it reads no further": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answered := make(chan struct{})
			receiver := mustScript(t, func(_ int64, conn net.Conn, in *bufio.Reader) {
				if _, err := in.ReadByte(); err != nil {
					return
				}
				_, _ = io.WriteString(conn, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")
				if !hangUp {
					<-answered
				}
			})
			client := loopbackClient(t)
			long := make([]byte, 16<<20)
			_, _ = rand.Read(long)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, receiver.url, strings.NewReader(string(long)))
			if err != nil {
				t.Fatal(err)
			}
			response, err := client.Do(request)
			close(answered)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if response.StatusCode != http.StatusRequestEntityTooLarge || string(body) != "no" || err != nil {
				t.Errorf("got %d, %q, %v", response.StatusCode, body, err)
			}
		})
	}
}

func TestALongRequestArrivesWhole(t *testing.T) {
	t.Parallel()
	server := mustServe(t, func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if n != 4<<20 || err != nil {
			t.Errorf("received %d bytes with %v", n, err)
		}
	})
	client := loopbackClient(t)
	for range 2 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(strings.Repeat("a", 4<<20)))
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
}

func TestTheContextBreaksAnExchangeOff(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"before the answer": "", "within the head": "HTTP/1.1 200 OK\r\nX-A", "within the body": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			receiver := mustScript(t, func(_ int64, conn net.Conn, in *bufio.Reader) {
				if readRequest(in) {
					_, _ = io.WriteString(conn, answer)
					cancel(errors.New("the test ends it"))
					_, _ = io.Copy(io.Discard, in)
				}
			})
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, receiver.url, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			response, err := loopbackClient(t).Do(request)
			if err == nil {
				_, err = io.ReadAll(response.Body)
				response.Body.Close()
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v, want a cancellation", err)
			}
		})
	}
}

func TestTheStagesAreReported(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	resolver := webhooktest.NameServer(t, func() netip.Addr { return netip.MustParseAddr("127.0.0.1") })
	policy := egress.NewPolicy(egress.Config{AllowHTTPLoopback: true, AllowHosts: []string{"example.com"}, Resolver: resolver})
	client := egress.NewClient(egress.ClientConfig{Policy: policy, TLS: tlsOf(server)})
	t.Cleanup(client.Close)
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	var stages []string
	var mu sync.Mutex
	note := func(stage string) { mu.Lock(); defer mu.Unlock(); stages = append(stages, stage) }
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		DNSDone:     func(httptrace.DNSDoneInfo) { note("resolved") },
		ConnectDone: func(_, _ string, err error) { note("connected") },
		TLSHandshakeDone: func(_ tlsState, err error) {
			if err == nil {
				note("secured")
			}
		},
		GotConn: func(info httptrace.GotConnInfo) {
			if info.Reused {
				note("reused")
			}
			if info.Conn.RemoteAddr().String() != server.Listener.Addr().String() {
				t.Errorf("address %s", info.Conn.RemoteAddr())
			}
		},
		GotFirstResponseByte: func() { note("answered") },
	})
	for range 2 {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://example.com:"+port+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	if got, want := strings.Join(stages, " "), "resolved connected secured answered reused answered"; got != want {
		t.Errorf("stages %q, want %q", got, want)
	}
}
