package wayl_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/api"
	"tillway/internal/api/dialecttest"
	"tillway/internal/api/wayl"
	"tillway/internal/auth"
	"tillway/internal/connector/manual"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

type object = map[string]any

// world is the dialect over a real core on a real database: a store with a
// token, and a stranger's with another one.
type world struct {
	*paytest.Shop
	links    *link.Links
	kernel   *api.Kernel
	contract *dialecttest.Contract
	token    string // of the store
	stranger string // the token of another store
}

// option changes the dialect's configuration before it is used.
type option func(*wayl.Config)

func newWorld(t *testing.T, options ...option) *world {
	t.Helper()
	return newWorldOn(t, sqldbtest.OpenSQLite(t, migrations.FS), options...)
}

func newWorldOn(t *testing.T, db sqldb.DB, options ...option) *world {
	t.Helper()
	hooks := store.NewWebhooks(db, paytest.MustKeyring(t))
	w := &world{contract: dialecttest.MustContract(t, wayl.OpenAPI)}
	w.links = link.New(link.Config{Rows: store.Links, Callbacks: func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) }})
	w.Shop = paytest.NewShop(t, db, func(cfg *pay.Config) {
		cfg.Followers = []pay.Follower{w.links}
		cfg.Connectors = append(cfg.Connectors, manual.New(manual.Config{DB: db, Now: cfg.Now, IDs: cfg.IDs})) // takes real money
	})
	other := paytest.MustRun(t, w.Core, pay.CreateMerchant, pay.NewMerchant{
		ID: pay.MerchantID(w.IDs.New("MER")), Email: "other@shop.example", At: w.Core.Now(),
	})
	stranger := paytest.MustRun(t, w.Core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(w.IDs.New("STO")), Slug: w.IDs.Slug("Other"), Name: "Other", Owner: other.ID, At: w.Core.Now(),
	})
	credentials, err := auth.New(auth.Config{Store: store.NewAuth(db, paytest.MustKeyring(t)), Core: w.Core})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(credentials.Stop)
	w.token, w.stranger = mustToken(t, credentials, w.Shop.Shop.ID), mustToken(t, credentials, stranger.ID)
	config := wayl.Config{
		Core: w.Core, Auth: credentials, Links: w.links, DefaultEnv: pay.Test, PublicURL: "https://pay.example.test/",
		Targets: func(pay.Env) webhook.URLPolicy { return publicOnly{} },
	}
	for _, option := range options {
		option(&config)
	}
	w.kernel = wayl.New(config)
	return w
}

// publicOnly stands for the egress rules, which have tests of their own.
type publicOnly struct{}

func (publicOnly) Vet(_ context.Context, raw string) error {
	if strings.Contains(raw, "//10.") {
		return fault.New(fault.Invalid, "private_address", "The address is private.")
	}
	return nil
}

func mustToken(t *testing.T, credentials *auth.Auth, shop pay.StoreID) string {
	t.Helper()
	made, err := credentials.CreateStoreKey(t.Context(), auth.NewStoreKey{Store: shop, Dialect: wayl.Name})
	if err != nil {
		t.Fatal(err)
	}
	return made.Text.Reveal()
}

// answer is what the dialect said.
type answer struct {
	*httptest.ResponseRecorder
	body object
}

// ask calls the dialect with my token; a nil body is none.
func (w *world) ask(t *testing.T, method, path string, body any) answer {
	t.Helper()
	return w.askAs(t, w.token, method, path, body)
}

func (w *world) askAs(t *testing.T, token, method, path string, body any) answer {
	t.Helper()
	text := ""
	if raw, is := body.(string); is {
		text = raw
	} else if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(encoded)
	}
	request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(text))
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("X-WAYL-AUTHENTICATION", token)
	}
	recorder := httptest.NewRecorder()
	w.contract.Watch(t, w.kernel).ServeHTTP(recorder, request)
	made := answer{ResponseRecorder: recorder}
	if err := json.Unmarshal(recorder.Body.Bytes(), &made.body); err != nil {
		t.Fatalf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
	}
	return made
}

// data is the answer's data, which has to be an object.
func (a answer) data(t *testing.T) object {
	t.Helper()
	data, is := a.body["data"].(object)
	if !is || a.body["success"] != true {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	return data
}

// list is the answer's data, which has to be an array.
func (a answer) list(t *testing.T) []any {
	t.Helper()
	list, is := a.body["data"].([]any)
	if !is || a.body["success"] != true {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	return list
}

// wants checks the status, and gives the answer back.
func (a answer) wants(t *testing.T, status int) answer {
	t.Helper()
	if a.Code != status {
		t.Fatalf("%d %s, want %d", a.Code, a.Body, status)
	}
	return a
}

// failed lists the members that a 422 names, as JSON paths.
func (a answer) failed(t *testing.T) (paths []string) {
	t.Helper()
	list, _ := a.body["errors"].([]any)
	for _, one := range list {
		path, err := json.Marshal(one.(object)["path"])
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, string(path))
	}
	slices.Sort(paths)
	return paths
}

// newLink is a good request.
func newLink(reference string, more object) object {
	body := object{"env": "test", "referenceId": reference, "total": 10000, "currency": "IQD"}
	for name, value := range more {
		if body[name] = value; value == nil {
			delete(body, name)
		}
	}
	return body
}

func (w *world) mustCreate(t *testing.T, reference string, more object) object {
	t.Helper()
	return w.ask(t, http.MethodPost, "/api/v1/links", newLink(reference, more)).wants(t, http.StatusCreated).data(t)
}

func (w *world) mustGet(t *testing.T, reference string) object {
	t.Helper()
	return w.ask(t, http.MethodGet, "/api/v1/links/"+reference, nil).wants(t, http.StatusOK).data(t)
}

// mustPay makes a paid link.
func (w *world) mustPay(t *testing.T, reference string) object {
	t.Helper()
	made := w.mustCreate(t, reference, nil)
	w.mustPress(t, made["code"].(string), "4111111111111111")
	return w.mustGet(t, reference)
}

// mustMark is a link after the operator's word on it.
func (w *world) mustMark(t *testing.T, reference string, to link.Status) object {
	t.Helper()
	id := link.ID(w.mustGet(t, reference)["id"].(string))
	paytest.MustRun(t, w.Core, w.links.MarkLink, link.Mark{ID: id, Actor: pay.System(pay.Test), To: to, At: w.Core.Now()})
	return w.mustGet(t, reference)
}

// mustPress goes through a link's page, found by its code.
func (w *world) mustPress(t *testing.T, code, card string) {
	t.Helper()
	session := w.mustDetail(t, code)
	look := w.MustLook(t, session, "me")
	if err := w.Core.Pay(t.Context(), paytest.Card(session, "me", look.Turn, card)); err != nil {
		t.Fatal(err)
	}
}

// mustDetail does the consumer step of a link's page, found by its code.
func (w *world) mustDetail(t *testing.T, code string) (session pay.Session) {
	t.Helper()
	err := w.Core.View(t.Context(), func(r pay.Records) (err error) {
		session, err = r.SessionByHandle(code)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	paytest.MustRun(t, w.Core, pay.PlaceOrder, pay.Placement{
		ID: pay.OrderID(w.IDs.New(id.Order)), Actor: pay.Actor{Kind: pay.ByVisitor, Store: session.Store, Env: session.Env}, Session: session.ID,
		Buyer: pay.Buyer{Name: "Ali", Phone: "9647500000000", City: "iraq_al_basrah", Address1: "Baghdad", Country: "IQ"}, At: w.Core.Now(),
	})
	return session
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

// mustTell lists the events of the store in the test environment.
func (w *world) mustTell(t *testing.T) (list []pay.Event) {
	t.Helper()
	err := w.Core.View(t.Context(), func(r pay.Records) error {
		events, err := r.Events(pay.EventQuery{Store: w.Shop.Shop.ID, Env: pay.Test, Until: w.Clock.Now().Add(time.Hour), Limit: 99})
		for _, event := range events {
			list = append(list, event.Event)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// rows is a fingerprint of everything in the database.
func (w *world) rows(t *testing.T) string {
	t.Helper()
	return paytest.Fingerprint(t, w.DB)
}
