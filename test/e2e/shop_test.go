package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/auth"
	"tillway/internal/connector"
	"tillway/internal/connector/manual"
	"tillway/internal/connector/simulator"
	bookmigrations "tillway/internal/connector/simulator/migrations"
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
	challengeCard = "4000000000003220"
	pendingCard   = "4576750000001574"
)

// shop is a store on sale behind a real socket.
type shop struct {
	*httptest.Server
	t        *testing.T
	clock    *clock
	core     *pay.Core
	auth     *auth.Auth
	provider *simulator.Simulator
	merchant pay.Actor
	store    pay.Store
	product  pay.ProductID
}

// newShop opens one with its own databases.
func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, clock: &clock{}}
	keys, err := seal.NewKeyring(bytes.Repeat([]byte{7}, 32))
	must(t, err)
	timing := simulator.DefaultTiming()
	timing.Timeout = time.Millisecond
	s.provider = simulator.New(simulator.Config{DB: sqldbtest.OpenSQLite(t, bookmigrations.FS), Now: s.clock.now, Timing: timing})
	db := sqldbtest.OpenSQLite(t, migrations.FS)
	ids := id.NewSource(s.clock.now, rand.Reader)
	s.core = pay.New(pay.Config{
		DB: store.New(db, keys), Now: s.clock.now, IDs: ids,
		Connectors: []connector.Connector{s.provider, manual.New(manual.Config{DB: db, Now: s.clock.now, IDs: ids})},
	})
	t.Cleanup(func() { s.core.Stop(context.Background()) })
	s.auth, err = auth.New(auth.Config{Store: store.NewAuth(db, keys), Core: s.core})
	must(t, err)
	t.Cleanup(s.auth.Stop)
	s.stock()

	design, err := ui.New()
	must(t, err)
	var cards []checkout.TestCard
	for _, c := range simulator.Cards() {
		cards = append(cards, checkout.TestCard{Number: c.Number, Summary: c.Summary})
	}
	handler, err := checkout.New(checkout.Config{
		Core: s.core, Tokens: s.auth, UI: design, TestCards: cards, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	must(t, err)
	mux := http.NewServeMux()
	handler.Routes(mux)
	design.Routes(mux)
	mux.HandleFunc("GET /picture/{file}", showPicture)
	mux.HandleFunc("GET /thanks", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>Thanks</title><h1>Back in the shop</h1></html>`))
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// stock makes the merchant, the store and one product.
func (s *shop) stock() {
	ctx, ids, at := context.Background(), s.core.IDs(), s.core.Now()
	owner, err := pay.Run(ctx, s.core, pay.CreateMerchant, pay.NewMerchant{
		ID: pay.MerchantID(ids.New(id.Merchant)), Email: "owner@example.test", At: at,
	})
	must(s.t, err)
	s.merchant = pay.Actor{Kind: pay.ByMerchant, Env: pay.Test, Merchant: owner.ID}
	s.store, err = pay.Run(ctx, s.core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(ids.New(id.Store)), Slug: ids.Slug("Northwind Press"), Name: "Northwind Press", Owner: owner.ID, Approved: true, At: at,
	})
	must(s.t, err)
	prices, err := pay.NewPrices([]pay.Price{{Amount: money.New(2900, "USD"), TaxCategory: pay.Ebook}})
	must(s.t, err)
	made, err := pay.Run(ctx, s.core, pay.CreateProduct, pay.NewProduct{
		ID: pay.ProductID(ids.New(id.Product)), VersionID: pay.VersionID(ids.New(id.ProductVersion)),
		Actor: s.merchant, Store: s.store.ID, Name: "The Field Guide to Small Shops",
		Description: "A practical handbook in 12 chapters. PDF and EPUB, with free updates for a year.",
		Prices:      prices, At: at,
	})
	must(s.t, err)
	s.product = made.ID
}

// session opens a checkout that takes cards and returns its page's address.
func (s *shop) session(changes ...func(*pay.NewSession)) string {
	s.t.Helper()
	in := pay.NewSession{
		ID: pay.SessionID(s.core.IDs().Session()), Actor: s.merchant, Product: s.product, Currency: "USD",
		Include: []connector.Method{connector.Card}, At: s.core.Now(),
	}
	if s.Server != nil {
		in.SuccessURL = s.URL + "/thanks"
	}
	for _, change := range changes {
		change(&in)
	}
	made, err := pay.Run(context.Background(), s.core, pay.CreateSession, in)
	must(s.t, err)
	return s.URL + "/store/" + made.StoreSlug + "/checkout/" + string(made.ID)
}

// wantCharges fails unless the provider's own book has so many captures.
func (s *shop) wantCharges(want int) {
	s.t.Helper()
	lines, _, err := s.provider.ListSettled(context.Background(), s.clock.now().Add(-time.Hour), s.clock.now().Add(time.Hour), "")
	must(s.t, err)
	if len(lines) != want {
		s.t.Fatalf("the provider's book has %d charges, want %d", len(lines), want)
	}
}

// orderOf is the order of the checkout at an address.
func (s *shop) orderOf(page string) (order pay.Order) {
	s.t.Helper()
	must(s.t, s.core.View(context.Background(), func(r pay.Records) error {
		session, err := r.Session(pay.SessionID(page[strings.LastIndex(page, "/")+1:]))
		if err == nil {
			order, err = r.Order(session.Order)
		}
		return err
	}))
	return order
}

// inquire does what the inquiry timer of the checkout's last attempt does.
func (s *shop) inquire(page string) {
	s.t.Helper()
	var attempt pay.Attempt
	order := s.orderOf(page)
	must(s.t, s.core.View(context.Background(), func(r pay.Records) (err error) {
		attempt, err = r.LastAttemptOfOrder(order.ID)
		return err
	}))
	must(s.t, s.core.Inquire(context.Background(), attempt.ID, 0))
}

// closeStore ends the store's selling.
func (s *shop) closeStore() {
	s.t.Helper()
	_, err := pay.Run(context.Background(), s.core, func(_ context.Context, tx pay.Tx, id pay.StoreID) (pay.Store, error) {
		found, err := tx.Store(id)
		if err == nil {
			found.Status = pay.StoreInactive
			tx.UpdateStore(found)
		}
		return found, err
	}, s.store.ID)
	must(s.t, err)
}

// clock is the time of day, and as much later as the test has moved it.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += by
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
