package ui

import (
	"net/url"
	"strings"

	"golang.org/x/text/unicode/norm"

	"tillway/internal/egress"
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
	// Browsers fold letters first, and some fold to marks that would end the host.
	folded := norm.NFKC.String(strings.ToLower(parsed.Host))
	origin := parsed.Scheme + "://" + egress.ASCIIHost(folded)
	if originOf(origin+behind, leadMarks) != origin {
		return ""
	}
	return origin + behind
}
