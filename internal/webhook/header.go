package webhook

import (
	"net/http"
	"slices"
	"strings"
)

// redactedValue stands in logs for a header value that may be a credential.
const redactedValue = "[redacted]"

// address is where the delivery really goes.
func (d Delivery) address() string {
	if d.Route.Address.IsZero() {
		return d.URL
	}
	return d.Route.Address.Reveal()
}

// request lists the lines of one request, each name once, in the order of the
// names. The endpoint's own never replace the dialect's nor the signature's.
func (d Delivery) request(signature []Header) []Header {
	list := make([]Header, 0, len(d.Headers)+len(d.Route.Extra)+len(signature)+1)
	for _, lines := range [...][]Header{signature, d.Headers, d.Route.Extra, {{Name: "User-Agent", Value: userAgent}}} {
		for _, line := range lines {
			if !has(list, line.Name) && !reserved(line.Name) {
				list = append(list, line)
			}
		}
	}
	slices.SortFunc(list, byName)
	return list
}

// shown is the request's header as it is logged: exactly what is sent, but for
// the values of the endpoint's own lines.
func (d Delivery) shown(lines []Header) []Header {
	if len(d.Route.Extra) == 0 {
		return lines
	}
	logged := slices.Clone(lines)
	for i, line := range logged {
		if slices.Contains(d.Route.Extra, line) {
			logged[i].Value = redactedValue
		}
	}
	return logged
}

func has(lines []Header, name string) bool {
	return slices.ContainsFunc(lines, func(line Header) bool { return strings.EqualFold(line.Name, name) })
}

func byName(a, b Header) int { return strings.Compare(a.Name, b.Name) }

// toHeader makes the map that net/http wants.
func toHeader(lines []Header) http.Header {
	header := make(http.Header, len(lines))
	values := make([]string, len(lines))
	for i, line := range lines {
		values[i] = line.Value
		header[line.Name] = values[i : i+1 : i+1]
	}
	return header
}

// fromHeader lists a header in the order of its names.
func fromHeader(header http.Header) []Header {
	list := make([]Header, 0, len(header))
	for name, values := range header {
		for _, value := range values {
			list = append(list, Header{Name: name, Value: value})
		}
	}
	slices.SortFunc(list, byName)
	return list
}

// clipped keeps as many lines as fit into HeadersKept bytes, and what the
// receiver told beside them, since that counts.
func clipped(lines []Header) []Header {
	const longestTold = 64
	size := 0
	for i, line := range lines {
		if size += len(line.Name) + len(line.Value); size <= HeadersKept {
			continue
		}
		for _, beyond := range lines[i:] {
			if strings.EqualFold(beyond.Name, tellHeader) && len(beyond.Value) <= longestTold {
				return append(lines[:i], beyond)
			}
		}
		return lines[:i]
	}
	return lines
}

// reserved are the lines that the transport writes, that change what a receiver
// takes for the request, or that open a cloud's metadata service. They are never
// sent, whoever asked for them.
func reserved(name string) bool {
	switch lower := strings.ToLower(name); lower {
	case "host", "content-length", "transfer-encoding", "connection", "trailer", "te", "upgrade", "expect", "keep-alive",
		"proxy-connection", "metadata", "metadata-flavor":
		return true
	default:
		return strings.HasPrefix(lower, "x-aws-ec2-metadata-token")
	}
}

// tells are the lines in which the dialects say what a request is. They are
// sent as the dialect has them, whoever else names them.
func tells(name string) bool {
	switch strings.ToLower(name) {
	case "content-type", "x-waffo-event", "x-diddo-event", "x-diddo-event-id":
		return true
	}
	return false
}

// signs are the lines of the signature schemes (spec/webhook-engine.md §3).
func signs(name string) bool {
	switch strings.ToLower(name) {
	case "webhook-id", "webhook-timestamp", "webhook-signature", "x-waffo-signature", "x-wayl-signature-256",
		"x-waypay-timestamp", "x-waypay-signature", "x-diddo-timestamp", "x-diddo-signature", "x-diddo-delivery":
		return true
	}
	return false
}
