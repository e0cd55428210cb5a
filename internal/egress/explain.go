package egress

import (
	"context"
	"net/netip"
	"time"

	"tillway/internal/fault"
)

// Finding is what the rules say of one aspect of a URL.
type Finding struct {
	What    string // "form", "name", or an address
	OK      bool
	Code    string // of the rule that refused it
	Message string
	Hint    string
}

// Explanation is what Vet finds, step by step.
type Explanation struct {
	Findings []Finding
	Lookup   time.Duration // of the name; zero when there was none
}

// OK reports whether nothing was refused.
func (e Explanation) OK() bool {
	for _, finding := range e.Findings {
		if !finding.OK {
			return false
		}
	}
	return true
}

// Explain applies the rules as Vet does and says what each of them found. Unlike
// Vet it goes on after a refused address, so that all are listed.
func (p *Policy) Explain(ctx context.Context, rawURL string) Explanation {
	var found Explanation
	target, err := p.parse(rawURL)
	if err != nil {
		found.add("form", "", err)
		return found
	}
	found.add("form", "The URL has the form of one that may be called.", nil)
	if target.addr.IsValid() {
		found.add(target.addr.String(), "The address may be called.", nil)
		return found
	}
	started := time.Now()
	addresses, err := p.resolve(ctx, target.host)
	found.Lookup = time.Since(started)
	if err != nil {
		found.add("name", target.host+" does not resolve now; it may be saved, and is asked for again at every request.", nil)
		return found
	}
	found.add("name", target.host+" resolves.", nil)
	for _, address := range addresses {
		err := p.checkAddress(netip.AddrPortFrom(address, target.port), target.host)
		found.add(address.Unmap().String(), "The address may be called.", err)
	}
	return found
}

// Explain says what the client's rules find.
func (c *Client) Explain(ctx context.Context, rawURL string) Explanation {
	return c.dialer.policy.Explain(ctx, rawURL)
}

func (e *Explanation) add(what, message string, err error) {
	finding := Finding{What: what, OK: err == nil, Message: message}
	if refused := fault.From(err); refused != nil {
		finding.Code, finding.Message, finding.Hint = refused.Code, refused.Message, refused.Hint
	}
	e.Findings = append(e.Findings, finding)
}
