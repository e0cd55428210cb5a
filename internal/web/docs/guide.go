package docs

import (
	"maps"
	"net/http"
	"strings"
)

// guide is what is said of a dialect beside its file. Its pages are
// page/<name>.html and page/<name>_webhooks.html, its rules for programs
// llms/<name>.txt.tmpl.
type guide struct {
	glance      Glance
	credentials []Credential
	prefix      string         // of paths, which the pages' addresses leave out
	byPath      bool           // pages are named after paths, otherwise after operations
	meanings    map[int]string // of statuses, where the common ones do not fit
	envelope    bool           // answers have data or errors
	verify      verification
}

// Glance is a dialect in short, for the choice on the first page.
type Glance struct {
	Summary     string // what is sold how
	Credentials string
	Answers     string
	Values      string
	Webhooks    string
}

// guides are the dialects that this package can describe, by name.
func guides() map[string]guide {
	return map[string]guide{"pancake": pancakeGuide(), "wayl": waylGuide(), "waypay": waypayGuide(), "diddo": diddoGuide()}
}

// meanings say of each status what to do about it.
func (g guide) meaning(status int) string {
	common := map[int]string{
		http.StatusBadRequest:            "The request is malformed, or not possible in the present state. The message names the field.",
		http.StatusUnauthorized:          "The credential is missing, wrong or revoked.",
		http.StatusForbidden:             "The credential is good, but not for this.",
		http.StatusNotFound:              "What the request names does not exist, or is not yours.",
		http.StatusMethodNotAllowed:      "The path is there, but not with this method. Allow names the right ones.",
		http.StatusConflict:              "It exists already, or has gone too far for this.",
		http.StatusRequestEntityTooLarge: "The body is larger than 1 MiB.",
		http.StatusUnprocessableEntity:   "The request can be read, but breaks a rule. The message names the field.",
		http.StatusTooManyRequests:       "Too many requests. Wait for as many seconds as Retry-After says.",
		http.StatusInternalServerError:   "The server's own mistake. Try again later.",
		http.StatusNotImplemented:        "Not built yet.",
		http.StatusBadGateway:            "Something that the server depends on does not answer. Try again later.",
		http.StatusServiceUnavailable:    "Something that the server depends on does not answer. Try again later.",
	}
	maps.Copy(common, g.meanings)
	return common[status]
}

// pageOf is where a route is described.
func (g guide) pageOf(dialect, path, operation string) string {
	if g.byPath {
		return home + "/" + dialect + strings.TrimPrefix(path, g.prefix)
	}
	return home + "/" + dialect + "/" + dashed(operation)
}

// dashed writes createLink as create-link.
func dashed(name string) string {
	var b strings.Builder
	for i, letter := range name {
		if letter >= 'A' && letter <= 'Z' {
			if i > 0 {
				b.WriteByte('-')
			}
			letter += 'a' - 'A'
		}
		b.WriteRune(letter)
	}
	return b.String()
}
