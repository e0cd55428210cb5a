package intent

import "tillway/internal/pay"

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
	return pay.WithMembers(address,
		pay.QueryMember{Name: returnIntent, Value: string(i.ID)}, pay.QueryMember{Name: returnOrder, Value: i.Reference.OrderRef},
		pay.QueryMember{Name: returnTxn, Value: i.TxnRef}, pay.QueryMember{Name: returnStatus, Value: string(status)})
}
