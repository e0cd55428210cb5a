package link

import (
	"net/url"
	"strings"
)

// The members that a redirection gets (spec/wayl.md §7).
const (
	redirectReference = "referenceId"
	redirectOrder     = "orderid"
)

// redirection is where the buyer goes after paying: the merchant's address with
// the reference and the link's id in its query. Members of those names that are
// there already are replaced, all others keep their place and spelling. legacy
// glues the members on as Wayl does, also onto an address that has a query.
func redirection(address, reference string, link ID, legacy bool) string {
	if address == "" {
		return ""
	}
	added := redirectReference + "=" + url.QueryEscape(reference) + "&" + redirectOrder + "=" + url.QueryEscape(string(link))
	if legacy {
		return address + "/?" + added
	}
	rest, fragment, hasFragment := strings.Cut(address, "#")
	before, query, _ := strings.Cut(rest, "?")
	kept := make([]string, 0, 4)
	for member := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(member, "=")
		plain, err := url.QueryUnescape(name)
		if member == "" || err == nil && (plain == redirectReference || plain == redirectOrder) {
			continue
		}
		kept = append(kept, member)
	}
	merged := before + "?" + strings.Join(append(kept, added), "&")
	if hasFragment {
		merged += "#" + fragment
	}
	return merged
}
