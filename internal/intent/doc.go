// Package intent is Waypay's noun: a payment intent, which is one request for
// one payment, and the transaction that it becomes (spec/waypay.md §4.1, §5).
//
// An intent has states and rules of its own and ends in a sale of package pay,
// whose steps it follows: its row changes in the transactions of the core and at
// no other time. It may know pay and the types of webhook; it may know no
// dialect's wire format, no database and no HTTP.
package intent
