package intent

import (
	"net/url"
	"strings"
)

// The members that an address gets to which a buyer is led (spec/waypay.md §7).
const (
	returnIntent = "paymentIntentId"
	returnOrder  = "orderRef"
	returnTxn    = "txnRef"
	returnStatus = "status"
)

// Return is the merchant's address with the intent and its status in the query.
// Members of those names that are there already are replaced; all others keep
// their place and spelling. An empty address stays empty.
func (i Intent) Return(address string, status Status) string {
	if address == "" {
		return ""
	}
	rest, fragment, hasFragment := strings.Cut(address, "#")
	before, query, _ := strings.Cut(rest, "?")
	var members []string
	for member := range strings.SplitSeq(query, "&") {
		if member != "" && !returns(member) {
			members = append(members, member)
		}
	}
	for _, own := range [...][2]string{
		{returnIntent, string(i.ID)}, {returnOrder, i.Reference.OrderRef}, {returnTxn, i.TxnRef}, {returnStatus, string(status)},
	} {
		members = append(members, own[0]+"="+url.QueryEscape(own[1]))
	}
	merged := before + "?" + strings.Join(members, "&")
	if hasFragment {
		merged += "#" + fragment
	}
	return merged
}

// returns reports whether a member of a query has one of the names above.
func returns(member string) bool {
	name, _, _ := strings.Cut(member, "=")
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	switch name {
	case returnIntent, returnOrder, returnTxn, returnStatus:
		return true
	}
	return false
}
