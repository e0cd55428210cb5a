package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http/httptrace"
	"sync"
	"time"
)

// Probe is how far a connection came. Spans are of each stage alone; zero when
// the stage was not reached or, as with TLS to an http URL, not needed.
type Probe struct {
	Address   string // that was dialled, with its port
	Lookup    time.Duration
	Connect   time.Duration
	Handshake time.Duration
	Version   string // of TLS
	Subject   string // of the certificate
	Issuer    string
	Expires   time.Time
}

// Probe connects to where a URL leads, under the rules of Do, makes the TLS
// session and hangs up: no request is sent. The error is one that Do could have
// returned; what was found until then is returned with it.
func (c *Client) Probe(ctx context.Context, rawURL string) (Probe, error) {
	target, err := c.dialer.policy.parse(rawURL)
	if err != nil {
		return Probe{}, err
	}
	var watch probe
	ctx = httptrace.WithClientTrace(ctx, watch.trace())
	made, err := c.connect(ctx, place{target.secure, target.host, target.port}, httptrace.ContextClientTrace(ctx))
	if err == nil {
		made.close()
	}
	watch.mu.Lock()
	defer watch.mu.Unlock()
	return watch.found, err
}

// probe takes the times. Its callbacks run on the dialer's goroutines.
type probe struct {
	mu                         sync.Mutex
	looking, dialling, shaking time.Time
	found                      Probe
}

func (p *probe) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { p.note(func() { p.looking = time.Now() }) },
		DNSDone: func(httptrace.DNSDoneInfo) {
			p.note(func() { p.found.Lookup = time.Since(p.looking) })
		},
		ConnectStart: func(_, address string) {
			p.note(func() { p.dialling, p.found.Address = time.Now(), address })
		},
		ConnectDone: func(_, address string, err error) {
			if err == nil {
				p.note(func() { p.found.Connect, p.found.Address = time.Since(p.dialling), address })
			}
		},
		TLSHandshakeStart: func() { p.note(func() { p.shaking = time.Now() }) },
		TLSHandshakeDone:  func(state tls.ConnectionState, err error) { p.note(func() { p.secured(state, err) }) },
	}
}

func (p *probe) note(what func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	what()
}

func (p *probe) secured(state tls.ConnectionState, err error) {
	shown := state.PeerCertificates
	if refused, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		shown = refused.UnverifiedCertificates
	}
	if len(shown) > 0 {
		leaf := shown[0]
		p.found.Subject, p.found.Issuer, p.found.Expires = leaf.Subject.String(), leaf.Issuer.String(), leaf.NotAfter
	}
	if err == nil {
		p.found.Handshake, p.found.Version = time.Since(p.shaking), tls.VersionName(state.Version)
	}
}
