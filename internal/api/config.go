package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// MaxBody is how many bytes of a request are read unless a dialect says
// otherwise.
const MaxBody = 1 << 20

// Config is a dialect as the kernel sees it.
type Config struct {
	Dialect string // in log lines and in the scope of idempotency keys
	Routes  []Route
	// Unbuilt are actions that the dialect knows and does not have yet. They
	// have no handler, and everybody who calls them is told so; or, when they say
	// whom they accept, only who proves to be that.
	Unbuilt []Route
	Core    *pay.Core

	// Authenticate checks the credential of a request.
	Authenticate func(ctx context.Context, in auth.Presented) (auth.Credential, error)
	// AuthenticateFirst refuses a bad credential before it is looked whether
	// there is anything at the address.
	AuthenticateFirst bool
	// Fault renders a failure. route is nil when none matched.
	Fault func(route *Route, problem *fault.Error) pay.Answer
	// FaultAs, unless nil, renders a failure in another form than Fault's for a
	// request that asks for it, and names that form's media type; "" leaves it to
	// Fault.
	FaultAs func(r *http.Request, route *Route, problem *fault.Error) (answer pay.Answer, mediaType string)
	// Idempotency says where a key is found; nil when the dialect has none.
	Idempotency *Idempotency
	// Browsers says which routes a page of another origin may call; none when nil.
	Browsers func(route Route) bool
	// BrowserHeaders are the request headers such a page may send.
	BrowserHeaders []string
	Unknown        UnknownFields
	// FoldPath has routes found whatever the case of their paths' letters. Path
	// values keep theirs.
	FoldPath bool

	Limiter Limiter // nil limits nobody
	// TellLimits has every answer to a known caller say what is left, in
	// X-RateLimit-Limit, -Remaining and -Reset (seconds until all is left again).
	// The Limiter has to be a Meter.
	TellLimits bool
	// ClientIP tells the address behind a request, through trusted proxies;
	// the peer's when nil.
	ClientIP func(*http.Request) string
	MaxBody  int64 // MaxBody when zero
	Log      *slog.Logger
}

// Idempotency is a dialect's policy for keys that callers send.
type Idempotency struct {
	Header string
	Keep   time.Duration // how long an answer is replayed
	// Check refuses a malformed key.
	Check func(key string) error
}
