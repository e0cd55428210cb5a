package egress

import (
	"bufio"
	"bytes"
	"cmp"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// innerNames are names and endings that mean this host or this network.
var innerNames = []string{"localhost", "local", "internal", "lan", "home.arpa"}

// checkName applies the rules to a host that is not a literal address.
func (p *Policy) checkName(host string, port uint16) error {
	named := p.hosts[host]
	switch {
	case !isASCII(host):
		return refuse("url_host_not_ascii", "The host must be written in its ASCII form.").
			WithHint("Write " + punycode(host) + " instead, if that is the host you mean.")
	case strings.HasSuffix(host, "."):
		return refuse("url_trailing_dot", "The host may not end in a dot.")
	case !isHostName(host):
		return refuse("url_malformed", "This is not a valid host name.")
	case endsInNumber(host):
		return refuse("url_numeric_host", "The host may not be a number in another notation than a.b.c.d.")
	case p.isOwnName(host, port):
		return refuse("url_own_address", host+" is a name of this server.")
	case named, p.config.AllowHTTPLoopback && isLocalhost(host):
		return nil
	case !strings.Contains(host, "."), isInner(host):
		return refuse("url_private_host", "The name "+host+" belongs to a private network.")
	}
	return nil
}

func (p *Policy) isOwnName(host string, port uint16) bool {
	for _, own := range p.config.SelfNames {
		if strings.EqualFold(own.Host, host) && (own.Port == port || !p.config.AllowHTTPLoopback) {
			return true
		}
	}
	return false
}

func isInner(host string) bool {
	for _, inner := range innerNames {
		if host == inner || strings.HasSuffix(host, "."+inner) {
			return true
		}
	}
	return false
}

func isLocalhost(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

func isASCII(text string) bool {
	for _, char := range []byte(text) {
		if char >= 0x80 {
			return false
		}
	}
	return true
}

// isHostName accepts letters, digits, hyphens and underscores in labels of 1 to
// 63 bytes.
func isHostName(host string) bool {
	if len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, char := range []byte(label) {
			if (char < 'a' || char > 'z') && (char < '0' || char > '9') && char != '-' && char != '_' {
				return false
			}
		}
	}
	return true
}

// endsInNumber finds hosts that some resolvers read as an IPv4 address: 127.1,
// 0x7f.1, 2130706433, 0177.0.0.1.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, found := strings.CutPrefix(last, "0x"); found {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// isDotted reports a canonical IPv4 literal.
func isDotted(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.Is4()
}

// punycode shows the host as it would go out.
func punycode(host string) string {
	ascii := ASCIIHost(host)
	if name, _, err := net.SplitHostPort(ascii); err == nil {
		return name
	}
	return cmp.Or(ascii, "its xn-- form")
}

// ASCIIHost is the xn-- form of a host, with its port where it has one; "" when
// it has none. The standard library owns the mapping that is used at send, so it
// is asked: it writes the Host line of a request that goes nowhere.
func ASCIIHost(host string) string {
	request := &http.Request{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: host, Path: "/"}}
	var wire bytes.Buffer
	if err := request.Write(&wire); err != nil {
		return ""
	}
	read, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		return ""
	}
	return read.Host
}
