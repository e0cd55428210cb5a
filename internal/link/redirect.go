package link

import (
	"net/url"

	"tillway/internal/pay"
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
	if address != "" && legacy {
		return address + "/?" + redirectReference + "=" + url.QueryEscape(reference) + "&" + redirectOrder + "=" + url.QueryEscape(string(link))
	}
	return pay.WithMembers(address, pay.QueryMember{Name: redirectReference, Value: reference}, pay.QueryMember{Name: redirectOrder, Value: string(link)})
}
