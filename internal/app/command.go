package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"tillway/internal/auth"
	"tillway/internal/config"
	"tillway/internal/connector/manual"
	"tillway/internal/egress"
	"tillway/internal/fanout"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// OpenOperator finds who does the operator's work on the data: the server that
// holds the directory, through its socket, or else this process, which then
// holds the data until close. On PostgreSQL it is always this process. Data that
// is not there is made.
// Errors: those of opening the data.
func OpenOperator(ctx context.Context, where config.Data, log *slog.Logger) (o operator.Operator, closeIt func() error, err error) {
	return openOperator(ctx, where, Rules{}, openData, log)
}

// OpenOperatorUnder is OpenOperator for data that has to be there, and for work
// that depends on how webhooks go out: when this process does it, by these
// rules; a running server has its own.
// Errors: NotFound "no_data", and those of opening the data.
func OpenOperatorUnder(ctx context.Context, where config.Data, rules Rules, log *slog.Logger) (o operator.Operator, closeIt func() error, err error) {
	return openOperator(ctx, where, rules, openExisting, log)
}

// opener opens the data, or refuses to.
type opener func(context.Context, config.Data, *slog.Logger) (*data, error)

func openOperator(ctx context.Context, where config.Data, rules Rules, open opener, log *slog.Logger) (o operator.Operator, closeIt func() error, err error) {
	if !where.Postgres() {
		if conn, err := dialSocket(ctx, where.Dir); err == nil {
			client := operator.NewClient(func(ctx context.Context) (net.Conn, error) { return dialSocket(ctx, where.Dir) })
			return client, func() error { return nil }, conn.Close() // it only showed that somebody answers
		}
	}
	d, err := open(ctx, where, log)
	if err != nil {
		if fault.CodeOf(err) == codeDataInUse {
			err = fault.From(err).WithHint("It does not answer on its socket: wait until it has started, or see its log")
		}
		return nil, nil, err
	}
	service, stop, err := newOperator(ctx, d, where, rules, log)
	if err != nil {
		return nil, nil, errors.Join(err, d.close())
	}
	return service, func() error { stop(); return d.close() }, nil
}

// newOperator builds the parts that the operator's work needs, and no more: no
// event follows from it, no provider is asked and nothing is delivered. What
// becomes due by it waits for a server.
func newOperator(ctx context.Context, d *data, where config.Data, rules Rules, log *slog.Logger) (*operator.Service, func(), error) {
	signing := store.NewSigningKeys(d.main, d.keys, time.Now)
	if err := signing.Load(ctx); err != nil {
		return nil, nil, err
	}
	webhooks := store.NewWebhooks(d.main, d.keys)
	endpoints := func(r pay.Records) webhook.Tx { return webhooks.Tx(store.TxOf(r)) }
	on := ground{endpoints: endpoints, credentials: store.NewAuth(d.main, d.keys)}
	spoken := dialects(on)
	bridge := fanout.New(fanout.Config{
		Dialects: codecs(spoken), Formats: formats(), Tx: endpoints, Log: log,
		Admit: func([]webhook.Delivery) {}, // they are born due, and wait for whoever claims them
	})
	core := pay.New(pay.Config{
		DB: store.New(d.main, d.keys), Fanout: bridge, Followers: followers(spoken), Settings: settings(spoken),
		Now: time.Now, IDs: id.NewSource(time.Now, nil), Log: log,
	})
	keys, err := auth.New(auth.Config{Store: on.credentials, Core: core, Log: log})
	if err != nil {
		return nil, nil, err
	}
	var database self
	database.addDatabase(ctx, where)
	outward, err := newEgress(ctx, rules, database)
	if err != nil {
		keys.Stop()
		core.Stop(ctx)
		return nil, nil, err
	}
	signedBy, err := signers(rules.Signing)
	if err != nil {
		keys.Stop()
		core.Stop(ctx)
		return nil, nil, err
	}
	service := operator.New(operator.Config{
		Core: core, Auth: keys, PublicKey: signing.PublicPEM, Desk: desk, WebhookLog: store.NewWebhookLog(d.main),
		Signing: signing, Endpoints: endpoints, Reach: reach(outward), SignsTogether: signsTogether(signedBy),
		Dialects: tellable(spoken), Links: newLinks(on),
		Recovery: operator.RecoveryConfig{
			Log: webhooks, Trigger: bridge.Trigger,
			SendNow: func(webhook.Delivery) {}, WakeTimers: func() {},
			Idle: d.dir != nil, // of a database there may be servers elsewhere
		},
	})
	return service, func() { keys.Stop(); core.Stop(ctx) }, nil
}

// reach is how far the operator's checks see: as far as webhooks do.
func reach(outward map[pay.Env]*egress.Client) func(pay.Env) operator.Reach {
	return func(env pay.Env) operator.Reach { return outward[env] }
}

// desk is where payments by hand are decided, in the transaction of the records.
func desk(r pay.Records) manual.Desk { return manual.NewDesk(store.TxOf(r)) }
