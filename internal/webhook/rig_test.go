package webhook_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tillway/internal/egress"
	"tillway/internal/lease"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

func TestMain(m *testing.M) {
	if os.Getenv(webhook.SinkVariable) != "" {
		runSink()
		return
	}
	goleak.VerifyTestMain(m)
}

// rig is a dispatcher on a real database and real sockets.
type rig struct {
	*webhook.Dispatcher
	t        testing.TB
	db       sqldb.DB
	keys     *seal.Keyring
	webhooks *store.Webhooks
	config   webhook.Config
	logged   *syncBuffer
	number   int
}

// pancakeKey is shared: making one takes a while.
var pancakeKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// fixedKeys is a KeySource of one key for each scheme.
type fixedKeys map[webhook.Scheme]webhook.Key

func (f fixedKeys) Keys(_ context.Context, ref webhook.KeyRef) ([]webhook.Key, error) {
	key, known := f[ref.Scheme]
	if !known {
		return nil, fmt.Errorf("no key for %s", ref.Scheme)
	}
	return []webhook.Key{key}, nil
}

// patient is a schedule whose retries no test waits for.
var patient = webhook.Schedule{Name: "patient", Delays: []time.Duration{time.Hour}, TimeLimit: 30 * time.Second}

// newRig makes a dispatcher that is not yet running.
func newRig(t testing.TB, change func(*webhook.Config)) *rig {
	t.Helper()
	keys, err := seal.NewKeyring(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, db: sqldbtest.OpenSQLite(t, migrations.FS), keys: keys, logged: new(syncBuffer)}
	r.webhooks = store.NewWebhooks(r.db, keys)
	client := egress.NewClient(egress.ClientConfig{Policy: egress.NewPolicy(egress.Config{AllowHTTPLoopback: true})})
	r.config = webhook.Config{
		Store:   r.webhooks,
		Clients: map[webhook.Env]webhook.Client{webhook.Test: client},
		Signers: []webhook.Signer{webhook.PancakeSigner{}, webhook.StandardSigner{}},
		Keys: fixedKeys{
			webhook.PancakeScheme:  webhook.RSAKey(pancakeKey()),
			webhook.StandardScheme: webhook.HMACKey([]byte("0123456789abcdef01234567")),
		},
		Schedules: []webhook.Schedule{webhook.Pancake, webhook.Once, patient},
		Owner:     "this-node",
		Alone:     true,
		Log:       slog.New(slog.NewJSONHandler(r.logged, nil)),
	}
	if change != nil {
		change(&r.config)
	}
	r.Dispatcher = webhook.New(r.config)
	t.Cleanup(func() {
		stopping, cancel := context.WithCancel(context.Background())
		cancel() // what still hangs is broken off
		_ = r.Stop(stopping)
		client.Close()
	})
	return r
}

// startRig makes a running dispatcher.
func startRig(t testing.TB, change func(*webhook.Config)) *rig {
	t.Helper()
	r := newRig(t, change)
	r.Start(t.Context())
	return r
}

// mustEndpoint saves an endpoint of its own for the URL.
func (r *rig) mustEndpoint(url string) webhook.Endpoint {
	r.t.Helper()
	r.number++
	endpoint := webhook.Endpoint{
		ID: webhook.EndpointID(fmt.Sprintf("endpoint-%d", r.number)), Store: "STO_1", Env: webhook.Test, Dialect: "pancake",
		Channel: webhook.HTTP, URL: url, Events: []webhook.EventType{"order.completed"}, State: webhook.Active,
		CreatedAt: time.Now(), UpdatedAt: time.Now(),
	}
	r.mustWrite(func(tx webhook.Tx) error { return tx.InsertEndpoint(endpoint) })
	return endpoint
}

// birth describes a delivery to the endpoint, signed by HMAC.
func (r *rig) birth(endpoint webhook.Endpoint) webhook.Birth {
	r.number++
	id := fmt.Sprintf("0190c0de-0000-7000-8000-%012d", r.number)
	return webhook.Birth{
		ID: webhook.DeliveryID(id), Endpoint: endpoint, EventID: "event-" + id, EventType: "order.completed",
		EventKey: "PAY_" + id, Headers: []webhook.Header{
			{Name: "Content-Type", Value: "application/json"}, {Name: "X-Waffo-Event", Value: "order.completed"},
		},
		Body: []byte(`{"id":"` + id + `","eventType":"order.completed"}`), Scheme: webhook.StandardScheme,
		Schedule: patient.Name, Owner: r.config.Owner, Now: time.Now(),
	}
}

// mustInsert commits deliveries without handing them over.
func (r *rig) mustInsert(deliveries ...webhook.Delivery) {
	r.t.Helper()
	r.mustWrite(func(tx webhook.Tx) error {
		for _, delivery := range deliveries {
			if _, err := tx.InsertDelivery(delivery); err != nil {
				return err
			}
		}
		return nil
	})
}

// mustSend commits count deliveries to the endpoint and hands them over.
func (r *rig) mustSend(endpoint webhook.Endpoint, count int) []webhook.Delivery {
	r.t.Helper()
	deliveries := make([]webhook.Delivery, count)
	for i := range deliveries {
		deliveries[i] = r.birth(endpoint).Delivery()
	}
	r.mustInsert(deliveries...)
	r.Admit(deliveries...)
	return deliveries
}

// due turns a born delivery into one that waits in the table for anybody.
func due(delivery webhook.Delivery) webhook.Delivery {
	delivery.Owner, delivery.WakeAt = "", time.Now().Add(-time.Second)
	return delivery
}

// leased turns a born delivery into one of the given owner's, until then.
func leased(delivery webhook.Delivery, owner lease.Owner, until time.Time) webhook.Delivery {
	delivery.Owner, delivery.WakeAt = owner, until
	return delivery
}

// write runs a transaction of this node, as app does.
func (r *rig) write(fn func(tx webhook.Tx) error) error {
	return r.db.Write(r.t.Context(), func(tx sqldb.Tx) error {
		return fn(webhook.Watched(r.webhooks.Tx(tx), tx, r))
	})
}

// mustWriteElsewhere runs a transaction of another node.
func (r *rig) mustWriteElsewhere(fn func(tx webhook.Tx) error) {
	r.t.Helper()
	if err := r.db.Write(r.t.Context(), func(tx sqldb.Tx) error { return fn(r.webhooks.Tx(tx)) }); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) mustWrite(fn func(tx webhook.Tx) error) {
	r.t.Helper()
	if err := r.write(fn); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) mustRead(id webhook.DeliveryID) webhook.Delivery {
	r.t.Helper()
	delivery, err := r.webhooks.Delivery(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return delivery
}

func (r *rig) mustAttempts(id webhook.DeliveryID) []webhook.Attempt {
	r.t.Helper()
	attempts, err := r.webhooks.Attempts(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return attempts
}

// mustStop stops the dispatcher with all the time it wants, so that every
// outcome is in the database after.
func (r *rig) mustStop() {
	r.t.Helper()
	if err := r.Stop(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

// syncBuffer is a log that several goroutines write.
type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(line)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
