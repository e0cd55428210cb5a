package intent_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/intent"
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
	goodCard     = "4242424242424242"
	declinedCard = "4000000000000002"
)

// shop is a store whose intents are followed.
type shop struct {
	*paytest.Shop
	intents *intent.Intents
	hooks   *store.Webhooks
}

// each runs fn on a shop of each engine.
func each(t *testing.T, fn func(t *testing.T, s *shop), options ...paytest.Option) {
	t.Helper()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := &shop{hooks: store.NewWebhooks(db, paytest.MustKeyring(t))}
		s.intents = intent.New(intent.Config{
			Rows: store.Intents, Callbacks: func(r pay.Records) webhook.Tx { return s.hooks.Tx(store.TxOf(r)) },
		})
		follow := func(cfg *pay.Config) { cfg.Followers = []pay.Follower{s.intents} }
		s.Shop = paytest.NewShop(t, db, slices.Concat([]paytest.Option{follow}, options)...)
		fn(t, s)
	})
}

func (s *shop) actor() pay.Actor {
	return pay.Actor{Kind: pay.ByStore, Store: s.Shop.Shop.ID, Env: pay.Test}
}

// input is a good intent of 1000.00 PKR.
func (s *shop) input(reference string) intent.NewIntent {
	return intent.NewIntent{
		ID: intent.ID(s.IDs.UUID()), Transaction: intent.TransactionID(s.IDs.UUID()), TxnRef: intent.NewTxnRef(s.IDs), Token: s.IDs.Token(16),
		Session: pay.SessionID(s.IDs.Session()), Order: pay.OrderID(s.IDs.New("ORD")), CallbackID: webhook.CallbackID(s.IDs.UUID()),
		Actor: s.actor(), Reference: intent.OrderRef{OrderRef: reference}, Amount: money.New(100_000, "PKR"), Description: "Product Purchase",
		Secret: "mer_sk_abc123def4567", Policy: intent.Policy{Life: time.Hour, ToCallback: true}, At: s.Core.Now(),
	}
}

func (s *shop) mustCreate(t *testing.T, in intent.NewIntent) intent.Intent {
	t.Helper()
	return paytest.MustRun(t, s.Core, intent.CreateIntent, s.intents.Creation(in))
}

func (s *shop) create(t *testing.T, in intent.NewIntent) error {
	t.Helper()
	_, err := pay.Run(t.Context(), s.Core, intent.CreateIntent, s.intents.Creation(in))
	return err
}

func (s *shop) mustSession(t *testing.T, i intent.Intent) (session pay.Session) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		session, err = r.SessionByHandle(i.Token)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func (s *shop) mustPress(t *testing.T, i intent.Intent, card string) {
	t.Helper()
	session := s.mustSession(t, i)
	look := s.MustLook(t, session, "me")
	if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", look.Turn, card)); err != nil {
		t.Fatal(err)
	}
}

// mustRead is the intent as it is now.
func (s *shop) mustRead(t *testing.T, i intent.Intent) (found intent.Intent) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		found, err = s.intents.Look(r, s.actor(), string(i.ID))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (s *shop) mustPaid(t *testing.T, reference string) intent.Intent {
	t.Helper()
	made := s.mustCreate(t, s.input(reference))
	s.mustPress(t, made, goodCard)
	return s.mustRead(t, made)
}

// told lists the changes of status that events tell of, in the order of the
// intents' versions: the clock stands still.
func (s *shop) told(t *testing.T) (moves []string) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) error {
		moves = nil
		events, err := r.Events(pay.EventQuery{Store: s.Shop.Shop.ID, Env: pay.Test, Until: s.Clock.Now().Add(time.Hour), Limit: 99})
		slices.SortStableFunc(events, func(a, b pay.StoredEvent) int { return cmp.Compare(a.Noun.Row, b.Noun.Row) })
		for _, event := range events {
			change, err := intent.ReadSnapshot(event.Event)
			if err != nil {
				return err
			}
			if change.Changed {
				moves = append(moves, fmt.Sprintf("%s: %s → %s (%s)", event.Type, change.Before, change.Status, change.Reason))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return moves
}

func wantCode(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != code {
		t.Errorf("%v, want %s %s", err, kind, code)
	}
}

// ask asks for a refund of the given minor units; 0 is all that is left.
func (s *shop) ask(t *testing.T, i intent.Intent, minor int64) (intent.Refund, error) {
	t.Helper()
	in := intent.NewRefund{ID: pay.RefundID(s.IDs.New("REF")), Actor: s.actor(), TxnRef: i.TxnRef, Reason: "Customer requested refund", At: s.Core.Now()}
	if minor > 0 {
		in.Amount = func(currency money.Currency) (money.Amount, error) { return money.New(minor, currency), nil }
	}
	return pay.Run(t.Context(), s.Core, intent.RequestRefund, s.intents.RefundCreation(in))
}

func (s *shop) mustAsk(t *testing.T, i intent.Intent, minor int64) intent.Refund {
	t.Helper()
	made, err := s.ask(t, i, minor)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (s *shop) decision(refund intent.Refund) pay.RefundDecision {
	return pay.RefundDecision{ID: refund.ID, Actor: pay.System(pay.Test), By: "Ann", Note: "Worn", At: s.Core.Now()}
}

var storeTx = store.TxOf
