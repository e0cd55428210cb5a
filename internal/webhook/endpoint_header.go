package webhook

import (
	"net/textproto"
	"slices"
	"strings"

	"tillway/internal/fault"
)

// Bounds of an endpoint's own headers (spec/webhook-engine.md §4).
const (
	maxHeaders     = 20
	maxHeaderName  = 100  // characters
	maxHeaderValue = 1024 // bytes
)

// cleanHeaders brings an endpoint's own headers into canonical form; signatures
// are refused beside those of the schemes. Its faults are of kind Invalid and
// name "headers".
func cleanHeaders(headers []Header, signatures []string) ([]Header, error) {
	signed := func(name string) bool {
		return signs(name) || slices.ContainsFunc(signatures, func(other string) bool { return strings.EqualFold(other, name) })
	}
	if len(headers) > maxHeaders {
		return nil, fault.Invalidf("headers", "too_many_headers", "A webhook may have at most %d headers.", maxHeaders)
	}
	clean := make([]Header, 0, len(headers))
	for _, header := range headers {
		name := textproto.CanonicalMIMEHeaderKey(header.Name)
		switch {
		case name == "" || len(name) > maxHeaderName || strings.ContainsFunc(name, notToken):
			return nil, fault.Invalidf("headers", "bad_header_name", "%q is not the name of a header.", header.Name)
		case reserved(name), tells(name), signed(name):
			return nil, fault.Invalidf("headers", "reserved_header", "%s may not be set: it belongs to the request itself, to its signature or to a cloud's metadata service.", name)
		case slices.ContainsFunc(clean, func(other Header) bool { return other.Name == name }):
			return nil, fault.Invalidf("headers", "repeated_header", "The header %s is given twice.", name)
		case len(header.Value) > maxHeaderValue:
			return nil, fault.Invalidf("headers", "long_header", "The value of %s has more than %d bytes.", name, maxHeaderValue)
		case strings.ContainsFunc(header.Value, isControl):
			return nil, fault.Invalidf("headers", "bad_header_value", "The value of %s has a control character.", name)
		}
		clean = append(clean, Header{Name: name, Value: header.Value})
	}
	return clean, nil
}

// notToken reports a character that the name of a header may not have (RFC 9110
// §5.6.2).
func notToken(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	default:
		return !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
