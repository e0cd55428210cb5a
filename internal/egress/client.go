package egress

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Limits of a Client (spec/webhook-engine.md §4).
const (
	// ResponseCap is how much of an answer's body can be read, in bytes; its
	// headers have the same cap.
	ResponseCap = 32 << 10
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
}

// Client sends requests under a Policy. It speaks HTTP/1.1 only: one request
// per connection at a time, so that a receiver which stalls one request stalls
// no other. It follows no redirect, uses no proxy, keeps no cookie and
// decompresses nothing. It is safe for concurrent use.
type Client struct {
	policy    *Policy
	transport *http.Transport
}

// NewClient makes a Client. Close it when done.
func NewClient(config ClientConfig) *Client {
	c := &Client{policy: config.Policy}
	secure := &tls.Config{}
	if config.TLS != nil {
		secure = config.TLS.Clone()
	}
	secure.MinVersion = max(secure.MinVersion, tls.VersionTLS12)
	if secure.ClientSessionCache == nil {
		secure.ClientSessionCache = tls.NewLRUClientSessionCache(1024)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	c.transport = &http.Transport{
		Proxy:                  nil,
		DialContext:            c.dial,
		TLSClientConfig:        secure,
		Protocols:              protocols,
		DisableCompression:     true,
		MaxResponseHeaderBytes: ResponseCap,
		MaxIdleConns:           idleTotal,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleTime,
	}
	return c
}

// Close ends idle connections. Requests under way end by their own contexts.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Do sends one request. A destination that the policy forbids is an error with
// a *fault.Error in its chain. The caller closes the answer's body, of which at
// most ResponseCap bytes can be read.
func (c *Client) Do(request *http.Request) (*http.Response, error) {
	if _, err := c.policy.checkURL(request.URL); err != nil {
		return nil, err
	}
	limit := requestTime
	if deadline, limited := request.Context().Deadline(); limited {
		limit = time.Until(deadline)
	}
	ctx, cancel := context.WithTimeout(request.Context(), limit)
	response, err := c.transport.RoundTrip(request.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	response.Body = newBody(response.Body, cancel)
	return response, nil
}

// hostKey carries "the operator admitted this host by name" to the dialer.
type hostKey struct{}

// dial connects to a host. The rules are applied in the control hook, which
// sees the very address that the kernel is about to be given.
func (c *Client) dial(ctx context.Context, network, place string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(place)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, hostKey{}, c.policy.hosts[host])
	dialer := net.Dialer{Timeout: dialTime, ControlContext: c.control, Resolver: c.policy.config.Resolver}
	return dialer.DialContext(ctx, network, place)
}

func (c *Client) control(ctx context.Context, _, place string, _ syscall.RawConn) error {
	address, err := netip.ParseAddrPort(place)
	if err != nil {
		return refuse("url_malformed", "This is not a valid address.").WithCause(err)
	}
	named, _ := ctx.Value(hostKey{}).(bool)
	return c.policy.checkAddress(address, named)
}
