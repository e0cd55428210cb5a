package webhook

import "time"

// Class says in one word why an attempt failed; empty on success. It is stored,
// searched and counted, so names are added and never changed.
type Class string

// The classes of failure.
const (
	Refused     Class = "refused"      // the egress rules forbid the URL or the address
	Resolve     Class = "dns"          // the name does not resolve
	Connect     Class = "connect"      // no connection
	TLS         Class = "tls"          // no trusted TLS session
	Timeout     Class = "timeout"      // no complete answer within the time limit
	Broken      Class = "broken"       // the connection ended before the answer
	BadResponse Class = "bad_response" // not HTTP, or headers beyond the cap
	Redirect    Class = "redirect"     // 3xx; never followed
	Status      Class = "status"       // any other status outside 2xx
	Unsigned    Class = "signing"      // no usable key; nothing was sent
	Removed     Class = "removed"      // the endpoint is gone; nothing was sent
	Halted      Class = "disabled"     // the endpoint is disabled; nothing was sent
	Locked      Class = "sealed"       // the endpoint's secrets do not open; nothing was sent
	Rejected    Class = "rejected"     // 2xx, but by the destination's own rule not accepted
)

// Classes are all classes of failure.
func Classes() []Class {
	return []Class{
		Refused, Resolve, Connect, TLS, Timeout, Broken, BadResponse, Redirect, Status, Unsigned, Removed, Halted, Locked, Rejected,
	}
}

// Timings are spans from the start of an attempt; zero when a stage was not
// reached or, on a reused connection, not needed.
type Timings struct {
	Resolved  time.Duration // name resolved
	Connected time.Duration // TCP connection ready, after DNS
	Secured   time.Duration // TLS session ready
	FirstByte time.Duration // first byte of the answer
	Total     time.Duration
}

// Attempt is one request and what came of it.
type Attempt struct {
	Delivery  DeliveryID
	Number    int // from 1
	StartedAt time.Time
	URL       string
	Address   string // remote address and port; empty when none was reached
	Status    int    // HTTP status; 0 without an answer
	Class     Class
	Reason    string // Class in words, for the merchant; no internal detail
	Timings   Timings
	// Request and ResponseHeaders are the header lines of both ways, in the
	// order of their names; values of the endpoint's own headers are redacted.
	// The request's body is the delivery's.
	Request         []Header
	ResponseHeaders []Header // at most HeadersKept bytes
	Response        []byte   // first ResponseKept bytes of the answer's body, any encoding
}

// OK reports whether the destination accepted.
func (a Attempt) OK() bool { return a.Class == "" }

// ResponseKept is how much of an answer's body is stored, in bytes.
const ResponseKept = 4 << 10

// HeadersKept is how much of an answer's headers is stored, in bytes.
const HeadersKept = 4 << 10
