// Package harness drives the built binary from outside, for the suites that
// prove Tillway as a whole: conformance, crash, e2e and bench.
//
// It knows what a user knows: the commands of DESIGN §5, the dialects' wire
// and the checkout's public endpoints. It signs requests and verifies webhooks
// by itself, so that a mistake in the server's own code is not made twice. It
// may not import anything that is built into the binary.
package harness
