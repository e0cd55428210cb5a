package waypay_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tillway/internal/api"
	"tillway/internal/api/dialecttest"
	"tillway/internal/api/waypay"
	"tillway/internal/auth"
	"tillway/internal/connector/manual"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// Keys of the world's stores; each environment has its own, with a secret.
const (
	myKey       = "pk_test_abcdefghijklmnopqrstuvwxyz012345"
	myLiveKey   = "pk_live_abcdefghijklmnopqrstuvwxyz012345"
	otherKey    = "pk_test_zyxwvutsrqponmlkjihgfedcba543210"
	mySecret    = "mer_sk_abc123def4567"
	otherSecret = "mer_sk_zyx987wvu6543"
)

type object = map[string]any

// world is the dialect over a real core on a real database: a store with a key,
// and a stranger's with another one.
type world struct {
	*paytest.Shop
	intents  *intent.Intents
	hooks    *store.Webhooks
	kernel   *api.Kernel
	contract *dialecttest.Contract
	stranger pay.Store
}

// option changes the dialect's configuration before it is used.
type option func(*waypay.Config)

func newWorld(t testing.TB, options ...option) *world {
	t.Helper()
	return newWorldOn(t, sqldbtest.OpenSQLite(t, migrations.FS), options...)
}

func newWorldOn(t testing.TB, db sqldb.DB, options ...option) *world {
	t.Helper()
	w := &world{contract: dialecttest.MustContract(t, waypay.OpenAPI), hooks: store.NewWebhooks(db, paytest.MustKeyring(t))}
	w.intents = intent.New(intent.Config{
		Rows: store.Intents, Callbacks: func(r pay.Records) webhook.Tx { return w.hooks.Tx(store.TxOf(r)) },
	})
	w.Shop = paytest.NewShop(t, db, func(cfg *pay.Config) {
		cfg.Followers = []pay.Follower{w.intents}
		cfg.Connectors = append(cfg.Connectors, manual.New(manual.Config{DB: db, Now: cfg.Now, IDs: cfg.IDs}))
	})
	other := paytest.MustRun(t, w.Core, pay.CreateMerchant, pay.NewMerchant{
		ID: pay.MerchantID(w.IDs.New("MER")), Email: "other@shop.example", At: w.Core.Now(),
	})
	w.stranger = paytest.MustRun(t, w.Core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(w.IDs.New("STO")), Slug: w.IDs.Slug("Other"), Name: "Other", Owner: other.ID, At: w.Core.Now(),
	})
	config := waypay.Config{
		Core: w.Core, Intents: w.intents, PublicURL: "https://pay.example.test/",
		Targets: func(pay.Env) webhook.URLPolicy { return publicOnly{} },
		Auth: keys{
			myKey:     credential(w.Shop.Shop.ID, pay.Test, mySecret),
			myLiveKey: credential(w.Shop.Shop.ID, pay.Prod, mySecret),
			otherKey:  credential(w.stranger.ID, pay.Test, otherSecret),
		},
	}
	for _, option := range options {
		option(&config)
	}
	w.kernel = waypay.New(config)
	return w
}

// keys stand for package auth, which has tests of its own.
type keys map[string]auth.Credential

func (k keys) StoreKey(_ context.Context, dialect string, key id.Secret) (auth.Credential, error) {
	found, known := k[key.Reveal()]
	if !known || dialect != "waypay" {
		return auth.Credential{}, fault.New(fault.Unauthenticated, "bad_key", "There is no such key").WithHint("key: this server knows no such key")
	}
	return found, nil
}

func credential(shop pay.StoreID, env pay.Env, secret id.Secret) auth.Credential {
	return auth.Credential{Class: auth.StoreKeyClass, Actor: pay.Actor{Kind: pay.ByStore, Store: shop, Env: env}, Signing: secret}
}

// publicOnly stands for the egress rules, which have tests of their own.
type publicOnly struct{}

func (publicOnly) Vet(_ context.Context, raw string) error {
	if strings.Contains(raw, "//10.") {
		return fault.New(fault.Invalid, "private_address", "The address is private.")
	}
	return nil
}

// answer is what the dialect said.
type answer struct {
	*httptest.ResponseRecorder
	body object
}

// ask calls the dialect with my key; a nil body is none.
func (w *world) ask(t *testing.T, method, path string, body any) answer {
	t.Helper()
	return w.askWith(t, http.Header{"Swich-Api-Key": {myKey}}, method, path, body)
}

func (w *world) askWith(t *testing.T, header http.Header, method, path string, body any) answer {
	t.Helper()
	text := ""
	if raw, is := body.(string); is {
		text = raw
	} else if body != nil {
		text = string(mustJSON(t, body))
	}
	request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(text))
	request.Header = header.Clone()
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	w.contract.Watch(t, w.kernel).ServeHTTP(recorder, request)
	made := answer{ResponseRecorder: recorder}
	_ = json.Unmarshal(recorder.Body.Bytes(), &made.body) // some answers are no object
	return made
}

func mustJSON(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// wants checks the status, and gives the answer back.
func (a answer) wants(t *testing.T, status int) answer {
	t.Helper()
	if a.Code != status {
		t.Fatalf("%d %s, want %d", a.Code, a.Body, status)
	}
	return a
}

// wantsFailure checks a failure: its status, code, and the member it names.
func (a answer) wantsFailure(t *testing.T, status int, code, field, issue string) answer {
	t.Helper()
	details, _ := a.body["details"].(object)
	if a.Code != status || a.body["code"] != code || fieldOf(details, "field") != field || fieldOf(details, "issue") != issue {
		t.Errorf("answered %d %s, want %d %s of %q, %q", a.Code, a.Body, status, code, field, issue)
	}
	return a
}

func fieldOf(of object, name string) string {
	text, _ := of[name].(string)
	return text
}

// signed puts the signature of my secret on a body, in the form of the
// documentation's worked example.
func signed(t *testing.T, body object) object {
	t.Helper()
	return signedBy(t, body, mySecret)
}

func signedBy(t *testing.T, body object, secret id.Secret) object {
	t.Helper()
	delete(body, "signature")
	texts, err := waypay.BaseStrings(mustJSON(t, body), intent.EitherSignature)
	if err != nil {
		t.Fatal(err)
	}
	body["signature"] = waypay.Digest(texts[0], secret)
	return body
}

// newCheckout is a good request, signed; a nil member is left out.
func newCheckout(t *testing.T, reference string, more object) object {
	t.Helper()
	body := object{"amount": 1000, "description": "Product Purchase", "orderRef": object{"orderRef": reference}}
	for name, value := range more {
		if body[name] = value; value == nil {
			delete(body, name)
		}
	}
	return signed(t, body)
}

const (
	initiatePath = "/Gateway/v1/Payment/initiate-checkout"
	lookPath     = "/Gateway/v1/Transaction/by-ref/"
	refundsPath  = "/Gateway/v1/Refunds"
)

func (w *world) mustCreate(t *testing.T, reference string, more object) object {
	t.Helper()
	return w.ask(t, http.MethodPost, initiatePath, newCheckout(t, reference, more)).wants(t, http.StatusOK).body
}

func (w *world) mustLook(t *testing.T, name string) object {
	t.Helper()
	return w.ask(t, http.MethodGet, lookPath+name, nil).wants(t, http.StatusOK).body
}

// mustSession is the checkout of an intent, found by its page's address.
func (w *world) mustSession(t *testing.T, made object) (session pay.Session) {
	t.Helper()
	token, known := strings.CutPrefix(fieldOf(made, "checkoutUrl"), "https://pay.example.test/pay/")
	if !known {
		t.Fatalf("checkoutUrl is %v", made["checkoutUrl"])
	}
	err := w.Core.View(t.Context(), func(r pay.Records) (err error) {
		session, err = r.SessionByHandle(token)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// Cards of the simulator.
const (
	goodCard     = "4242424242424242"
	declinedCard = "4000000000000002"
)

// mustPress pays on an intent's page with a card.
func (w *world) mustPress(t *testing.T, made object, card string) {
	t.Helper()
	session := w.mustSession(t, made)
	look := w.MustLook(t, session, "me")
	if err := w.Core.Pay(t.Context(), paytest.Card(session, "me", look.Turn, card)); err != nil {
		t.Fatal(err)
	}
}

// mustPay makes a completed transaction.
func (w *world) mustPay(t *testing.T, reference string, more object) object {
	t.Helper()
	w.mustPress(t, w.mustCreate(t, reference, more), goodCard)
	return w.mustLook(t, reference)
}

// mustRefund asks for a refund and returns it.
func (w *world) mustRefund(t *testing.T, body object) object {
	t.Helper()
	return w.ask(t, http.MethodPost, refundsPath, signed(t, body)).wants(t, http.StatusOK).body
}

// mustTell lists the webhooks' bodies of what happened in the store, as the
// codec writes them.
func (w *world) mustTell(t *testing.T) (bodies []object) {
	t.Helper()
	err := w.Core.View(t.Context(), func(r pay.Records) error {
		bodies = nil
		events, err := r.Events(pay.EventQuery{Store: w.Shop.Shop.ID, Env: pay.Test, Until: w.Clock.Now().Add(time.Hour), Limit: 99})
		for _, event := range events {
			for _, name := range (waypay.Codec{}).Names(event.Event) {
				text, _, err := (waypay.Codec{}).Encode(event.Event, w.IDs.UUID(), event.At, name)
				if err != nil {
					return err
				}
				var body object
				if err := json.Unmarshal(text, &body); err != nil {
					return err
				}
				bodies = append(bodies, body)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bodies
}

// mustMoves lists the changes of status that webhooks tell of.
func (w *world) mustMoves(t *testing.T) (moves []string) {
	t.Helper()
	for _, body := range w.mustTell(t) {
		data, _ := body["data"].(object)
		moves = append(moves, fieldOf(data, "PreviousStatus")+" → "+fieldOf(data, "CurrentStatus"))
	}
	return moves
}

// mustSet changes a setting of the store.
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

// mustApproveStore opens the store for real money, taken at its till.
func (w *world) mustApproveStore(t *testing.T) {
	t.Helper()
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(w.Shop.Shop.ID)
		shop.ProdEnabled = true
		r.UpdateStore(shop)
		r.SetManualInstructions(shop.ID, "Pay at the till", w.Core.Now())
		return err
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

// signedByRule signs a body without its objects.
func signedByRule(t *testing.T, body object) object {
	t.Helper()
	delete(body, "signature")
	texts, err := waypay.BaseStrings(mustJSON(t, body), intent.RuleSignature)
	if err != nil {
		t.Fatal(err)
	}
	body["signature"] = waypay.Digest(texts[0], mySecret)
	return body
}
