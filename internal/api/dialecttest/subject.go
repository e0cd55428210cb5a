package dialecttest

import (
	"cmp"
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
	// Unrouted is the status of a request without a credential to a path or by a
	// method that no route has; 404 and 405 when zero.
	Unrouted int
	// NoObject is the status of a body that is JSON and no object; 400 when zero.
	NoObject int
	// Classes are the credentials there are, the ones that no route takes too.
	Classes []auth.Class
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
	Method string // POST when ""
	Path   string // the route's pattern
	Class  auth.Class
	Want   int // 200 when zero; beyond 2xx a refusal that is right
	// Target makes the address of the request, and what must exist before it; nil
	// is Path itself.
	Target func(t *testing.T) string
	// Nowhere are well-formed addresses of the route that lead to nothing.
	Nowhere []string
	// Body makes the request's body, and what must exist before it; nil for a
	// request without one.
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

func (s Sample) name() string { return s.method() + " " + s.Path + " by " + string(s.Class) }

func (s Sample) method() string { return cmp.Or(s.Method, http.MethodPost) }

func (s Sample) want() int { return cmp.Or(s.Want, http.StatusOK) }

func (s Sample) good() bool { return s.want() < http.StatusMultipleChoices }

// request is a sample with everything that it needs made.
type request struct {
	method, path string
	body         map[string]any // nil when it has none
}

func (s Sample) request(t *testing.T) request {
	t.Helper()
	made := request{method: s.method(), path: s.Path}
	if s.Target != nil {
		made.path = s.Target(t)
	}
	if s.Body != nil {
		made.body = s.Body(t)
	}
	return made
}

// raw is the body as it is sent.
func (r request) raw(t *testing.T) []byte {
	t.Helper()
	if r.body == nil {
		return nil
	}
	return mustJSON(t, r.body)
}

func (s Sample) who() Who { return Who{Class: s.Class, Env: pay.Test} }
