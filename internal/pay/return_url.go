package pay

import (
	"net/url"
	"slices"
	"strings"
)

// QueryMember is one member of an address's query.
type QueryMember struct{ Name, Value string }

// WithMembers is an address with members at the end of its query. Those of the
// same names that are there already go; all others keep their place and spelling,
// and so does the fragment. An empty address stays empty.
func WithMembers(address string, members ...QueryMember) string {
	if address == "" {
		return ""
	}
	rest, fragment, hasFragment := strings.Cut(address, "#")
	before, query, _ := strings.Cut(rest, "?")
	kept := make([]string, 0, len(members))
	for member := range strings.SplitSeq(query, "&") {
		if member != "" && !named(member, members) {
			kept = append(kept, member)
		}
	}
	for _, own := range members {
		kept = append(kept, own.Name+"="+url.QueryEscape(own.Value))
	}
	merged := before + "?" + strings.Join(kept, "&")
	if hasFragment {
		merged += "#" + fragment
	}
	return merged
}

// named reports whether a member of a query has the name of one of the others.
func named(member string, others []QueryMember) bool {
	name, _, _ := strings.Cut(member, "=")
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	return slices.ContainsFunc(others, func(other QueryMember) bool { return other.Name == name })
}
