package checkout_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/auth"
	"tillway/internal/connector"
	"tillway/internal/connector/manual"
	"tillway/internal/connector/simulator"
	bookmigrations "tillway/internal/connector/simulator/migrations"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/web/checkout"
	"tillway/internal/web/ui"
)

// The cards of the sheet that the tests pay with.
const (
	goodCard      = "4576750000000110"
	declinedCard  = "4576750000000220"
	lostCard      = "4000000000009987"
	challengeCard = "4000000000003220"
	pendingCard   = "4576750000001574"
	expiringCard  = "4576750000001160"
	unsentCard    = "4576750000000550"
	rejectedCard  = "4576750000001103"
	lostMoved     = "4576750000000584"
)

// clock is a time that only the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// tokens knows one buyer's token.
type tokens struct {
	good  id.Secret
	actor pay.Actor
}

func (k tokens) VerifySessionToken(_ context.Context, bearer id.Secret, env pay.Env) (auth.Credential, error) {
	if !k.good.Equal(bearer) || env != k.actor.Env {
		return auth.Credential{}, fault.New(fault.Unauthenticated, "refused", "Authentication failed")
	}
	return auth.Credential{Class: auth.SessionClass, Actor: k.actor}, nil
}

// shop is a store with a checkout in front and the simulator behind.
type shop struct {
	*httptest.Server
	t        *testing.T
	clock    *clock
	core     *pay.Core
	provider *simulator.Simulator
	merchant pay.Actor
	store    pay.Store
	product  pay.ProductID
	token    string // of the buyer "user-9"
	log      *bytes.Buffer
}

// option changes how a shop is built.
type option func(*shopConfig)

type shopConfig struct {
	timing     simulator.Timing
	connectors func(*simulator.Simulator) []connector.Connector
	patience   time.Duration
	openings   checkout.Limiter
}

// newShop builds a shop on a fresh database, at 9:30 on 20 November 2026.
func newShop(t *testing.T, options ...option) *shop {
	t.Helper()
	timing := simulator.DefaultTiming()
	timing.Timeout = time.Millisecond
	cfg := shopConfig{timing: timing, connectors: func(s *simulator.Simulator) []connector.Connector { return []connector.Connector{s} }}
	for _, change := range options {
		change(&cfg)
	}
	s := &shop{t: t, clock: &clock{at: time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)}, token: "TOK_user-9", log: &bytes.Buffer{}}
	keys, err := seal.NewKeyring(bytes.Repeat([]byte{7}, 32))
	must(t, err)
	log := slog.New(slog.NewTextHandler(&lockedWriter{to: s.log}, nil))
	s.provider = simulator.New(simulator.Config{
		DB: sqldbtest.OpenSQLite(t, bookmigrations.FS), Now: s.clock.now, Timing: cfg.timing,
	})
	db, ids := sqldbtest.OpenSQLite(t, migrations.FS), id.NewSource(s.clock.now, rand.Reader)
	s.core = pay.New(pay.Config{
		DB: store.New(db, keys), Now: s.clock.now, IDs: ids, Log: log, Followers: followers,
		Connectors: append(cfg.connectors(s.provider), manual.New(manual.Config{DB: db, Now: s.clock.now, IDs: ids})),
	})
	t.Cleanup(func() { s.core.Stop(context.Background()) })
	s.stock()
	design, err := ui.New()
	must(t, err)
	handler, err := checkout.New(checkout.Config{
		Core: s.core, Log: log, UI: design, Patience: cfg.patience, Openings: cfg.openings, Doors: doors,
		Sandbox:   checkout.Sandbox{Approve: simulator.Token(simulator.Success), Decline: simulator.Token(simulator.GenericDecline)},
		Tokens:    tokens{good: id.Secret(s.token), actor: pay.Actor{Kind: pay.ByBuyer, Env: pay.Test, Store: s.store.ID, Buyer: "user-9"}},
		TestCards: []checkout.TestCard{{Number: goodCard, Summary: "Succeeds"}, {Number: "378282246310005", Summary: "Succeeds (Amex)"}},
	})
	must(t, err)
	mux := http.NewServeMux()
	handler.Routes(mux)
	design.Routes(mux)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// stock opens the store with one product at $10.00 and ¥4500.
func (s *shop) stock() {
	ctx, ids := context.Background(), s.core.IDs()
	owner, err := pay.Run(ctx, s.core, pay.CreateMerchant, pay.NewMerchant{
		ID: pay.MerchantID(ids.New(id.Merchant)), Email: "owner@example.test", At: s.core.Now(),
	})
	must(s.t, err)
	s.merchant = pay.Actor{Kind: pay.ByMerchant, Env: pay.Test, Merchant: owner.ID}
	s.store, err = pay.Run(ctx, s.core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(ids.New(id.Store)), Slug: ids.Slug("Acme Books"), Name: "Acme Books", Owner: owner.ID, Approved: true, At: s.core.Now(),
	})
	must(s.t, err)
	s.product = s.addProduct(pay.NewProduct{Name: "A Field Guide", Description: "PDF, 120 pages."})
}

// addProduct sells one more thing in the merchant's environment.
func (s *shop) addProduct(p pay.NewProduct) pay.ProductID {
	s.t.Helper()
	prices, err := pay.NewPrices([]pay.Price{
		{Amount: money.New(1000, "USD"), TaxCategory: pay.Ebook}, {Amount: money.New(4500, "JPY"), TaxCategory: pay.Ebook},
	})
	must(s.t, err)
	ids := s.core.IDs()
	p.ID, p.VersionID = pay.ProductID(ids.New(id.Product)), pay.VersionID(ids.New(id.ProductVersion))
	p.Actor, p.Store, p.Prices, p.At = s.merchant, s.store.ID, prices, s.core.Now()
	made, err := pay.Run(context.Background(), s.core, pay.CreateProduct, p)
	must(s.t, err)
	return made.ID
}

// session opens a checkout and returns the address of its page.
func (s *shop) session(changes ...func(*pay.NewSession)) string {
	s.t.Helper()
	in := pay.NewSession{
		ID: pay.SessionID(s.core.IDs().Session()), Actor: s.merchant, Product: s.product, Currency: "USD",
		SuccessURL: "https://acme.example/thanks?order=7", Include: []connector.Method{connector.Card}, At: s.core.Now(),
	}
	for _, change := range changes {
		change(&in)
	}
	made, err := pay.Run(context.Background(), s.core, pay.CreateSession, in)
	must(s.t, err)
	return s.URL + "/store/" + made.StoreSlug + "/checkout/" + string(made.ID)
}

// takeByHand lets the store take bank transfers, for real money too; "" ends it.
func (s *shop) takeByHand(instructions string) {
	s.t.Helper()
	_, err := pay.Run(context.Background(), s.core, pay.SetManualInstructions, pay.ManualInstructions{
		Actor: pay.System(pay.Prod), Store: s.store.ID, Text: instructions, At: s.core.Now(),
	})
	must(s.t, err)
}

// byHand offers a bank transfer alone.
func byHand(in *pay.NewSession) { in.Include = []connector.Method{connector.Bank} }

// captures counts the charges in the provider's own book.
func (s *shop) captures() []connector.Settled {
	s.t.Helper()
	lines, next, err := s.provider.ListSettled(context.Background(), s.clock.now().Add(-24*time.Hour), s.clock.now().Add(24*time.Hour), "")
	must(s.t, err)
	if next != "" {
		s.t.Fatal("the book has more lines than one page")
	}
	return lines
}

// wantCharges fails unless the provider's book has so many captures.
func (s *shop) wantCharges(want int) {
	s.t.Helper()
	if got := s.captures(); len(got) != want {
		s.t.Fatalf("the provider's book has %d charges, want %d: %v", len(got), want, got)
	}
}

// browser is one visitor with cookies; it does not follow redirects.
type browser struct {
	t      *testing.T
	client *http.Client
	header http.Header
}

// newBrowser is a visitor of its own.
func (s *shop) newBrowser() *browser {
	jar, err := cookiejar.New(nil)
	must(s.t, err)
	return &browser{t: s.t, header: http.Header{}, client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// newProgram is a visitor that reads JSON.
func (s *shop) newProgram() *browser {
	b := s.newBrowser()
	b.header.Set("Accept", "application/json")
	return b
}

// reply is an answer that was read.
type reply struct {
	status int
	header http.Header
	body   string
	checkout.Answer
}

// do sends one form. It may be called by several goroutines.
func (b *browser) do(method, address string, form url.Values, headers ...string) reply {
	b.t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Error(err)
		return reply{}
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return b.send(request)
}

// send sends a request with the browser's own headers and reads the answer.
func (b *browser) send(request *http.Request) reply {
	b.t.Helper()
	for name, values := range b.header {
		request.Header[name] = values
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Error(err)
		return reply{}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Error(err)
	}
	got := reply{status: response.StatusCode, header: response.Header, body: string(body)}
	if response.Header.Get("Content-Type") == "application/json" {
		if err := json.Unmarshal(body, &got.Answer); err != nil {
			b.t.Errorf("%s answered no JSON: %v", request.URL, err)
		}
	}
	return got
}

func (b *browser) get(address string) reply { return b.do(http.MethodGet, address, nil) }

func (b *browser) post(address string, form url.Values, headers ...string) reply {
	b.t.Helper()
	return b.do(http.MethodPost, address, form, headers...)
}

// follow posts a form and loads the page it redirects to.
func (b *browser) follow(address string, form url.Values) reply {
	b.t.Helper()
	answer := b.post(address, form)
	if answer.status != http.StatusSeeOther {
		b.t.Fatalf("POST %s answered %d, want 303: %s", address, answer.status, answer.body)
	}
	base, _ := url.Parse(address)
	to, err := base.Parse(answer.header.Get("Location"))
	must(b.t, err)
	return b.get(to.String())
}

// buyer is good consumer details; pairs change fields.
func buyer(pairs ...string) url.Values {
	return with(url.Values{"email": {"Ann@Example.test"}, "country": {"DE"}, "postcode": {""}, "state": {""}, "businessName": {""}, "taxId": {""}}, pairs)
}

// card is a payment form for a number on a turn; pairs change fields.
func card(number, turn string, pairs ...string) url.Values {
	return with(url.Values{
		"method": {"card"}, "number": {number}, "expiry": {"12/34"}, "cvc": {"123"}, "holder": {"Ann Example"}, "turn": {turn},
	}, pairs)
}

func with(values url.Values, pairs []string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

// lockedWriter lets handlers of several requests log into one buffer.
type lockedWriter struct {
	mu sync.Mutex
	to *bytes.Buffer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantStatus(t *testing.T, got reply, want int) {
	t.Helper()
	if got.status != want {
		t.Fatalf("status %d, want %d: %s", got.status, want, got.body)
	}
}

// wantText fails unless the page has every text.
func wantText(t *testing.T, got reply, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(got.body, text) {
			t.Errorf("the page lacks %q:\n%s", text, got.body)
		}
	}
}

func wantState(t *testing.T, got reply, status int, state pay.CheckoutState) {
	t.Helper()
	if got.status != status || got.State != state {
		t.Fatalf("answered %d %q, want %d %q: %s", got.status, got.State, status, state, got.body)
	}
}
