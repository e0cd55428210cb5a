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
}

// Actor is who calls.
func (c *Call) Actor() pay.Actor { return c.Credential.Actor }

// IDs mints identifiers.
func (c *Call) IDs() *id.Source { return c.Core.IDs() }

// PathValue is a named part of the route's path.
func (c *Call) PathValue(name string) string { return c.request.PathValue(name) }

// Decode reads the body into a wire type by the dialect's policy; see Decode.
func (c *Call) Decode(into any) error { return Decode(c.Body, into, c.unknown) }
