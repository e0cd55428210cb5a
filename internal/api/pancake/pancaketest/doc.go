// Package pancaketest is a client of the Pancake protocol for tests, benches
// and crash drills: it signs requests exactly as the official SDK does. It
// knows the wire and nothing of the server's inside.
package pancaketest
