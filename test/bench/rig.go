package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"tillway/internal/egress"
	"tillway/internal/id"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// openScratch opens a new SQLite database on the disk of the working
// directory, because a temporary file system in memory would flatter commits.
func openScratch(ctx context.Context, schema fs.FS) (sqldb.DB, func(), error) {
	dir, err := os.MkdirTemp(".", ".bench-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { _ = os.RemoveAll(dir) }
	db, err := sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: filepath.Join(dir, "bench.db")})
	if err != nil {
		remove()
		return nil, nil, err
	}
	clean := func() { _ = db.Close(); remove() }
	if schema == nil {
		return db, clean, nil
	}
	if _, _, err := sqldb.Migrate(ctx, db, schema, slog.New(slog.DiscardHandler)); err != nil {
		clean()
		return nil, nil, err
	}
	return db, clean, nil
}

// rig is the delivery engine on the real store, without the rest of the house.
type rig struct {
	db         sqldb.DB
	keys       *seal.Keyring
	webhooks   *store.Webhooks
	dispatcher *webhook.Dispatcher
	ids        *id.Source
	clean      func()
	scheme     webhook.Scheme
	next       int64 // number of the next delivery
}

func newRig(ctx context.Context, scheme webhook.Scheme) (*rig, error) {
	db, clean, err := openScratch(ctx, migrations.FS)
	if err != nil {
		return nil, err
	}
	keyring, err := seal.NewKeyring(make([]byte, seal.MasterSize))
	if err != nil {
		clean()
		return nil, err
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		clean()
		return nil, err
	}
	r := &rig{db: db, keys: keyring, webhooks: store.NewWebhooks(db, keyring), ids: id.NewSource(time.Now, rand.Reader), clean: clean, scheme: scheme}
	client := egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true})})
	r.dispatcher = webhook.New(webhook.Config{
		Store: r.webhooks, Clients: map[webhook.Env]webhook.Client{webhook.Test: client},
		Signers: []webhook.Signer{webhook.PancakeSigner{}, webhook.StandardSigner{}}, Keys: fixedKeys{private},
		Schedules: []webhook.Schedule{webhook.Pancake}, Owner: "bench", Alone: true, Log: slog.New(slog.DiscardHandler),
	})
	return r, nil
}

func (r *rig) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = r.dispatcher.Stop(ctx)
	r.clean()
}

// fixedKeys is a KeySource of one key per scheme.
type fixedKeys struct{ private *rsa.PrivateKey }

func (k fixedKeys) Keys(_ context.Context, ref webhook.KeyRef) ([]webhook.Key, error) {
	if ref.Scheme == webhook.PancakeScheme {
		return []webhook.Key{webhook.RSAKey(k.private)}, nil
	}
	return []webhook.Key{webhook.HMACKey([]byte("0123456789abcdef0123456789abcdef"))}, nil
}

// addEndpoints makes n endpoints at one URL.
func (r *rig) addEndpoints(ctx context.Context, n int, url string) ([]webhook.Endpoint, error) {
	made := make([]webhook.Endpoint, n)
	for i := range made {
		made[i] = webhook.Endpoint{
			ID: webhook.EndpointID(r.ids.UUID()), Store: webhook.StoreID(fmt.Sprint("store-", i)), Env: webhook.Test,
			Dialect: "pancake", Channel: webhook.HTTP, URL: url, State: webhook.Active, CreatedAt: time.Now(), UpdatedAt: time.Now(),
		}
	}
	return made, r.insert(ctx, made...)
}

func (r *rig) insert(ctx context.Context, endpoints ...webhook.Endpoint) error {
	return r.db.Write(ctx, func(sql sqldb.Tx) error {
		tx := r.webhooks.Tx(sql)
		for _, endpoint := range endpoints {
			if err := tx.InsertEndpoint(endpoint); err != nil {
				return err
			}
		}
		return nil
	})
}

// delivery makes the next numbered delivery to an endpoint, born leased to the
// dispatcher as fanout's are.
func (r *rig) delivery(endpoint webhook.Endpoint) (webhook.Delivery, int64) {
	number := r.next
	r.next++
	return webhook.Birth{
		ID: webhook.DeliveryID(r.ids.UUID()), Endpoint: endpoint, EventID: "EVT_" + strconv.FormatInt(number, 10),
		EventType: "order.completed", EventKey: strconv.FormatInt(number, 10), Body: payload, Scheme: r.scheme, Schedule: webhook.Pancake.Name,
		Headers: []webhook.Header{{Name: "Content-Type", Value: "application/json"}, {Name: numberHeader, Value: strconv.FormatInt(number, 10)}},
		Owner:   r.dispatcher.Owner(), Now: time.Now(),
	}.Delivery(), number
}

// backlog inserts deliveries that are due and that nobody holds.
func (r *rig) backlog(ctx context.Context, endpoints []webhook.Endpoint, each int) error {
	return r.backlogAt(ctx, endpoints, each, time.Now().Add(-time.Second))
}

// backlogAt inserts deliveries that nobody holds and that are due then.
func (r *rig) backlogAt(ctx context.Context, endpoints []webhook.Endpoint, each int, due time.Time) error {
	const chunk = 500
	var waiting []webhook.Delivery
	flush := func() error {
		err := r.db.Write(ctx, func(sql sqldb.Tx) error {
			tx := r.webhooks.Tx(sql)
			for _, d := range waiting {
				if _, err := tx.InsertDelivery(d); err != nil {
					return err
				}
			}
			return nil
		})
		waiting = waiting[:0]
		return err
	}
	for range each {
		for _, endpoint := range endpoints {
			d, _ := r.delivery(endpoint)
			d.Owner, d.WakeAt = "", due
			if waiting = append(waiting, d); len(waiting) == chunk {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

// commit inserts one delivery in a transaction of its own, hands it over after
// the commit as fanout does, and returns its number and when it was durable.
func (r *rig) commit(ctx context.Context, endpoint webhook.Endpoint) (number int64, at time.Time, err error) {
	d, number := r.delivery(endpoint)
	err = r.db.Write(ctx, func(sql sqldb.Tx) error {
		sql.OnCommit(func() {
			at = time.Now()
			r.dispatcher.Admit(d)
		})
		_, err := r.webhooks.Tx(sql).InsertDelivery(d)
		return err
	})
	return number, at, err
}
