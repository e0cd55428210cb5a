package link_test

import (
	"testing"
	"time"

	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// Cards of the simulator.
const (
	goodCard     = "4111111111111111"
	declinedCard = "4000000000000002"
	lostCard     = "4576750000000584" // the answer is lost, and the money moved
	unsentCard   = "4576750000000550"
	lateCard     = "4576750000007779" // expires, and is captured a minute after that
	slowCard     = "4576750000001574" // pending for a minute, then succeeds
)

// shop is a core whose sales links follow.
type shop struct {
	*paytest.Shop
	links *link.Links
}

// eachShop runs fn on a shop of each engine.
func eachShop(t *testing.T, fn func(t *testing.T, s *shop)) {
	t.Helper()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) { fn(t, newShop(t, db)) })
}

func newShop(t *testing.T, db sqldb.DB) *shop {
	t.Helper()
	s := &shop{}
	s.links = link.New(link.Config{Rows: store.Links, Callbacks: func(r pay.Records) webhook.Tx { return s.hooks(t)(r) }})
	s.Shop = paytest.NewShop(t, db, func(cfg *pay.Config) { cfg.Followers, cfg.Settings = []pay.Follower{s.links}, link.Settings() })
	return s
}

func dinars(n int64) money.Amount { return money.New(n*1000, link.Currency) }

// hooks is the webhook side of a transaction.
func (s *shop) hooks(t testing.TB) func(pay.Records) webhook.Tx {
	hooks := store.NewWebhooks(s.DB, paytest.MustKeyring(t))
	return func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) }
}

// mustSet changes the store's switches.
func (s *shop) mustSet(t testing.TB, values map[string]string) {
	t.Helper()
	paytest.MustRun(t, s.Core, pay.ChangeSettings, pay.SettingsChange{Actor: s.actor(), Store: s.Shop.Shop.ID, Set: values, At: s.Core.Now()})
}

// actor is the store's server.
func (s *shop) actor() pay.Actor {
	return pay.Actor{Kind: pay.ByStore, Store: s.Shop.Shop.ID, Env: pay.Test}
}

// newLink is a link over 10,000 dinars that lives an hour.
func (s *shop) newLink(reference string) link.NewLink {
	return link.NewLink{
		ID: link.ID(s.IDs.CUID()), Codes: []string{s.IDs.Code(), s.IDs.Code()}, Session: pay.SessionID(s.IDs.Session()),
		Order: pay.OrderID(s.IDs.New(id.Order)), CallbackID: webhook.CallbackID(s.IDs.UUID()), Actor: s.actor(), Reference: reference,
		Total: dinars(10_000), WebhookURL: "https://shop.example.test/hook", Secret: "1234567890",
		Redirection: "https://shop.example.test/thanks", ExpiresIn: "1h", Life: time.Hour, At: s.Core.Now(),
	}
}

func (s *shop) mustCreate(t testing.TB, reference string) link.Link {
	t.Helper()
	return paytest.MustRun(t, s.Core, link.CreateLink, s.links.Creation(s.newLink(reference)))
}

// mustSee is a link as it is now.
func (s *shop) mustSee(t testing.TB, reference string) (seen link.Link) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		seen, err = s.links.Look(r, s.Shop.Shop.ID, reference, s.Core.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// mustBe checks a link's status.
func (s *shop) mustBe(t testing.TB, reference string, want link.Status) {
	t.Helper()
	if seen := s.mustSee(t, reference); seen.Status != want {
		t.Errorf("the link is %s, want %s", seen.Status, want)
	}
}

// mustPlace does the consumer step of a link's page.
func (s *shop) mustPlace(t testing.TB, l link.Link) {
	t.Helper()
	paytest.MustRun(t, s.Core, pay.PlaceOrder, pay.Placement{
		ID: pay.OrderID(s.IDs.New(id.Order)), Actor: pay.Actor{Kind: pay.ByVisitor, Store: s.Shop.Shop.ID, Env: pay.Test}, Session: l.Session,
		Buyer: pay.Buyer{Name: "Ali", Phone: "9647500000000", City: "iraq_al_basrah", Address1: "Baghdad", Country: "IQ"}, At: s.Core.Now(),
	})
}

// mustPress presses the pay button of a link's page.
func (s *shop) mustPress(t testing.TB, l link.Link, card string) {
	t.Helper()
	session := pay.Session{ID: l.Session}
	look := s.MustLook(t, session, "me")
	if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", look.Turn, card)); err != nil {
		t.Fatal(err)
	}
}

// mustPay makes a paid link.
func (s *shop) mustPay(t testing.TB, reference string) link.Link {
	t.Helper()
	made := s.mustCreate(t, reference)
	s.mustPlace(t, made)
	s.mustPress(t, made, goodCard)
	s.mustBe(t, reference, link.Complete)
	return s.mustSee(t, reference)
}

// told lists the events about links, oldest first, as "type status word".
func (s *shop) told(t testing.TB) (list []string) {
	t.Helper()
	for _, event := range s.events(t) {
		snapshot, err := link.ReadSnapshot(event.Noun)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(event.Type)+" "+string(snapshot.Status)+" "+snapshot.Word)
	}
	return list
}

func (s *shop) events(t testing.TB) (list []pay.Event) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) error {
		events, err := r.Events(pay.EventQuery{Store: s.Shop.Shop.ID, Env: pay.Test, Until: s.Clock.Now().Add(time.Hour), Limit: 99})
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
