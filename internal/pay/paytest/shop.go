package paytest

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

// Shop is a core with one merchant, one store and one product at 29.00 USD.
type Shop struct {
	Core      *pay.Core
	DB        sqldb.DB
	Store     *store.Store
	Simulator *simulator.Simulator
	Clock     *Clock
	IDs       *id.Source
	Merchant  pay.Merchant
	Shop      pay.Store
	Product   pay.ProductDetail
}

// Option changes the core's configuration before it is used.
type Option func(*pay.Config)

// Each runs fn on a fresh shop on each engine.
func Each(t *testing.T, fn func(t *testing.T, s *Shop), options ...Option) {
	t.Helper()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) { fn(t, NewShop(t, db, options...)) })
}

// NewShop makes a shop on a migrated database. The simulator answers at once
// and has a book of its own.
func NewShop(t testing.TB, db sqldb.DB, options ...Option) *Shop {
	t.Helper()
	clock := NewClock()
	timing := simulator.DefaultTiming()
	timing.Timeout = 0
	s := &Shop{
		DB: db, Clock: clock, IDs: id.NewSource(clock.Now, rand.Reader), Store: store.New(db, MustKeyring(t)),
		Simulator: simulator.New(simulator.Config{
			DB: sqldbtest.OpenSQLite(t, simulator.Migrations), Now: clock.Now, Timing: timing,
		}),
	}
	cfg := pay.Config{
		DB: s.Store, Connectors: []connector.Connector{s.Simulator}, Now: clock.Now, IDs: s.IDs, CallLimit: 10 * time.Second,
	}
	for _, option := range options {
		option(&cfg)
	}
	s.Core = pay.New(cfg)
	t.Cleanup(func() { s.Core.Stop(context.Background()) })
	s.Merchant = MustRun(t, s.Core, pay.CreateMerchant, pay.NewMerchant{
		ID: pay.MerchantID(s.IDs.New("MER")), Email: "owner@shop.example", At: s.Core.Now(),
	})
	s.Shop = MustRun(t, s.Core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(s.IDs.New("STO")), Slug: s.IDs.Slug("Acme"), Name: "Acme", Owner: s.Merchant.ID, At: s.Core.Now(),
	})
	s.Product = MustRun(t, s.Core, pay.CreateProduct, pay.NewProduct{
		ID: pay.ProductID(s.IDs.New("PROD")), VersionID: pay.VersionID(s.IDs.New("PVER")), Actor: s.Actor(), Store: s.Shop.ID,
		Name: "Guide", Description: "A guide as PDF", At: s.Core.Now(),
		Prices: pay.Prices{{Amount: money.New(2900, "USD"), TaxCategory: pay.Ebook}},
	})
	return s
}

// MustKeyring is a keyring of a fixed master key.
func MustKeyring(t testing.TB) *seal.Keyring {
	t.Helper()
	keys, err := seal.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatalf("keyring: %v", err)
	}
	return keys
}

// MustRun runs a command and fails the test on an error.
func MustRun[In, Out any](t testing.TB, c *pay.Core, command pay.Command[In, Out], in In) Out {
	t.Helper()
	out, err := pay.Run(context.Background(), c, command, in)
	if err != nil {
		t.Fatalf("%T: %v", in, err)
	}
	return out
}

// Actor is the merchant with a key of the test environment.
func (s *Shop) Actor() pay.Actor {
	return pay.Actor{Kind: pay.ByMerchant, Env: pay.Test, Merchant: s.Merchant.ID}
}

// MustOpen makes a checkout session.
func (s *Shop) MustOpen(t testing.TB) pay.Session {
	t.Helper()
	return MustRun(t, s.Core, pay.CreateSession, pay.NewSession{
		ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: s.Product.ID, Currency: "USD", At: s.Core.Now(),
	}).Session
}

// MustPlace takes a session through its consumer step.
func (s *Shop) MustPlace(t testing.TB, session pay.Session) pay.Order {
	t.Helper()
	return MustRun(t, s.Core, pay.PlaceOrder, s.Placement(session)).Order
}

// Placement is a complete consumer step for a session.
func (s *Shop) Placement(session pay.Session) pay.Placement {
	return pay.Placement{
		ID: pay.OrderID(s.IDs.New("ORD")), Actor: s.Actor(), Session: session.ID, At: s.Core.Now(),
		BuyerEmail: "Buyer@Example.com", Billing: pay.Billing{Country: "DE"},
	}
}

// Card is one press of the pay button with a card of the simulator.
func Card(session pay.Session, visitor string, turn int64, number string) pay.Start {
	return pay.Start{
		Session: session.ID, Visitor: visitor, Turn: turn, Method: connector.Card,
		Instrument: connector.Instrument{Card: &connector.CardDetails{Number: number, ExpiryMonth: 12, ExpiryYear: 2030, CVC: "123"}},
	}
}

// MustLook is the state of a checkout for one browser.
func (s *Shop) MustLook(t testing.TB, session pay.Session, visitor string) pay.Checkout {
	t.Helper()
	look, err := s.Core.LookAtCheckout(context.Background(), session.ID, visitor)
	if err != nil {
		t.Fatalf("look: %v", err)
	}
	return look
}
