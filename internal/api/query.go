package api

import (
	"cmp"
	"net/url"
	"strings"

	"tillway/internal/fault"
)

// Query are the members of the address's query. A part that cannot be read is
// left out.
func (c *Call) Query() url.Values { return c.request.URL.Query() }

// Unreadable lists the parts that Query leaves out, for dialects that refuse
// them: each is a fault of kind Invalid with the code "unreadable_query", and
// names the member as far as its name can be read.
func (c *Call) Unreadable() (wrong []*fault.Error) {
	for part := range strings.SplitSeq(c.request.URL.RawQuery, "&") {
		if _, err := url.ParseQuery(part); err == nil {
			continue
		}
		name, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		field := cmp.Or(fault.EchoTo(strings.ToValidUTF8(name, ""), maxPath), "query")
		wrong = append(wrong, fault.Invalidf(field, "unreadable_query", "%s is not encoded as a query is", field))
	}
	return wrong
}
