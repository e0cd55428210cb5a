package docs_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/api/pancake"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/auth"
	"tillway/internal/egress"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// world is the Pancake dialect behind a real socket, with a merchant who has a
// key of the test environment, a store and a product.
type world struct {
	*paytest.Shop
	server *httptest.Server
	key    auth.KeyPair

	mu      sync.Mutex
	answers []int // the statuses of POSTs, in order
}

// keyPair is shared, because making one is slow.
var keyPair = sync.OnceValues(auth.NewKeyPair)

func newWorld(t *testing.T) *world {
	t.Helper()
	// The samples sign with the machine's clock.
	shop := paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS), func(c *pay.Config) { c.Now = time.Now })
	w := &world{Shop: shop}
	var err error
	if w.key, err = keyPair(); err != nil {
		t.Fatal(err)
	}
	credentials := store.NewAuth(shop.DB, paytest.MustKeyring(t))
	access, err := auth.New(auth.Config{Store: credentials, Core: shop.Core})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(access.Stop)
	_, err = access.CreateAPIKey(t.Context(), auth.NewAPIKey{
		Merchant: shop.Merchant.ID, Env: pay.Test, Nickname: "server", PublicKey: w.key.Public,
	})
	if err != nil {
		t.Fatal(err)
	}
	hooks := store.NewWebhooks(shop.DB, paytest.MustKeyring(t))
	policy := egress.NewPolicy(egress.Config{})
	dialect := pancake.New(pancake.Config{
		Core: shop.Core, Auth: access, PublicURL: publicURL, Keys: credentials.Keys,
		Endpoints: func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) },
		Targets:   func(pay.Env) webhook.URLPolicy { return policy },
		Log:       slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		noted := &noting{ResponseWriter: rw}
		dialect.ServeHTTP(noted, r)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.answers = append(w.answers, noted.status)
	}))
	t.Cleanup(w.server.Close)
	return w
}

// noting remembers the status of an answer.
type noting struct {
	http.ResponseWriter
	status int
}

func (n *noting) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// last is the status of the last answer, 0 when there was none since the last
// call.
func (w *world) last() (status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.answers) > 0 {
		status = w.answers[len(w.answers)-1]
	}
	w.answers = nil
	return status
}

func (w *world) merchant(t *testing.T) pancakeclient.Client {
	t.Helper()
	key, err := pancakeclient.ParseKey(w.key.Private.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return pancakeclient.Client{BaseURL: w.server.URL, MerchantID: string(w.Merchant.ID), Key: key}
}

// mustCall calls an action and picks a string out of the answer's data.
func mustCall(t *testing.T, by pancakeclient.Caller, action string, in map[string]any, pick ...string) string {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := pancakeclient.Post(t.Context(), by, "/v1/actions/"+action, body, nil)
	if err != nil || answer.Status != http.StatusOK {
		t.Fatalf("%s: %d %s %v", action, answer.Status, answer.Body, err)
	}
	var told map[string]any
	if err := json.Unmarshal(answer.Body, &told); err != nil {
		t.Fatal(err)
	}
	found := told["data"]
	for _, name := range pick {
		found = found.(map[string]any)[name]
	}
	return found.(string)
}

const buyer = "u-9"

// mustToken issues a session token to the buyer.
func (w *world) mustToken(t *testing.T) string {
	t.Helper()
	return mustCall(t, w.merchant(t), "auth/issue-session-token",
		map[string]any{"storeId": w.Shop.Shop.ID, "buyerIdentity": buyer}, "token")
}

// mustOrder places an order of the buyer's that nobody has paid.
func (w *world) mustOrder(t *testing.T) string {
	t.Helper()
	by := pancakeclient.Buyer{BaseURL: w.server.URL, Token: w.mustToken(t), Env: "test"}
	return mustCall(t, by, "onetime-order/create-order", map[string]any{
		"checkoutSessionId": w.MustOpen(t).ID, "buyerEmail": "b@example.test", "billingDetail": map[string]any{"country": "DE"},
	}, "orderId")
}

// mustStore makes another store.
func (w *world) mustStore(t *testing.T) string {
	t.Helper()
	return mustCall(t, w.merchant(t), "store/create-store", map[string]any{"name": "Second"}, "store", "id")
}

func (w *world) mustWebhook(t *testing.T) string {
	t.Helper()
	return mustCall(t, w.merchant(t), "store/add-webhook", map[string]any{
		"storeId": w.Shop.Shop.ID, "channel": "http", "url": "https://shop.example.test/hook", "events": []string{}, "testMode": true,
	}, "webhook", "id")
}

func (w *world) mustAPIKey(t *testing.T) string {
	t.Helper()
	return mustCall(t, w.merchant(t), "api-key/create-key", map[string]any{
		"nickname": "second", "environment": "test", "publicKey": mustPublicKey(t),
	}, "apiKey", "id")
}

func mustPublicKey(t *testing.T) string {
	t.Helper()
	made, err := auth.NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	return made.Public
}

// identifiers are the forms of what an example names.
var identifiers = regexp.MustCompile(`(STO|PROD|ORD|KEY)_[0-9A-Za-z]{22}|(?:cs_)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// publicKey is a key in PEM, its line ends as they are or written as \n.
var publicKey = regexp.MustCompile(`(?s)-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----`)

// fill puts things that exist in the place of those that the example names.
func (w *world) fill(t *testing.T, page, code string) string {
	t.Helper()
	code = publicKey.ReplaceAllStringFunc(code, func(example string) string {
		made := strings.TrimSpace(mustPublicKey(t))
		for _, lineEnd := range []string{`\\n`, `\n`} { // as Java writes it, and as the others do
			if strings.Contains(example, lineEnd) {
				return strings.ReplaceAll(made, "\n", lineEnd)
			}
		}
		return made
	})
	return identifiers.ReplaceAllStringFunc(code, func(example string) string {
		switch prefix, _, _ := strings.Cut(example, "_"); {
		case prefix == "STO" && strings.HasSuffix(page, "/delete-store"):
			return w.mustStore(t)
		case prefix == "STO":
			return string(w.Shop.Shop.ID)
		case prefix == "PROD":
			return string(w.Product.ID)
		case prefix == "ORD":
			return w.mustOrder(t)
		case prefix == "KEY":
			return w.mustAPIKey(t)
		case prefix == "cs":
			return string(w.MustOpen(t).ID)
		case strings.Contains(page, "webhook"):
			return w.mustWebhook(t)
		}
		t.Fatalf("%s: nothing is known that %s could stand for", page, example)
		return ""
	})
}
