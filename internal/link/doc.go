// Package link is Wayl's payment link (spec/wayl.md §2, §5): its states, the
// commands on it, and how it follows the sale in the core that it stands for.
//
// A link is opened together with the core's checkout session, in one
// transaction, and never decides about money: paying, expiring and refunding
// are commands of package pay, and the link's own row is kept in step by Follow
// inside the core's transactions. The package knows pay and the types of
// webhook; it may know neither the wire (package api/wayl) nor a database: its
// port to the rows is Records, which package store implements.
package link
