package egress_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"tillway/internal/egress"
)

// together collects what is written to it, so that several TLS records leave as
// one piece.
type together struct {
	net.Conn
	mu   sync.Mutex
	held *bytes.Buffer // nil: what is written leaves at once
}

// Write keeps or writes.
func (c *together) Write(data []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held != nil {
		return c.held.Write(data)
	}
	return c.Conn.Write(data)
}

func (c *together) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = &bytes.Buffer{}
}

func (c *together) let() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.Conn.Write(c.held.Bytes())
	c.held = nil
	return err
}

// What a receiver says beyond its answer must not be taken for the answer to
// somebody else's request. Below TLS it may have been read from the socket
// already, where the system no longer tells of it.
func TestASecondAnswerInsideTLSIsNotBelieved(t *testing.T) {
	t.Parallel()
	const (
		answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
		forged = "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
	)
	for name, c := range map[string]struct {
		pieces []string
		conns  int64
	}{
		"nothing more":           {[]string{answer}, 1},
		"an answer in records":   {[]string{answer[:9], answer[9:]}, 1},
		"in a record of its own": {[]string{answer, forged}, 5},
		"in many records":        {[]string{answer, forged, forged, forged}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lender := httptest.NewTLSServer(http.NotFoundHandler())
			t.Cleanup(lender.Close)
			receiver := mustScript(t, func(_ int64, conn net.Conn, _ *bufio.Reader) {
				below := &together{Conn: conn}
				session := tls.Server(below, &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12})
				in := bufio.NewReader(session)
				for readRequest(in) {
					below.hold()
					for _, piece := range c.pieces {
						if _, err := io.WriteString(session, piece); err != nil {
							return
						}
					}
					if below.let() != nil {
						return
					}
				}
			})
			client := egress.NewClient(egress.ClientConfig{
				Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true}), TLS: tlsOf(lender),
			})
			t.Cleanup(client.Close)
			for n := range 5 {
				response, err := do(t, client, "https"+receiver.url[len("http"):])
				if err != nil {
					t.Fatal(err)
				}
				response.Body.Close()
				if response.StatusCode != http.StatusOK {
					t.Fatalf("request %d was answered %d, which was not meant for it", n+1, response.StatusCode)
				}
			}
			if got := receiver.conns.Load(); got != c.conns {
				t.Errorf("%d connections, want %d", got, c.conns)
			}
		})
	}
}

// The body that a 204 may not have comes, if at all, after it.
func TestAnAnswerWithoutContentThatAnnouncesSomeEndsItsConnection(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{"a length": "Content-Length: 9", "chunks": "Transfer-Encoding: chunked"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receiver := mustSay(t, "HTTP/1.1 204 No Content\r\n"+line+"\r\n\r\n", false)
			client := loopbackClient(t)
			for range 2 {
				mustDo(t, client, receiver.url).Body.Close()
			}
			if got := receiver.conns.Load(); got != 2 {
				t.Errorf("%d connections, want one for each request", got)
			}
		})
	}
}
