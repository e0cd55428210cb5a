package ui

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Lead is an address as a form of SecureForm can lead on to it: its host in
// ASCII, since a policy has no other letters, and all else as it is. It is ""
// for an address that no policy can name; a browser stops at a redirect to such
// a one.
func Lead(address string) string {
	if originOf(address, leadMarks) != "" {
		return address
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.User != nil {
		return ""
	}
	_, rest, _ := strings.Cut(address, "://")
	behind := ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		behind = rest[end:]
	}
	// Some letters fold to marks that would end the host.
	origin := parsed.Scheme + "://" + asciiHost(parsed.Host)
	if originOf(origin+behind, leadMarks) != origin {
		return ""
	}
	return origin + behind
}

// asciiHost is the xn-- form of a host, with its port where it has one; "" when
// it has none. The standard library owns the encoding, so it is asked: it writes
// the Host line of a request that goes nowhere. It does not fold letters, which
// browsers do before.
func asciiHost(host string) string {
	request := &http.Request{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: norm.NFKC.String(strings.ToLower(host)), Path: "/"}}
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
