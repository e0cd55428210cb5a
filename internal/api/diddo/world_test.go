package diddo_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/api"
	"tillway/internal/api/dialecttest"
	"tillway/internal/api/diddo"
	"tillway/internal/auth"
	"tillway/internal/cart"
	"tillway/internal/fanout"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/lease"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

type object = map[string]any

// Keys of the world, by store and environment.
const (
	testKey   = "dk_test_mine"
	liveKey   = "dk_live_mine"
	otherKey  = "dk_test_other"
	spareKey  = "dk_test_spare"
	goodToken = "dt_good"
)

// world is the dialect over a real core on a real database: a store with a
// product, and a stranger with another one.
type world struct {
	*paytest.Shop
	carts    *cart.Carts
	kernel   *api.Kernel
	handler  http.Handler // watched by the contract
	stranger pay.Store
	bridge   *fanout.Fanout

	mu    sync.Mutex
	born  []webhook.Delivery
	spent bool // the temporary token
}

// option changes the dialect's configuration before it is used.
type option func(*diddo.Config)

func newWorld(t *testing.T, options ...option) *world {
	t.Helper()
	return newWorldOn(t, sqldbtest.OpenSQLite(t, migrations.FS), options...)
}

func newWorldOn(t *testing.T, db sqldb.DB, options ...option) *world {
	t.Helper()
	w := &world{carts: cart.New(cart.Config{Records: store.Carts})}
	hooks := store.NewWebhooks(db, paytest.MustKeyring(t))
	endpoints := func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) }
	w.bridge = fanout.New(fanout.Config{
		Dialects: []fanout.Dialect{{Codec: diddo.Codec{}, Scheme: diddo.Scheme, Schedule: webhook.Diddo.Name}},
		Tx:       endpoints, Owner: lease.Owner("me"), Admit: w.admit,
	})
	w.Shop = paytest.NewShop(t, db, func(cfg *pay.Config) {
		cfg.Followers, cfg.Fanout = []pay.Follower{w.carts}, w.bridge
	})
	w.mustApprove(t, w.Shop.Shop.ID)
	other := paytest.MustRun(t, w.Core, pay.CreateMerchant, pay.NewMerchant{
		ID: pay.MerchantID(w.IDs.New("MER")), Email: "other@shop.example", At: w.Core.Now(),
	})
	w.stranger = paytest.MustRun(t, w.Core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(w.IDs.New("STO")), Slug: w.IDs.Slug("Other"), Name: "Other", Owner: other.ID, At: w.Core.Now(),
	})
	config := diddo.Config{
		Core: w.Core, Carts: w.carts, Keys: keys{w}, Endpoints: endpoints,
		Trigger: w.bridge.Trigger, Deliveries: store.NewWebhookLog(db), PublicURL: "https://pay.example.test/",
		Targets: func(pay.Env) webhook.URLPolicy { return policy{} },
	}
	for _, option := range options {
		option(&config)
	}
	w.kernel = diddo.New(config)
	w.handler = dialecttest.MustContract(t, diddo.OpenAPI).Watch(t, w.kernel)
	return w
}

func (w *world) admit(born []webhook.Delivery) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.born = append(w.born, born...)
}

// deliveries are those that were handed over so far, in their order.
func (w *world) deliveries() []webhook.Delivery {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.born)
}

// keys stand for auth, which has tests of its own.
type keys struct{ *world }

func (k keys) StoreKey(_ context.Context, dialect string, key id.Secret) (auth.Credential, error) {
	actor := pay.Actor{Kind: pay.ByStore, Store: k.Shop.Shop.ID, Env: pay.Test}
	switch {
	case dialect != "diddo":
		return auth.Credential{}, auth.ErrBadKey
	case key == testKey, key == spareKey:
	case key == liveKey:
		actor.Env = pay.Prod
	case key == otherKey:
		actor.Store = k.stranger.ID
	default:
		return auth.Credential{}, auth.ErrBadKey
	}
	return auth.Credential{Class: auth.StoreKeyClass, Actor: actor, StoreKey: auth.StoreKeyID(key)}, nil
}

func (k keys) ExchangeStoreToken(_ context.Context, _ string, token id.Secret, env pay.Env) (auth.MintedStoreKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if token != goodToken || k.spent {
		return auth.MintedStoreKey{}, auth.ErrTokenSpent
	}
	if env != pay.Test && env != pay.Prod {
		return auth.MintedStoreKey{}, fault.Invalidf("environment", "bad_environment", "no environment")
	}
	k.spent = true
	mode := map[pay.Env]string{pay.Test: "test", pay.Prod: "live"}[env]
	return auth.MintedStoreKey{Text: id.Secret("dk_" + mode + "_made")}, nil
}

// policy stands for the egress rules, which have tests of their own.
type policy struct{}

func (policy) Vet(_ context.Context, raw string) error {
	switch {
	case !strings.HasPrefix(strings.ToLower(raw), "https://"):
		return fault.New(fault.Invalid, "url_not_https", "The URL must begin with https://.")
	case strings.Contains(raw, "@"):
		return fault.New(fault.Invalid, "url_userinfo", "The URL may not contain a user name or password.")
	case len(raw) > 2048:
		return fault.New(fault.Invalid, "url_too_long", "A URL may have at most 2,048 characters.")
	case strings.Contains(raw, "10.0.0."):
		return fault.New(fault.Invalid, "address_private", "The address is private.")
	}
	return nil
}

func (w *world) mustApprove(t *testing.T, id pay.StoreID) {
	t.Helper()
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(id)
		shop.ProdEnabled = true
		if err == nil {
			r.UpdateStore(shop)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	method, path string
}

// wants checks the status.
func (a answer) wants(t *testing.T, status int) answer {
	t.Helper()
	if a.Code != status {
		t.Fatalf("%s %s answered %d %s, want %d", a.method, a.path, a.Code, a.Body, status)
	}
	return a
}

// refused checks status, code and, unless it is "", the field of an error.
func (a answer) refused(t *testing.T, status int, code, field string) {
	t.Helper()
	var told struct {
		Error struct {
			Code    string
			Status  int
			Message string
			Details struct{ Field, Reason string }
		}
	}
	if err := json.Unmarshal(a.Body.Bytes(), &told); err != nil {
		t.Fatalf("%s: %v", a.Body, err)
	}
	e := told.Error
	if a.Code != status || e.Status != status || e.Code != code || field != "" && e.Details.Field != field {
		t.Errorf("%s %s answered %d %s, want %d %s of %q", a.method, a.path, a.Code, a.Body, status, code, field)
	}
}

// body is the answer's document.
func (a answer) body(t *testing.T) object {
	t.Helper()
	var document object
	if err := json.Unmarshal(a.Body.Bytes(), &document); err != nil {
		t.Fatalf("%s: %v", a.Body, err)
	}
	return document
}

// ask calls with the store's key of the test environment.
func (w *world) ask(t *testing.T, method, path string, body any) answer {
	t.Helper()
	return w.askAs(t, testKey, method, path, body)
}

func (w *world) askAs(t *testing.T, key, method, path string, body any) answer {
	t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		reader = strings.NewReader(string(text))
	}
	request := httptest.NewRequestWithContext(t.Context(), method, path, reader)
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, request)
	return answer{recorder, method, path}
}

const hookURL = "https://platform.example.test/hooks"

// mustHook subscribes to events and returns the subscription.
func (w *world) mustHook(t *testing.T, url string, events ...any) object {
	t.Helper()
	return w.ask(t, http.MethodPost, "/diddo/webhook", object{"url": url, "events": events}).wants(t, http.StatusCreated).body(t)
}

// mustTemplate makes a template cart with two guides of 29.00 USD.
func (w *world) mustTemplate(t *testing.T) string {
	t.Helper()
	made := w.ask(t, http.MethodPost, "/diddo/cart/add", w.item("", string(w.Product.ID), 2)).wants(t, http.StatusOK).body(t)
	return made["cart"].(object)["id"].(string)
}

func (w *world) item(of, variant string, quantity int) object {
	body := object{"item": object{"variant_id": variant, "quantity": quantity}}
	if of != "" {
		body["cart_id"] = of
	}
	return body
}

// mustBegin begins a checkout of a new template cart.
func (w *world) mustBegin(t *testing.T) object {
	t.Helper()
	return w.ask(t, http.MethodPost, "/diddo/checkout/begin/"+w.mustTemplate(t), nil).wants(t, http.StatusOK).body(t)
}

var jane = object{
	"first_name": "Jane", "last_name": "Doe", "address1": "1 Main St", "city": "Springfield", "country_code": "US",
	"province_code": "IL", "postal_code": "62701", "email": "jane@example.test", "phone": "+15550100", "address2": "",
}

// mustPay brings a live cart through its consumer step and pays it.
func (w *world) mustPay(t *testing.T, live, card string) {
	t.Helper()
	w.ask(t, http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": live, "buyer_info": jane}).wants(t, http.StatusOK)
	w.mustPress(t, live, card)
}

func (w *world) mustPress(t *testing.T, live, card string) {
	t.Helper()
	session := w.mustSession(t, live)
	look := w.MustLook(t, session, "me")
	if err := w.Core.Pay(t.Context(), paytest.Card(session, "me", look.Turn, card)); err != nil {
		t.Fatal(err)
	}
}

// mustSession is the core's side of a live cart's checkout.
func (w *world) mustSession(t *testing.T, live string) (session pay.Session) {
	t.Helper()
	err := w.Core.View(t.Context(), func(r pay.Records) (err error) {
		session, err = r.SessionByHandle(live)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// mustProduct is one more product of the store, for sale in both environments.
func (w *world) mustProduct(t *testing.T, name, metadata string, prices ...money.Amount) string {
	t.Helper()
	var list []pay.Price
	for _, price := range prices {
		list = append(list, pay.Price{Amount: price, TaxCategory: pay.Ebook})
	}
	made, err := pay.NewPrices(list)
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(time.Second)
	return string(paytest.MustRun(t, w.Core, pay.CreateProduct, pay.NewProduct{
		ID: pay.ProductID(w.IDs.New("PROD")), VersionID: pay.VersionID(w.IDs.New("PVER")), Actor: w.Actor(), Store: w.Shop.Shop.ID,
		Name: name, Prices: made, Metadata: metadata, At: w.Core.Now(),
		Media: []pay.Media{{Type: "image", URL: "https://shop.example.test/a.png"}, {Type: "video", URL: "https://shop.example.test/a.mp4"}},
	}).ID)
}

// mustSet sets one of the store's settings.
func (w *world) mustSet(t *testing.T, name, value string) {
	t.Helper()
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		r.PutSetting(w.Shop.Shop.ID, name, value, w.Core.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rows is a fingerprint of everything in the database.
func (w *world) rows(t *testing.T) string {
	t.Helper()
	return paytest.Fingerprint(t, w.DB)
}
