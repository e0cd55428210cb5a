package ui

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Secure sets the security headers of a page: nothing is loaded but our own
// style and script, and pictures from the given addresses. The page cannot be
// framed, sniffed, cached or stored, and its address goes to other sites only
// as an origin, because a checkout's address is a capability.
func Secure(header http.Header, pictures ...string) { SecureForm(header, "", pictures...) }

// SecureForm is Secure for a page whose form may lead on to another site: a
// browser holds the policy of forms against every redirect that follows.
func SecureForm(header http.Header, leadsTo string, pictures ...string) {
	images := sources(pictures...)
	header.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'",
		"style-src 'self'",
		"script-src 'self'",
		"connect-src 'self'",
		"img-src " + strings.Join(images, " "),
		"form-action " + strings.Join(sources(leadsTo), " "),
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; "))
	header.Set("Referrer-Policy", "strict-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	header.Set("Cache-Control", "no-store")
}

// sources are this site, and the origins of addresses that can stand in a policy.
func sources(addresses ...string) []string {
	list := []string{"'self'"}
	for _, address := range addresses {
		if source := originOf(address); source != "" && !slices.Contains(list, source) {
			list = append(list, source)
		}
	}
	return list
}

// ImageAllowed reports whether Secure can let a picture in. A page leaves
// other pictures out, or the reader would see a broken one.
func ImageAllowed(picture string) bool { return originOf(picture) != "" }

// LeadAllowed reports whether SecureForm can let a form lead on to an address. A
// browser stops at a redirect to any other.
func LeadAllowed(address string) bool { return originOf(address) != "" }

// originOf is the CSP source of an address's origin, "" when the address
// cannot stand in a policy. A host is held to the letters of a host name,
// because URLs allow ';' and ',' in one, which would end the directive.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		return ""
	}
	for _, r := range u.Host {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune(".-:[]", r) {
			return ""
		}
	}
	return u.Scheme + "://" + u.Host
}
