// Package api is the kernel under every dialect: it takes a request in,
// decides that it may run, decodes it strictly, runs one command under the
// caller's idempotency key, and writes the answer and one log line.
//
// A dialect gives it routes as data and says how it authenticates, spells an
// error and treats idempotency keys. The kernel may know no dialect's wire
// format and no noun of the core beyond actors and commands.
package api
