// Package cart owns the nouns that the Diddo dialect alone has: carts of a
// store's products, the checkouts that are begun from them, and the sessions of
// customers (spec/diddo.md §4, §5).
//
// A template cart belongs to the store, has no customer and never ends. Beginning
// a checkout copies it into a live cart, which is one buyer's and is submitted at
// most once. A cart that is given a customer is live from then on. The money is
// the core's: a checkout is a sale of package pay, whose steps Carts follows.
//
// It knows the commands and rows of pay. It may know neither wire formats nor
// SQL: it declares its rows as the port Records.
package cart
