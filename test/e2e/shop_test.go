package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"tillway/internal/auth"
	"tillway/internal/connector"
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
	s := &shop{t: t}
	keys, err := seal.NewKeyring(bytes.Repeat([]byte{7}, 32))
	must(t, err)
	timing := simulator.DefaultTiming()
	timing.Timeout = time.Millisecond
	s.provider = simulator.New(simulator.Config{DB: sqldbtest.OpenSQLite(t, bookmigrations.FS), Timing: timing})
	db := sqldbtest.OpenSQLite(t, migrations.FS)
	s.core = pay.New(pay.Config{
		DB: store.New(db, keys), Connectors: []connector.Connector{s.provider},
		Now: time.Now, IDs: id.NewSource(time.Now, rand.Reader),
	})
	t.Cleanup(func() { s.core.Stop(context.Background()) })
	s.auth, err = auth.New(auth.Config{Store: store.NewAuth(db), Core: s.core})
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
	lines, _, err := s.provider.ListSettled(context.Background(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour), "")
	must(s.t, err)
	if len(lines) != want {
		s.t.Fatalf("the provider's book has %d charges, want %d", len(lines), want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
