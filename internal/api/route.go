package api

import (
	"context"
	"slices"

	"tillway/internal/auth"
	"tillway/internal/pay"
)

// Route is one action of a dialect.
type Route struct {
	Method  string
	Path    string       // parts in {braces} are named, see Call.PathValue
	Accepts []auth.Class // the credentials that may call it
	Layer   string       // the part of the dialect it belongs to, in its errors
	// Forgetful routes take an idempotency key and ignore it: their answers
	// are dead when they are replayed.
	Forgetful bool
	Handle    Handler
}

// Handler answers one admitted call. Its errors are faults.
type Handler func(ctx context.Context, call *Call) (pay.Answer, error)

// Admits reports whether a credential of the class may call the route.
func (r Route) Admits(class auth.Class) bool { return slices.Contains(r.Accepts, class) }
