// Package app builds every part of Tillway from its configuration, starts them
// in order and stops them in the reverse. New is read from top to bottom; it is
// the only place that knows all parts, and they do not know it.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tillway/internal/api"
	"tillway/internal/api/listener"
	"tillway/internal/api/pancake"
	"tillway/internal/auth"
	"tillway/internal/config"
	"tillway/internal/connector"
	"tillway/internal/connector/manual"
	"tillway/internal/connector/simulator"
	"tillway/internal/egress"
	"tillway/internal/fanout"
	"tillway/internal/id"
	"tillway/internal/job"
	"tillway/internal/lease"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/telemetry"
	"tillway/internal/web/checkout"
	"tillway/internal/web/docs"
	"tillway/internal/web/ui"
	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

// Config is what an App is made of.
type Config struct {
	config.Config
	Log   *slog.Logger    // discarded when nil
	Times ConnectionTimes // of every client; sensible ones when zero
}

// App is a server: built by New, running from Start to Stop.
type App struct {
	config   Config
	log      *slog.Logger
	url      string
	listener net.Listener
	socket   net.Listener // nil on PostgreSQL
	aside    net.Listener // of --admin-listen; nil without
	tls      *certificate // nil without
	trusted  proxies
	metrics  *telemetry.Metrics

	data       *data
	core       *pay.Core
	auth       *auth.Auth
	timers     store.Timers
	owner      lease.Owner
	outward    map[pay.Env]*egress.Client
	dispatcher *webhook.Dispatcher
	listeners  *listen.Hub
	jobs       *job.Runner
	operator   *operator.Service
	server     *http.Server
	commands   *http.Server // on the socket
	admin      *http.Server // on --admin-listen

	started  atomic.Bool
	draining atomic.Bool
	drained  <-chan struct{} // ends the drain delay early; nil outside of tests
	serving  sync.WaitGroup
	failed   chan error
	stop     sync.Once
	stopped  error
}

// New opens the data and the listening address and builds every part. Nothing
// runs until Start; Stop releases everything in any case. Errors are faults
// that say the remedy.
func New(ctx context.Context, cfg Config) (app *App, err error) {
	a := &App{config: cfg, log: cfg.Log, failed: make(chan error, 3), metrics: telemetry.NewMetrics()}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	defer func() {
		if err != nil {
			app, err = nil, errors.Join(err, a.release())
		}
	}()

	// The address is taken first: it is the cheapest thing to fail, and its
	// port is part of every link that is made.
	if err := a.listen(ctx); err != nil {
		return nil, err
	}
	if a.data, err = (&data{committed: a.metrics.Committed}).open(ctx, cfg.Data, a.log); err != nil {
		return nil, err
	}
	if err := a.listenForCommands(ctx); err != nil {
		return nil, err
	}

	// Clock, identifiers, rows.
	ids := id.NewSource(time.Now, nil)
	a.owner = lease.Owner(ids.UUID())
	rows := store.New(a.data.main, a.data.keys)
	webhooks := store.NewWebhooks(a.data.main, a.data.keys)
	a.timers = store.NewTimers(a.data.main)
	signing := store.NewSigningKeys(a.data.main, a.data.keys, time.Now)
	if err := signing.Load(ctx); err != nil {
		return nil, err
	}
	secrets := store.NewEndpointKeys(a.data.main, a.data.keys, time.Now)
	signedBy, err := signers(cfg.Signing)
	if err != nil {
		return nil, err
	}
	endpoints := func(r pay.Records) webhook.Tx {
		return webhook.Watched(webhooks.Tx(store.TxOf(r)), r, watcher{Dispatcher: a.dispatcher, secrets: secrets})
	}

	// Delivery: policies, dispatcher, and the bridge that feeds it.
	if len(cfg.EgressAllow) > 0 {
		a.log.Warn("private addresses may receive webhooks", "egress_allow", cfg.EgressAllow)
	}
	if a.outward, err = newEgress(ctx, Rules{Dev: cfg.Dev, Egress: cfg.Egress}, a.own(ctx)); err != nil {
		return nil, err
	}
	a.listeners = listen.New(listen.Config{Opened: func(e webhook.EndpointID) { a.dispatcher.Listening(e) }, Log: a.log})
	a.dispatcher = webhook.New(webhook.Config{
		Store: webhooks, Listeners: a.listeners,
		Clients: map[webhook.Env]webhook.Client{webhook.Test: a.outward[pay.Test], webhook.Prod: a.outward[pay.Prod]},
		Signers: signedBy, Keys: keysByScheme(signing, secrets), Schedules: webhook.Schedules(), Verdicts: verdicts(), Fills: fills(),
		Owner: a.owner, Alone: a.alone(), Log: a.log, Observe: a.observe,
	})
	on := ground{publicURL: a.url, endpoints: endpoints, credentials: store.NewAuth(a.data.main, a.data.keys)}
	spoken := dialects(on)
	bridge := fanout.New(fanout.Config{
		Dialects: codecs(spoken), Formats: formats(), Tx: endpoints,
		Admit: func(born []webhook.Delivery) { a.dispatcher.Admit(born...) },
		Owner: a.owner, Log: a.log, Horizon: a.logHorizon,
	})
	recoverer := fanout.NewRecoverer(fanout.RecoveryConfig{
		DB: rows, Fanout: bridge, Wake: a.dispatcher.Wake, Now: time.Now, Log: a.log,
	})

	// Payments.
	play := simulator.New(simulator.Config{DB: a.data.book, Timing: cfg.simulatorTiming()})
	byHand := manual.New(manual.Config{DB: a.data.main, Now: time.Now, IDs: ids, Log: a.log})
	a.core = pay.New(pay.Config{
		DB: rows, Fanout: bridge, Connectors: []connector.Connector{a.counted(play), a.counted(byHand)},
		Followers: followers(spoken), Settings: settings(spoken), Now: time.Now, IDs: ids, Log: a.log,
	})
	a.jobs = job.New(job.Config{
		Store: a.timers, Owner: a.owner, Log: a.log,
		Handlers: map[job.Kind]job.Handler{
			job.Kind(pay.TimerInquiry): func(ctx context.Context, t job.Timer) error {
				return a.core.Inquire(ctx, pay.AttemptID(t.Subject), t.Tries)
			},
			job.Kind(pay.TimerRefund): func(ctx context.Context, t job.Timer) error {
				return a.core.ExecuteRefund(ctx, pay.RefundID(t.Subject), t.Tries)
			},
			job.Kind(pay.TimerExpiry): func(ctx context.Context, t job.Timer) error {
				return a.core.Expire(ctx, pay.SessionID(t.Subject), t.Tries)
			},
			job.Kind(webhook.RecoveryTimer): func(ctx context.Context, t job.Timer) error {
				return recoverer.Run(ctx, webhook.RecoveryID(t.Subject))
			},
			store.SweepTimer:     func(ctx context.Context, _ job.Timer) error { return a.sweep(ctx) },
			store.RetentionTimer: func(ctx context.Context, _ job.Timer) error { return a.trimLog(ctx) },
		},
	})
	if a.auth, err = auth.New(auth.Config{Store: on.credentials, Core: a.core, Log: a.log}); err != nil {
		return nil, err
	}

	// What the outside sees.
	a.operator = operator.New(operator.Config{
		Core: a.core, Auth: a.auth, PublicKey: signing.PublicPEM, Desk: desk, WebhookLog: store.NewWebhookLog(a.data.main),
		Signing: signing, Endpoints: endpoints, StoreSecretChanged: secrets.ForgetAll, Reach: reach(a.outward),
		SignatureHeaders: cfg.signatureHeaders(), SignsTogether: signsTogether(signedBy), Dialects: tellable(spoken), Links: newLinks(on),
		Recovery: operator.RecoveryConfig{
			Log: webhooks, Trigger: bridge.Trigger, SendNow: a.dispatcher.SendNow, WakeTimers: a.jobs.Wake,
		},
	})
	pages, err := ui.New()
	if err != nil {
		return nil, err
	}
	hosted, err := checkout.New(checkout.Config{
		Core: a.core, Tokens: a.auth, UI: pages, PublicURL: a.url, TestCards: testCards(), Log: a.log, Secure: a.secure(),
		// A family behind one address may open a dozen at once, and one every five seconds.
		Openings: api.NewBuckets(api.BucketsConfig{PerSecond: 0.2, Burst: 12}),
		Doors:    doors(spoken), Sandbox: checkout.Sandbox{Approve: simulator.Token(simulator.Success), Decline: simulator.Token(simulator.GenericDecline)},
	})
	if err != nil {
		return nil, err
	}
	reference, err := docs.New(docs.Config{
		UI: pages, PublicURL: a.url, TestCards: referenceCards(), Log: a.log,
		Dialects: described(spoken),
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	limiter := a.limiter()
	listening := listener.New(listener.Config{
		Core: a.core, Auth: a.auth, Endpoints: endpoints, Hub: a.listeners,
		Dialects: listenable(spoken), Fault: pancake.Failure, Limiter: limiter, Log: a.log,
	})
	mux.Handle(listener.PathOpen, listening)
	mux.Handle(listener.PathAck, listening)
	for _, d := range spoken {
		err := d.serve(mux, service{
			App: a, ground: on, limiter: limiter, trigger: bridge.Trigger, hosted: hosted,
		})
		if err != nil {
			return nil, err
		}
	}
	hosted.Routes(mux)
	reference.Routes(mux)
	pages.Routes(mux)
	a.routes(mux)
	mux.Handle("GET "+jwksPath, jwks{published: signing.Published, now: time.Now})
	served := front(mux, roots(spoken))
	for _, d := range spoken {
		if d.serveToo == nil {
			continue
		}
		if err := d.serveToo(mux, served, func(root string) bool { return occupied(mux, roots(spoken), root) }, cfg); err != nil {
			return nil, err
		}
	}
	a.server = a.newServer(a.trusted.resolve(a.metrics.Count(a.recovered(served)), strings.HasPrefix(cfg.PublicURL, "https://")))
	a.admin = a.newServer(a.adminHandler())
	a.commands = a.newQuietServer(a.recovered(a.commandHandler()))
	return a, nil
}

// targets is the policy for the addresses of webhooks.
func (a *App) targets(env pay.Env) webhook.URLPolicy { return a.outward[env].Policy() }

// URL is the address under which buyers and merchants reach the server.
func (a *App) URL() string { return a.url }

// Addr is the address it listens on.
func (a *App) Addr() string { return a.listener.Addr().String() }

// AdminAddr is the address of --admin-listen, "" without one.
func (a *App) AdminAddr() string {
	if a.aside == nil {
		return ""
	}
	return a.aside.Addr().String()
}

// Operator does the operator's work in this process.
func (a *App) Operator() operator.Operator { return a.operator }

// Failed tells of a listener that broke while the server ran. The process
// should stop then.
func (a *App) Failed() <-chan error { return a.failed }

// alone reports whether no other process works on the data.
func (a *App) alone() bool { return !a.config.Postgres() }

// watcher has what is known of an endpoint forgotten when it is changed.
type watcher struct {
	*webhook.Dispatcher
	secrets *store.EndpointKeys
}

// Changed forgets.
func (w watcher) Changed(id webhook.EndpointID, version webhook.Version) {
	w.secrets.Forget(id)
	w.Dispatcher.Changed(id, version)
}
