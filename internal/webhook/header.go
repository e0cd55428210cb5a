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

// header makes the lines of one request. The endpoint's own never replace the
// dialect's nor the signature's.
func (d Delivery) header(signature []Header) http.Header {
	header := make(http.Header, len(d.Headers)+len(d.Route.Extra)+len(signature)+1)
	header["User-Agent"] = []string{userAgent}
	for _, lines := range [...][]Header{d.Route.Extra, d.Headers, signature} {
		for _, line := range lines {
			header[line.Name] = []string{line.Value}
		}
	}
	return header
}

// sent is the request's header as it is logged.
func (d Delivery) sent(header http.Header) []Header {
	logged := lines(header)
	for i, line := range logged {
		if slices.ContainsFunc(d.Route.Extra, func(own Header) bool { return own.Name == line.Name }) &&
			!slices.ContainsFunc(d.Headers, func(own Header) bool { return own.Name == line.Name }) {
			logged[i].Value = redactedValue
		}
	}
	return logged
}

// lines lists a header in the order of its names.
func lines(header http.Header) []Header {
	list := make([]Header, 0, len(header))
	for name, values := range header {
		for _, value := range values {
			list = append(list, Header{Name: name, Value: value})
		}
	}
	slices.SortFunc(list, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// clipped keeps as many lines as fit into HeadersKept bytes.
func clipped(lines []Header) []Header {
	size := 0
	for i, line := range lines {
		if size += len(line.Name) + len(line.Value); size > HeadersKept {
			return lines[:i]
		}
	}
	return lines
}
