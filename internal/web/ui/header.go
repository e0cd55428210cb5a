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
func Secure(header http.Header, pictures ...string) { SecureForm(header, nil, pictures...) }

// SecureForm is Secure for a page whose form may lead on to other sites: a
// browser holds the policy of forms against every redirect that follows.
func SecureForm(header http.Header, leadsTo []string, pictures ...string) {
	images := make([]string, 0, len(pictures))
	for _, picture := range pictures {
		images = append(images, originOf(picture, pictureMarks))
	}
	leads := make([]string, 0, len(leadsTo))
	for _, address := range leadsTo {
		leads = append(leads, originOf(Lead(address), leadMarks))
	}
	header.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'",
		"style-src 'self'",
		"script-src 'self'",
		"connect-src 'self'",
		"img-src " + sources(images...),
		"form-action " + sources(leads...),
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; "))
	header.Set("Referrer-Policy", "strict-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	header.Set("Cache-Control", "no-store")
}

// sources are this site, and the given origins; "" is none.
func sources(origins ...string) string {
	list := []string{"'self'"}
	for _, origin := range origins {
		if origin != "" && !slices.Contains(list, origin) {
			list = append(list, origin)
		}
	}
	return strings.Join(list, " ")
}

// ImageAllowed reports whether Secure can let a picture in. A page leaves
// other pictures out, or the reader would see a broken one.
func ImageAllowed(picture string) bool { return originOf(picture, pictureMarks) != "" }

// What a host may have in a policy beside letters and digits. The grammar of
// policies has no underscore; browsers that hold forms to them where they lead
// on read it all the same, and the others let the form lead anywhere.
const (
	pictureMarks = ".-:[]"
	leadMarks    = pictureMarks + "_"
)

// originOf is the CSP source of an address's origin, "" when the address
// cannot stand in a policy. A host is held to the letters of a host name,
// because URLs allow ';' and ',' in one, which would end the directive.
func originOf(address, marks string) string {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		return ""
	}
	for _, r := range u.Host {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune(marks, r) {
			return ""
		}
	}
	return u.Scheme + "://" + u.Host
}
