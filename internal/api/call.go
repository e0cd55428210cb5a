package api

import (
	"net/http"
	"time"

	"tillway/internal/auth"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// Call is an admitted request on its way through a handler.
type Call struct {
	Route      Route
	Credential auth.Credential
	Header     http.Header
	Body       []byte
	ClientIP   string
	At         time.Time // the command's time
	Key        *pay.Key  // nil when nothing is to be replayed
	Core       *pay.Core

	request *http.Request
	unknown UnknownFields
	stream  func(http.ResponseWriter)
	beside  http.Header // what the handler says beside the answer
}

// Actor is who calls.
func (c *Call) Actor() pay.Actor { return c.Credential.Actor }

// IDs mints identifiers.
func (c *Call) IDs() *id.Source { return c.Core.IDs() }

// PathValue is a named part of the route's path.
func (c *Call) PathValue(name string) string { return c.request.PathValue(name) }

// Tell sets a line of the answer's header, also in the stead of one that the
// kernel writes, such as Content-Type. A failure has none of them.
func (c *Call) Tell(name, value string) {
	if c.beside == nil {
		c.beside = http.Header{}
	}
	c.beside.Set(name, value)
}

// Remote is the address behind the request, with its port where it is known.
func (c *Call) Remote() string { return c.request.RemoteAddr }

// Stream gives the connection to write, which answers in the handler's stead
// once the handler has returned without an error. It is for answers that have
// no end of their own; write ends with the request's context.
func (c *Call) Stream(write func(http.ResponseWriter)) { c.stream = write }

// Decode reads the body into a wire type by the dialect's policy; see Decode.
func (c *Call) Decode(into any) error { return Decode(c.Body, into, c.unknown) }
