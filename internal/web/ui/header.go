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
func Secure(header http.Header, pictures ...string) {
	images := []string{"'self'"}
	for _, picture := range pictures {
		if source := imageSource(picture); source != "" && !slices.Contains(images, source) {
			images = append(images, source)
		}
	}
	header.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'",
		"style-src 'self'",
		"script-src 'self'",
		"connect-src 'self'",
		"img-src " + strings.Join(images, " "),
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; "))
	header.Set("Referrer-Policy", "strict-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	header.Set("Cache-Control", "no-store")
}

// ImageAllowed reports whether Secure can let a picture in. A page leaves
// other pictures out, or the reader would see a broken one.
func ImageAllowed(picture string) bool { return imageSource(picture) != "" }

// imageSource is the CSP source of a picture's origin, "" when the address
// cannot stand in a policy. A host is held to the letters of a host name,
// because URLs allow ';' and ',' in one, which would end the directive.
func imageSource(picture string) string {
	u, err := url.Parse(picture)
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
