package crash

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tillway/internal/api/pancake"
	"tillway/internal/egress"
	"tillway/internal/fanout"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/lease"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// engineVariable names the data directory of a child and makes the test binary
// that child: the parts of the server between a fact and its webhook, under a
// load that full checkouts and their buyers would not leave room for on two
// cores. receiverVariable is where its one endpoint is.
const (
	engineVariable   = "TILLWAY_TEST_ENGINE"
	receiverVariable = "TILLWAY_TEST_RECEIVER"
)

// eventsPerSecond is the load that the bar is set for (DESIGN §6).
const eventsPerSecond = 500

// committers bounds how many events are being committed at once.
const committers = 64

// engine is the child's life.
type engine struct {
	db         sqldb.DB
	core       *pay.Core
	ids        *id.Source
	dispatcher *webhook.Dispatcher
	shop       pay.StoreID
}

// runEngine commits events and delivers them until standard input ends, and
// then until nothing is pending. It prints an event's id when its commit is
// durable.
func runEngine(dir, receiver string) error {
	ctx := context.Background()
	e := &engine{ids: id.NewSource(time.Now, nil)}
	if err := e.open(ctx, dir, receiver); err != nil {
		return err
	}
	e.dispatcher.Start(ctx)
	ended := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); close(ended) }()
	if err := e.load(ctx, ended); err != nil {
		return err
	}
	return e.drain(ctx)
}

func (e *engine) open(ctx context.Context, dir, receiver string) (err error) {
	quiet := slog.New(slog.DiscardHandler)
	if e.db, err = sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: filepath.Join(dir, "tillway.db")}); err != nil {
		return err
	}
	if _, _, err := sqldb.Migrate(ctx, e.db, migrations.FS, quiet); err != nil {
		return err
	}
	keys, err := seal.NewKeyring(make([]byte, seal.MasterSize))
	if err != nil {
		return err
	}
	signing := store.NewSigningKeys(e.db, keys, time.Now)
	if err := signing.Load(ctx); err != nil {
		return err
	}
	webhooks := store.NewWebhooks(e.db, keys)
	e.dispatcher = webhook.New(webhook.Config{
		Store: webhooks, Signers: []webhook.Signer{webhook.PancakeSigner{}}, Keys: signing, Schedules: []webhook.Schedule{webhook.Pancake},
		Clients: map[webhook.Env]webhook.Client{
			webhook.Test: egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true})}),
		},
		Owner: lease.Owner(e.ids.UUID()), Alone: true, Log: quiet,
	})
	endpoints := func(r pay.Records) webhook.Tx { return webhooks.Tx(store.TxOf(r)) }
	e.core = pay.New(pay.Config{
		DB: store.New(e.db, keys), Now: time.Now, IDs: e.ids, Log: quiet,
		Fanout: fanout.New(fanout.Config{
			Dialects: []fanout.Dialect{{Codec: pancake.Codec{}, Scheme: pancake.Scheme, Schedule: webhook.Pancake.Name}},
			Tx:       endpoints, Owner: e.dispatcher.Owner(), Admit: func(born []webhook.Delivery) { e.dispatcher.Admit(born...) },
		}),
	})
	return e.openShop(ctx, endpoints, receiver)
}

// openShop makes the store and its endpoint in the first life and finds them
// in the later ones.
func (e *engine) openShop(ctx context.Context, endpoints func(pay.Records) webhook.Tx, receiver string) error {
	e.shop = "STO_0000000000000000000001"
	err := e.core.View(ctx, func(r pay.Records) error {
		_, err := r.Store(e.shop)
		return err
	})
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	_, err = pay.Run(ctx, e.core, func(ctx context.Context, tx pay.Tx, in pay.NewStore) (pay.Store, error) {
		made, err := pay.CreateStore(ctx, tx, in)
		if err != nil {
			return made, err
		}
		return made, endpoints(tx.Records).InsertEndpoint(webhook.Endpoint{
			ID: "0190c0de-0000-7000-8000-000000000001", Store: webhook.StoreID(e.shop), Env: webhook.Test, Dialect: pancake.Name, Channel: webhook.HTTP,
			URL: receiver, Events: []webhook.EventType{"order.completed"}, State: webhook.Active, CreatedAt: in.At, UpdatedAt: in.At,
		})
	}, pay.NewStore{ID: e.shop, Slug: "engine", Name: "Engine", Owner: "MER_0000000000000000000001", At: e.core.Now()})
	return err
}

// load commits events at the rate of the bar until ended.
func (e *engine) load(ctx context.Context, ended <-chan struct{}) error {
	tick := time.NewTicker(time.Second / eventsPerSecond)
	defer tick.Stop()
	var group sync.WaitGroup
	defer group.Wait()
	room := make(chan struct{}, committers)
	failed := make(chan error, committers)
	for {
		select {
		case <-ended:
			return nil
		case err := <-failed:
			return err
		case <-tick.C:
		}
		room <- struct{}{}
		group.Go(func() {
			defer func() { <-room }()
			if err := e.commit(ctx); err != nil {
				failed <- err
			}
		})
	}
}

// commit makes one event, with the snapshot of a sale, and says so when it is
// durable.
func (e *engine) commit(ctx context.Context) error {
	at := e.core.Now()
	total := money.New(2900, "USD")
	quote := pay.Quote{Subtotal: total, Tax: money.New(0, "USD"), Total: total, Rate: pay.TaxRate{Name: "None"}}
	payment := pay.PaymentID(e.ids.New("PAY"))
	event := pay.Event{
		ID: pay.EventID(e.ids.New("EVT")), Store: e.shop, Env: pay.Test, Type: pay.OrderDone, Key: string(payment), At: at,
		Sale: &pay.Sale{
			StoreName: "Engine", ProductName: "Field Guide", Metadata: "{}",
			Order:   pay.Order{ID: pay.OrderID(e.ids.New("ORD")), Status: pay.OrderCompleted, BuyerEmail: "b@example.test", Quote: quote, Metadata: "{}"},
			Payment: pay.Payment{ID: payment, Status: pay.PaymentSucceeded, Charged: total, PaidAt: at},
		},
	}
	_, err := pay.Run(ctx, e.core, func(_ context.Context, tx pay.Tx, event pay.Event) (pay.EventID, error) {
		return event.ID, tx.Emit(event)
	}, event)
	if err != nil {
		return err
	}
	_, err = fmt.Println(payment) // one write, whole or not at all
	return err
}

// drain delivers what is pending and stops.
func (e *engine) drain(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for pending := 1; pending > 0; <-tick.C {
		err := e.db.Read(limited, func(q sqldb.Querier) error {
			return q.QueryRow(`SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'pending'`).Scan(&pending)
		})
		if err != nil {
			return err
		}
	}
	e.core.Stop(ctx)
	return errors.Join(e.dispatcher.Stop(ctx), e.db.Close())
}
