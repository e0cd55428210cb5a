package cart_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tillway/internal/cart"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

// Cards of the simulator.
const (
	goodCard     = "4242424242424242"
	declinedCard = "4000000000000002"
)

// shop is a shop whose checkouts are carts'.
type shop struct {
	*paytest.Shop
	carts *cart.Carts
}

func newShop(t *testing.T, db sqldb.DB) *shop {
	t.Helper()
	carts := cart.New(cart.Config{Records: store.Carts})
	return &shop{carts: carts, Shop: paytest.NewShop(t, db, func(cfg *pay.Config) { cfg.Followers = []pay.Follower{carts} })}
}

// each runs fn on a fresh shop on each engine.
func each(t *testing.T, fn func(t *testing.T, s *shop)) {
	t.Helper()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) { fn(t, newShop(t, db)) })
}

func (s *shop) server() pay.Actor {
	return pay.Actor{Kind: pay.ByStore, Store: s.Shop.Shop.ID, Env: pay.Test}
}

func (s *shop) change(in cart.ID, variant pay.ProductID, quantity int64, choices ...cart.Choice) cart.Change {
	return cart.Change{
		Actor: s.server(), Cart: in, Fresh: cart.ID(s.IDs.ULID()), At: s.Core.Now(),
		Item: cart.Item{Variant: variant, Quantity: quantity, Choices: choices},
	}
}

func (s *shop) minted() cart.Minted {
	return cart.Minted{Cart: cart.ID(s.IDs.ULID()), Checkout: cart.CheckoutID(s.IDs.ULID()), Session: pay.SessionID(s.IDs.Session())}
}

func (s *shop) beginning(of cart.ID) cart.Beginning {
	return cart.Beginning{Actor: s.server(), Cart: of, Minted: s.minted(), At: s.Core.Now()}
}

// mustTemplate is a template cart with two guides of 29.00 USD.
func (s *shop) mustTemplate(t *testing.T) cart.Priced {
	t.Helper()
	return paytest.MustRun(t, s.Core, s.carts.Add, s.change("", s.Product.ID, 2))
}

func (s *shop) mustBegin(t *testing.T, of cart.ID) cart.Priced {
	t.Helper()
	return paytest.MustRun(t, s.Core, s.carts.Begin, s.beginning(of))
}

// mustProduct is one more product of the store.
func (s *shop) mustProduct(t *testing.T, name, metadata string, prices ...money.Amount) pay.ProductDetail {
	t.Helper()
	list := make([]pay.Price, len(prices))
	for i, price := range prices {
		list[i] = pay.Price{Amount: price, TaxCategory: pay.Ebook}
	}
	made, err := pay.NewPrices(list)
	if err != nil {
		t.Fatal(err)
	}
	return paytest.MustRun(t, s.Core, pay.CreateProduct, pay.NewProduct{
		ID: pay.ProductID(s.IDs.New("PROD")), VersionID: pay.VersionID(s.IDs.New("PVER")), Actor: s.Actor(), Store: s.Shop.Shop.ID,
		Name: name, Prices: made, Metadata: metadata, At: s.Core.Now(),
	})
}

func (s *shop) mustRetire(t *testing.T, id pay.ProductID) {
	t.Helper()
	paytest.MustRun(t, s.Core, pay.ChangeProductStatus, pay.ProductStatusChange{
		ID: id, Actor: s.Actor(), Status: pay.ProductInactive, At: s.Core.Now(),
	})
}

func (s *shop) mustShow(t *testing.T, id cart.ID) (found cart.Priced) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		found, err = s.carts.Show(r, s.server(), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var ann = pay.Buyer{FirstName: "Ann", LastName: "Lee", Address1: "1 Main St", City: "Oslo", Country: "no"}

func (s *shop) mustPlace(t *testing.T, live cart.Priced) pay.Order {
	t.Helper()
	return paytest.MustRun(t, s.Core, pay.PlaceOrder, pay.Placement{
		ID: pay.OrderID(s.IDs.New("ORD")), Actor: pay.Actor{Kind: pay.ByVisitor, Store: s.Shop.Shop.ID, Env: pay.Test},
		Session: live.Checkout.Session, BuyerEmail: "ann@example.test", Buyer: ann, At: s.Core.Now(),
	}).Order
}

func (s *shop) mustPress(t *testing.T, live cart.Priced, number string) {
	t.Helper()
	session := pay.Session{ID: live.Checkout.Session}
	look := s.MustLook(t, session, "me")
	if err := s.Core.Pay(context.Background(), paytest.Card(session, "me", look.Turn, number)); err != nil {
		t.Fatal(err)
	}
}

// told lists what was told of carts, in its order, with the snapshot's status.
func (s *shop) told(t *testing.T) (told []string) {
	t.Helper()
	for _, e := range s.events(t) {
		snapshot, err := cart.SnapshotOf(e.Noun)
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, fmt.Sprintf("%s %s", e.Type, snapshot.Status))
	}
	return told
}

func (s *shop) events(t *testing.T) (events []pay.StoredEvent) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		events, err = r.Events(pay.EventQuery{Store: s.Shop.Shop.ID, Env: pay.Test, Until: s.Clock.Now().Add(time.Hour), Limit: 99})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// The clock stands, so that only the noun's versions tell which was first.
	slices.SortFunc(events, func(a, b pay.StoredEvent) int { return cmp.Compare(a.Noun.Row, b.Noun.Row) })
	return events
}

// mustToken is a new customer's token.
func (s *shop) mustToken(t *testing.T, email string) (cart.CustomerID, id.Secret) {
	t.Helper()
	customer := cart.NewCustomer{
		Actor: s.server(), ID: cart.CustomerID(s.IDs.ULID()), Subject: s.IDs.ULID(), Email: email, Secret: id.Secret(s.IDs.Token(32)), At: s.Core.Now(),
	}
	return customer.ID, paytest.MustRun(t, s.Core, s.carts.Mint, customer)
}

func (s *shop) verify(t *testing.T, token id.Secret) (claims cart.Claims, err error) {
	t.Helper()
	err = s.Core.View(t.Context(), func(r pay.Records) (err error) {
		claims, err = s.carts.Verify(r, token, s.Core.Now())
		return err
	})
	return claims, err
}

func usd(minor int64) money.Amount { return money.New(minor, "USD") }
