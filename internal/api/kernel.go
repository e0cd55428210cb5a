package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"math"
	"net"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Kernel serves a dialect's routes.
type Kernel struct {
	config Config
	mux    *paths
}

// New makes the kernel of one dialect.
func New(config Config) *Kernel {
	if config.MaxBody == 0 {
		config.MaxBody = MaxBody
	}
	if config.Log == nil {
		config.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if config.ClientIP == nil {
		config.ClientIP = peer
	}
	k := &Kernel{config: config, mux: &paths{fold: config.FoldPath}}
	places := map[string]place{}
	for _, route := range slices.Concat(config.Routes, config.Unbuilt) {
		if places[route.Path] == nil {
			places[route.Path] = place{}
		}
		places[route.Path][route.Method] = route
	}
	for pattern, routes := range widened(places) {
		k.mux.Handle(pattern, k.at(routes))
	}
	k.mux.Handle("/", k.at(nil))
	return k
}

// Routes lists what the kernel serves.
func (k *Kernel) Routes() []Route { return k.config.Routes }

// ServeHTTP answers one request and logs it.
func (k *Kernel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if escaped := r.URL.EscapedPath(); path.Clean(escaped) != escaped {
		// The mux would answer an unclean path with a redirect that no caller
		// of a POST follows. What is escaped belongs to a segment and is none of
		// the path's own.
		k.at(nil).ServeHTTP(w, r)
		return
	}
	k.mux.ServeHTTP(w, r)
}

func (k *Kernel) at(routes place) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := k.config.Core.Now()
		exchange := &exchange{kernel: k, request: r, started: started, id: k.config.Core.IDs().UUID()}
		exchange.serve(w, routes)
	})
}

// exchange is one request and its answer.
type exchange struct {
	kernel     *Kernel
	request    *http.Request
	started    time.Time
	id         string
	route      *Route
	credential auth.Credential
	body       []byte
	problem    *fault.Error
	retryAfter time.Duration
	level      *Level // of the caller's bucket; nil when it is not told
	stream     func(http.ResponseWriter)
	beside     http.Header // what the handler says beside the answer
}

func (x *exchange) serve(w http.ResponseWriter, routes place) {
	header := w.Header()
	header.Set("X-Request-Id", x.id)
	if x.preflight(header, routes) {
		w.WriteHeader(http.StatusNoContent)
		x.log(pay.Answer{Status: http.StatusNoContent})
		return
	}
	answer, err := x.protected(w, routes)
	mediaType := "application/json"
	if err != nil {
		x.problem = x.faultOf(err)
		answer, mediaType = x.told()
	}
	if x.stream != nil && err == nil {
		x.log(pay.Answer{Status: http.StatusOK})
		header.Set("X-Content-Type-Options", "nosniff")
		x.stream(w)
		return
	}
	if x.route == nil && len(routes) > 0 {
		header.Set("Allow", strings.Join(routes.methods(), ", "))
	}
	x.tellLevel(header)
	if x.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int(math.Ceil(x.retryAfter.Seconds()))))
	}
	header.Set("Content-Type", mediaType)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if err == nil {
		maps.Copy(header, x.beside)
	}
	header.Set("Content-Length", strconv.Itoa(len(answer.Body)))
	w.WriteHeader(answer.Status)
	// The caller may be gone; what was done is committed and logged all the same.
	_, _ = w.Write(answer.Body)
	x.log(answer)
}

// faultOf tells a caller that went away from a failure of ours.
func (x *exchange) faultOf(err error) *fault.Error {
	if x.request.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return fault.New(fault.Unavailable, "caller_gone", "The request was given up by its caller").WithCause(err)
	}
	return fault.From(err)
}

// told renders the failure in the form that the request asks for.
func (x *exchange) told() (answer pay.Answer, mediaType string) {
	if as := x.kernel.config.FaultAs; as != nil {
		if answer, mediaType = as(x.request, x.route, x.problem); mediaType != "" {
			return answer, mediaType
		}
	}
	return x.kernel.config.Fault(x.route, x.problem), "application/json"
}

// handle takes the request through the stations in their order.
func (x *exchange) handle(w http.ResponseWriter, routes place) (pay.Answer, error) {
	ctx := x.request.Context()
	if x.kernel.config.AuthenticateFirst {
		if err := x.authenticate(ctx, w); err != nil {
			return pay.Answer{}, err
		}
	}
	route, err := x.match(routes)
	if err != nil {
		return pay.Answer{}, err
	}
	x.route = &route
	if !x.kernel.config.AuthenticateFirst {
		if err := x.authenticate(ctx, w); err != nil {
			return pay.Answer{}, err
		}
	}
	if !route.Admits(x.credential.Class) {
		return pay.Answer{}, fault.New(fault.Forbidden, "credential_not_accepted", "Access denied: this action does not accept this kind of credential")
	}
	if err := x.limit(); err != nil {
		return pay.Answer{}, err
	}
	if route.Handle == nil {
		return pay.Answer{}, errNotImplemented
	}
	key, err := x.key()
	if err != nil {
		return pay.Answer{}, err
	}
	call := &Call{
		Route: route, Credential: x.credential, Header: x.request.Header, Body: x.body, ClientIP: x.kernel.config.ClientIP(x.request),
		At: x.kernel.config.Core.Now(), Key: key, Core: x.kernel.config.Core, request: x.request, unknown: x.kernel.config.Unknown,
	}
	answer, err := route.Handle(ctx, call)
	x.stream, x.beside = call.stream, call.beside
	return answer, err
}

func (x *exchange) match(routes place) (Route, error) {
	if len(routes) == 0 {
		return Route{}, fault.New(fault.NotFound, "no_such_route", "There is nothing at this address").
			WithHint("Check the path of the request against the API reference")
	}
	route, ok := routes[x.request.Method]
	if !ok {
		return Route{}, fault.New(fault.Invalid, "method_not_allowed",
			"Method not allowed: use "+strings.Join(routes.methods(), " or "))
	}
	bind(x.request, route.Path)
	if route.Handle == nil && len(route.Accepts) == 0 {
		x.route = &route // whose layer the answer has
		return Route{}, errNotImplemented
	}
	return route, nil
}

// errNotImplemented is the answer of an action that is not built.
var errNotImplemented = fault.New(fault.NotImplemented, "not_implemented", "Not implemented").
	WithHint("This version of the server does not have the action yet; its API reference lists what it has")

// read takes the whole body, since signatures cover its bytes.
func (x *exchange) read(w http.ResponseWriter) (err error) {
	most := x.kernel.config.MaxBody
	x.body, err = io.ReadAll(http.MaxBytesReader(w, x.request.Body, most))
	if tooLong, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.Invalid, "body_too_large",
			"The request body must not exceed "+strconv.FormatInt(tooLong.Limit, 10)+" bytes")
	}
	if err != nil {
		return fault.New(fault.Invalid, "body_incomplete", "The request body could not be read").WithCause(err)
	}
	return nil
}

// authenticate reads the request, which may be signed, and checks its credential.
func (x *exchange) authenticate(ctx context.Context, w http.ResponseWriter) (err error) {
	if err := x.read(w); err != nil {
		return err
	}
	x.credential, err = x.kernel.config.Authenticate(ctx, auth.Presented{
		Method: x.request.Method, Path: x.request.URL.Path, Header: x.request.Header, Body: x.body,
	})
	return err
}

func (x *exchange) limit() error {
	if x.kernel.config.Limiter == nil {
		return nil
	}
	wait, ok := x.kernel.config.Limiter.Allow(x.subject(), x.started)
	if meter, can := x.kernel.config.Limiter.(Meter); can && x.kernel.config.TellLimits {
		level := meter.Level(x.subject(), x.started)
		x.level = &level
	}
	if ok {
		return nil
	}
	x.retryAfter = wait
	return fault.New(fault.Limited, "rate_limited", "Too many requests").
		WithHint("Wait for the seconds that Retry-After names, then repeat the request")
}

// tellLevel says how many calls are left, where the dialect does.
func (x *exchange) tellLevel(header http.Header) {
	if x.level == nil {
		return
	}
	header.Set("X-RateLimit-Limit", strconv.Itoa(x.level.Most))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(x.level.Left))
	header.Set("X-RateLimit-Reset", strconv.Itoa(int(math.Ceil(x.level.Full.Seconds()))))
}

// subject is whom a limit counts.
func (x *exchange) subject() string {
	if x.credential.Class == auth.StoreKeyClass {
		return "key/" + string(x.credential.StoreKey)
	}
	if x.credential.Class == auth.VisitorClass {
		return x.credential.Holder() + "/" + networkOf(x.kernel.config.ClientIP(x.request))
	}
	return x.holder()
}

// holder tells callers apart. All visitors of a store present the same slug,
// so their address is part of it.
func (x *exchange) holder() string {
	holder := x.credential.Holder()
	if x.credential.Class == auth.VisitorClass {
		holder += "/" + x.kernel.config.ClientIP(x.request)
	}
	return holder
}

// key reads the caller's idempotency key. It belongs to one dialect, holder
// and environment.
func (x *exchange) key() (*pay.Key, error) {
	policy := x.kernel.config.Idempotency
	if policy == nil {
		return nil, nil
	}
	values := x.request.Header.Values(policy.Header)
	if len(values) == 0 {
		return nil, nil
	}
	if err := policy.Check(strings.Join(values, ",")); err != nil {
		return nil, err
	}
	if x.route.Forgetful {
		return nil, nil
	}
	scope := x.kernel.config.Dialect + "/" + string(x.credential.Actor.Env) + "/" + x.holder()
	return &pay.Key{Scope: scope, Value: values[0], Keep: policy.Keep}, nil
}

func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
