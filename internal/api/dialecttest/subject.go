package dialecttest

import (
	"net/http"
	"testing"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/pay"
)

// Subject is a dialect over a world of its own: a merchant with a store, and a
// stranger with another one.
type Subject struct {
	Handler http.Handler
	Routes  []api.Route
	OpenAPI []byte
	Samples []Sample
	// Authorize puts a good credential on a request.
	Authorize func(t *testing.T, who Who, header http.Header, path string, body []byte)
	// CheckFailure judges an error body beyond what the OpenAPI file says.
	CheckFailure func(t *testing.T, status int, body []byte)
	// Rows is a fingerprint of all that a refused request must not change.
	Rows func(t *testing.T) string
	// IdempotencyHeader is the header of the dialect's keys; "" when it has none.
	IdempotencyHeader string
	// BadKeys are idempotency keys that the dialect refuses.
	BadKeys []string
}

// Who says whose credential a request carries.
type Who struct {
	Class    auth.Class
	Env      pay.Env
	Stranger bool // of the other merchant, store or buyer
}

// Sample is a good request to one route with one class of credential, in the
// test environment.
type Sample struct {
	Path  string
	Class auth.Class
	Want  int // 200 when zero; another status is a refusal that is right
	// Body makes the request, and what must exist before it.
	Body func(t *testing.T) map[string]any
	// References are top-level members that name something, each with a
	// well-formed value that names nothing.
	References map[string]string
	// AnyEnvironment says that the same body is good in prod too.
	AnyEnvironment bool
	// Free are members that may hold values of any type.
	Free []string
	// Forgetful says that the route ignores idempotency keys.
	Forgetful bool
	// Reads says that the route changes nothing, so that a forgetful one may
	// give the same answer twice.
	Reads bool
}

func (s Sample) name() string { return s.Path + " by " + string(s.Class) }

func (s Sample) good() bool { return s.Want == 0 || s.Want == http.StatusOK }

func (s Sample) who() Who { return Who{Class: s.Class, Env: pay.Test} }
