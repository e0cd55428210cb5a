// Package webhook delivers events to merchants' endpoints: it owns endpoints,
// deliveries and attempts, signs and sends requests, retries on a schedule, and
// keeps every receiver apart from every other (spec/webhook-engine.md, DESIGN
// §2 steps 5–8).
//
// It knows bytes, URLs and times. It may know neither what an event means nor
// who renders it: payments, orders and money (package pay) reach it only as a
// finished body, through package fanout. It reaches the database through Store
// and Tx, the network through Client, and keys through KeySource.
//
// The way of a delivery:
//
//  1. Inside the transaction that makes the event, fanout reads the endpoints
//     (Tx.Endpoints), renders a body for each, and inserts a Delivery that is
//     born leased to this node (Birth). Of an endpoint that wants order, all
//     but the first of a subject sleep until those before them are over.
//  2. After the commit the same deliveries are handed to Dispatcher.Admit, in
//     memory. Nothing depends on that: an unrenewed lease lapses and the row is
//     claimed from the table.
//  3. The Dispatcher picks deliveries fairly over queues (roster), signs each
//     attempt afresh, sends it, and records the outcomes in batches.
//  4. A failed delivery becomes due again by its Schedule, and is claimed.
//
// What protects receivers acts on whole lines, never on a delivery's schedule:
// an open breaker, a pause that the receiver asked for, and a rate let rows wait
// in the table a while longer. What receivers say about themselves (410, the
// header webhook-delivery, five days of failures) is recorded with the attempt
// that brought it, and told in Notices.
package webhook

// StoreID names a merchant's store; opaque here.
type StoreID string

// Env separates test from live traffic; no row and no key serves both.
type Env string

// The two environments.
const (
	Test Env = "test"
	Prod Env = "prod"
)

// EventType is a dialect's name of an event, such as "order.completed".
type EventType string

// Dialect names the wire API whose bodies an endpoint receives.
type Dialect string
