package webhook

import "net/http"

// Client sends one request; package egress implements it, one client for each
// environment. It follows no redirect, caps the answer, vets the URL and the
// address it dials, and returns a *fault.Error in the chain when a rule of
// spec/webhook-engine.md §4 forbids the destination.
type Client interface {
	Do(request *http.Request) (*http.Response, error)
}

// responseRead is how much of an answer is read, in bytes, so that the
// connection can be used again (spec/webhook-engine.md §4).
const responseRead = 32 << 10
