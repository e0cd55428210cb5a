package cli_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/store"
	"tillway/internal/webhook/webhooktest"
)

// mailbox keeps the webhooks that a verifier received, each in a file.
type mailbox struct {
	key *rsa.PublicKey
	dir string

	mu      sync.Mutex
	seen    map[string]bool // by the id of the delivery: one may come again
	count   map[string]int  // by the event
	forged  error           // the first that did not verify
	changed chan struct{}   // closed when something came
}

// mailboxes are those of the running scripts, by their folder.
var mailboxes sync.Map

// receivedWithin is how long a script waits for a webhook.
const receivedWithin = time.Minute

// verifier is a merchant's server that verifies every webhook of the test
// environment and keeps its body in DIR/EVENT-NUMBER.
func verifier(ts *testscript.TestScript, _ bool, args []string) {
	var made operator.SetupOut
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &made))
	block, _ := pem.Decode([]byte(made.Pancake.Test.WebhookPublicKey))
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	ts.Check(err)
	box := &mailbox{
		key: parsed.(*rsa.PublicKey), dir: ts.MkAbs(args[1]), seen: map[string]bool{}, count: map[string]int{}, changed: make(chan struct{}),
	}
	ts.Check(os.Mkdir(box.dir, 0o700))
	server := httptest.NewServer(box)
	ts.Defer(server.Close)
	mailboxes.Store(box.dir, box)
	key, err := pancakeclient.ParseKey(made.Pancake.Test.PrivateKey)
	ts.Check(err)
	client := pancakeclient.Client{BaseURL: ts.Getenv("URL"), MerchantID: string(made.MerchantID), Key: key}
	ts.Check(client.Call(context.Background(), "/v1/actions/store/add-webhook", map[string]any{
		"storeId": made.StoreID, "channel": "http", "url": server.URL, "testMode": true,
		"events": []string{"order.completed", "refund.succeeded", "refund.failed"},
	}, nil))
}

// ServeHTTP keeps what verifies and says no to anything else.
func (m *mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = m.keep(webhooktest.Received{Header: r.Header, Body: body})
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (m *mailbox) keep(got webhooktest.Received) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() { close(m.changed); m.changed = make(chan struct{}) }()
	if _, err := webhooktest.VerifyPancake(got, m.key, time.Now()); err != nil {
		m.forged = err
		return err
	}
	var envelope struct{ ID, EventType string }
	if err := json.Unmarshal(got.Body, &envelope); err != nil {
		return err
	}
	if m.seen[envelope.ID] {
		return nil
	}
	m.seen[envelope.ID] = true
	m.count[envelope.EventType]++
	name := fmt.Sprintf("%s-%d", envelope.EventType, m.count[envelope.EventType])
	return os.WriteFile(filepath.Join(m.dir, name), bytes.TrimSpace(got.Body), 0o600)
}

// received waits until so many webhooks of an event have come and verified.
func received(ts *testscript.TestScript, _ bool, args []string) {
	found, _ := mailboxes.Load(ts.MkAbs(args[0]))
	box := found.(*mailbox)
	want, err := strconv.Atoi(args[2])
	ts.Check(err)
	patience := time.After(receivedWithin)
	for {
		box.mu.Lock()
		have, forged, changed := box.count[args[1]], box.forged, box.changed
		box.mu.Unlock()
		switch {
		case forged != nil:
			ts.Fatalf("a webhook does not verify: %v", forged)
		case have == want:
			return
		case have > want:
			ts.Fatalf("%d webhooks of %s came, want %d", have, args[1], want)
		}
		select {
		case <-changed:
		case <-patience:
			ts.Fatalf("%d webhooks of %s came, want %d", have, args[1], want)
		}
	}
}

// asked asks for 1.00 of a payment in the merchant's name and leaves the
// decision to somebody else; it sets REFUND.
func asked(ts *testscript.TestScript, _ bool, args []string) {
	var made operator.SetupOut
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &made))
	db, err := sqldb.OpenSQLite(context.Background(), sqldb.SQLiteConfig{Path: ts.MkAbs(args[0])})
	ts.Check(err)
	core := pay.New(pay.Config{DB: store.New(db, nil), Now: time.Now, IDs: id.NewSource(time.Now, nil)})
	refund, err := pay.Run(context.Background(), core, pay.RequestRefund, pay.RefundRequest{
		ID: pay.RefundID(core.IDs().New(id.Refund)), Actor: pay.Actor{Kind: pay.ByMerchant, Env: pay.Test, Merchant: made.MerchantID},
		Payment: pay.PaymentID(strings.TrimSpace(ts.ReadFile(args[2]))), Amount: money.New(100, "USD"), Reason: "please", Wait: true, At: core.Now(),
	})
	ts.Check(err)
	core.Stop(context.Background())
	ts.Check(db.Close())
	ts.Setenv("REFUND", string(refund.ID))
}
