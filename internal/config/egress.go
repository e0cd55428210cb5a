package config

import (
	"crypto/x509"
	"net/netip"
	"os"
	"strings"

	"tillway/internal/fault"
)

// Egress says what webhooks may reach, and how.
type Egress struct {
	EgressAllow []string `name:"egress-allow" placeholder:"HOST|CIDR" help:"Private host or range that may receive webhooks. May be repeated."`
	EgressCA    string   `name:"egress-ca" placeholder:"FILE" type:"path" help:"Certificates (PEM) of authorities that receivers of webhooks may have, beside the system's."`
	EgressBind  string   `name:"egress-bind" placeholder:"ADDRESS" help:"Address of this host that webhooks come from. Default: the system's choice."`
}

// Resolve checks the flags. Errors: Invalid, naming the flag.
func (e Egress) Resolve() error {
	for _, allowed := range e.EgressAllow {
		if strings.Contains(allowed, "/") {
			if _, err := netip.ParsePrefix(allowed); err != nil {
				return fault.Invalidf("--egress-allow", "bad_egress_allow", "--egress-allow %q is neither a host nor a range such as 10.0.0.0/8", allowed).WithCause(err)
			}
		} else if _, err := netip.ParseAddr(allowed); err != nil && strings.Contains(allowed, ":") {
			return fault.Invalidf("--egress-allow", "bad_egress_allow", "--egress-allow %q names a port", allowed).
				WithHint("Give the host alone")
		}
	}
	if _, err := e.Authorities(); err != nil {
		return err
	}
	_, err := e.Source()
	return err
}

// Authorities are those of the system and of --egress-ca; nil for the system's
// alone. Errors: Invalid, naming the flag.
func (e Egress) Authorities() (*x509.CertPool, error) {
	if e.EgressCA == "" {
		return nil, nil
	}
	text, err := os.ReadFile(e.EgressCA)
	if err != nil {
		return nil, fault.Invalidf("--egress-ca", "bad_egress_ca", "--egress-ca %s cannot be read", e.EgressCA).WithCause(err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fault.Invalidf("--egress-ca", "bad_egress_ca", "--egress-ca %s holds no certificate", e.EgressCA).
			WithHint("Give a PEM file: -----BEGIN CERTIFICATE----- and so on, one after the other")
	}
	return pool, nil
}

// Source is the address of --egress-bind, not valid without one. Errors: Invalid,
// naming the flag.
func (e Egress) Source() (netip.Addr, error) {
	if e.EgressBind == "" {
		return netip.Addr{}, nil
	}
	source, err := netip.ParseAddr(e.EgressBind)
	if err != nil || source.IsUnspecified() || source.Zone() != "" {
		return netip.Addr{}, fault.Invalidf("--egress-bind", "bad_egress_bind", "--egress-bind %q is not an address of this host", e.EgressBind).
			WithHint("Give an address such as 203.0.113.7, without a port").WithCause(err)
	}
	return source.Unmap(), nil
}
