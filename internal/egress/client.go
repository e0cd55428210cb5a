package egress

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"time"
)

// Limits of a Client (spec/webhook-engine.md §4).
const (
	// ResponseCap is how much of an answer's body can be read, in bytes; its
	// headers have the same cap.
	ResponseCap = 32 << 10
	// headerLines is how many header lines an answer may have.
	headerLines = 256
	// interimAnswers is how many 1xx answers may come before the real one.
	interimAnswers = 5
	// bodyTime is how long an answer's body may take once its headers are
	// there: a receiver that drips cannot hold a request for its whole limit.
	bodyTime = 2 * time.Second
	// dialTime bounds one connection attempt, below any request's time limit.
	dialTime = 5 * time.Second
	// idleTime ends idle connections before the shortest common keep-alive of
	// receivers (5 s) does, so that requests rarely meet a closing one.
	idleTime = 4 * time.Second
	// requestTime is the limit of a request whose context has no deadline.
	requestTime = 30 * time.Second
	// idlePerHost lets many endpoints of one host, each with up to 16 requests
	// at once, keep their connections: with 64, a backlog over 64 endpoints of
	// one host spent a third of its time on connecting anew.
	idlePerHost = 1024
	idleTotal   = 2048
)

// ClientConfig describes a Client.
type ClientConfig struct {
	Policy *Policy
	// TLS is the base of every connection's configuration; nil for the system's
	// authorities.
	TLS *tls.Config
	// Bind is the source address of every connection; the system's choice when
	// it is not valid.
	Bind netip.Addr
}

// Client sends requests under a Policy. It speaks HTTP/1.1 only: one request
// per connection at a time, so that a receiver which stalls one request stalls
// no other. It follows no redirect, uses no proxy, keeps no cookie and
// decompresses nothing. It is safe for concurrent use.
//
// It is not built on http.Transport, which hands every request over to two
// goroutines of its connection and back: here the goroutine that sends also
// writes and reads, for a third less of the processor's time.
type Client struct {
	dialer dialer
	pool   *pool
}

// NewClient makes a Client. Close it when done.
func NewClient(config ClientConfig) *Client {
	secure := &tls.Config{}
	if config.TLS != nil {
		secure = config.TLS.Clone()
	}
	secure.MinVersion = max(secure.MinVersion, tls.VersionTLS12)
	secure.NextProtos = []string{"http/1.1"}
	if secure.ClientSessionCache == nil {
		secure.ClientSessionCache = tls.NewLRUClientSessionCache(1024)
	}
	return &Client{dialer: dialer{policy: config.Policy, tls: secure, bind: config.Bind}, pool: newPool()}
}

// Close ends idle connections. Requests under way end by their own contexts.
func (c *Client) Close() { c.pool.close() }

// Policy is the rules that the client keeps.
func (c *Client) Policy() *Policy { return c.dialer.policy }

// Do sends one request and reads the head of its answer. A destination that the
// policy forbids is an error with a *fault.Error in its chain; an answer that is
// not HTTP/1.1 within the limits is a *MalformedAnswer. The caller closes the
// answer's body, of which at most ResponseCap bytes can be read. An
// httptrace.ClientTrace in the request's context is told of the stages.
func (c *Client) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		defer request.Body.Close()
	}
	target, err := c.dialer.policy.checkURL(request.URL)
	if err != nil {
		return nil, err
	}
	wire := wires.Get().(*wireBuffer)
	defer wire.free()
	if err := wire.encode(request); err != nil {
		return nil, err
	}
	ctx, cancel := request.Context(), context.CancelFunc(nil)
	if _, limited := ctx.Deadline(); !limited {
		ctx, cancel = context.WithTimeout(ctx, requestTime)
	}
	answer, err := c.send(ctx, cancel, request, place{target.secure, target.host, target.port}, wire.bytes)
	if err != nil && cancel != nil {
		cancel()
	}
	return answer, err
}

// send makes the exchange on a connection that is there, or on a new one.
func (c *Client) send(ctx context.Context, cancel context.CancelFunc, request *http.Request, to place, wire []byte) (*http.Response, error) {
	trace := httptrace.ContextClientTrace(ctx)
	if trace == nil {
		trace = &httptrace.ClientTrace{}
	}
	if idle := c.pool.take(to); idle != nil {
		e := &exchange{ctx: ctx, cancel: cancel, conn: idle, trace: trace}
		answer, err := e.run(request, wire)
		if err == nil || !e.stale(err) {
			return answer, err
		}
		// The receiver closed the idle connection as we wrote to it. The same
		// request goes out once more, on a connection that nobody closed yet.
	}
	fresh, err := c.connect(ctx, to, trace)
	if err != nil {
		return nil, err
	}
	return (&exchange{ctx: ctx, cancel: cancel, conn: fresh, trace: trace}).run(request, wire)
}
