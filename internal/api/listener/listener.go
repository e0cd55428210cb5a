// Package listener serves the two routes behind `tillway listen`: one opens a
// stream of webhooks to a developer's machine, the other acknowledges them one
// by one. They are Tillway's own and belong to no gateway, but are called with
// Pancake's API keys and answer failures in its envelope, so that they are
// mounted beside its routes under /v1.
//
// It decides who may listen to which store. What becomes of a delivery is the
// business of packages webhook and listen.
package listener

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

// The paths of the routes.
const (
	PathOpen = "/v1/listen"
	PathAck  = "/v1/listen/ack"
)

// Dialect is a gateway whose events can be listened to.
type Dialect struct {
	Name    string
	Current []string // what a listener gets that names no events
	Legal   []string // what it may name
	// Scheme signs, with a secret of the listener's own where it has such: the one
	// that Secret finds, where a store has one for all, else one that is drawn.
	Scheme webhook.Scheme
	Secret func(ctx context.Context, store pay.StoreID, env pay.Env) (id.Secret, error)
}

// Config is what the routes need. Limiter and Log may be nil.
type Config struct {
	Core *pay.Core
	Auth *auth.Auth
	// Endpoints is the webhook side of the transaction below pay's records.
	Endpoints func(pay.Records) webhook.Tx
	Hub       *listen.Hub
	Dialects  []Dialect // the first is meant when none is named
	// Fault renders a failure.
	Fault   func(route *api.Route, problem *fault.Error) pay.Answer
	Limiter api.Limiter
	Log     *slog.Logger
}

// routes holds what the handlers share.
type routes struct{ Config }

// New makes the handler of the routes.
func New(config Config) *api.Kernel {
	r := &routes{config}
	return api.New(api.Config{
		Dialect: "listen",
		Routes: []api.Route{
			{Method: http.MethodPost, Path: PathOpen, Accepts: []auth.Class{auth.KeyClass}, Layer: "store", Handle: r.open},
			{Method: http.MethodPost, Path: PathAck, Accepts: []auth.Class{auth.KeyClass}, Layer: "store", Handle: r.acknowledge},
		},
		Core: config.Core, Authenticate: config.Auth.Authenticate, Fault: config.Fault, Unknown: api.RefuseUnknown,
		Limiter: config.Limiter, Log: config.Log,
	})
}

// input is the command's.
type input struct {
	actor  pay.Actor
	listen webhook.ListenIn
}

// Validate judges the listener.
func (in input) Validate() error { return in.listen.Validate() }

// opened is the command's answer.
type opened struct {
	endpoint webhook.Endpoint
	store    pay.Store
}

// open makes or finds the listener and turns the request into its stream.
func (r *routes) open(ctx context.Context, call *api.Call) (pay.Answer, error) {
	in, err := r.toInput(ctx, call)
	if err != nil {
		return pay.Answer{}, err
	}
	out, err := pay.Run(ctx, r.Core, r.listen, in)
	if err != nil {
		return pay.Answer{}, err
	}
	events := make([]string, 0, len(out.endpoint.Events))
	for _, event := range out.endpoint.Events {
		events = append(events, string(event))
	}
	stream, err := r.Hub.Open(listen.Opening{
		Connection: call.IDs().Token(connectionBytes), Endpoint: out.endpoint.ID, Holder: holder(call.Credential), Peer: call.Remote(),
		Hello: listen.Hello{
			Name: out.endpoint.Description, StoreID: string(out.store.ID), StoreName: out.store.Name,
			Env: string(out.endpoint.Env), Dialect: string(out.endpoint.Dialect), Events: events,
			Secret: out.endpoint.Secret.Reveal(), SignedIn: out.endpoint.Scheme.Header(),
		},
		Standing: func(ctx context.Context) error { return r.standing(ctx, call.Credential, out.endpoint) },
	})
	if err != nil {
		return pay.Answer{}, err
	}
	call.Stream(func(w http.ResponseWriter) { stream.Serve(ctx, w) })
	return pay.Answer{}, nil
}

// holder is who may acknowledge: the merchant, with a key of the same
// environment.
func holder(credential auth.Credential) string {
	return credential.Holder() + "/" + string(credential.Actor.Env)
}

// connectionBytes is the size of a connection's name, in bytes of chance.
const connectionBytes = 16

// listen is the command behind open. Errors: pay.ErrStoreNotFound,
// pay.ErrNoStoreAccess, and those of webhook.Listen.
func (r *routes) listen(ctx context.Context, tx pay.Tx, in input) (opened, error) {
	// Two that connect at once would both count nine, or both insert.
	tx.LockMerchant(in.actor.Merchant)
	store, err := r.administered(tx.Records, in.actor, pay.StoreID(in.listen.Store))
	if err != nil {
		return opened{}, err
	}
	endpoint, err := webhook.Listen(ctx, r.Endpoints(tx.Records), in.listen)
	return opened{endpoint: endpoint, store: store}, err
}

func (r *routes) administered(records pay.Records, actor pay.Actor, id pay.StoreID) (pay.Store, error) {
	store, err := records.Store(id)
	if err != nil {
		return pay.Store{}, err
	}
	return store, pay.Permit(records, actor, id, pay.Admin)
}

// standing says whether an open stream may go on, and notes that the listener
// is in use.
func (r *routes) standing(ctx context.Context, credential auth.Credential, endpoint webhook.Endpoint) error {
	if err := r.Auth.Standing(ctx, credential); err != nil {
		return err
	}
	_, err := pay.Run(ctx, r.Core, func(_ context.Context, tx pay.Tx, at time.Time) (struct{}, error) {
		if _, err := r.administered(tx.Records, credential.Actor, pay.StoreID(endpoint.Store)); err != nil {
			return struct{}{}, err
		}
		rows := r.Endpoints(tx.Records)
		if _, err := rows.Endpoint(endpoint.ID); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, rows.TouchListener(endpoint.ID, at)
	}, r.Core.Now())
	return err
}
