package pay_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// lossyDB is a database whose connection is lost at chosen commits.
type lossyDB struct {
	pay.DB
	// losses tells of the writes to come, one by one, what becomes of them; a
	// write beyond the list goes well.
	losses []loss
	onLoss func()
	mu     sync.Mutex // buyers write at once
}

type loss string

const (
	fine       loss = ""
	lostAfter  loss = "the commit was done and its answer lost"
	lostBefore loss = "the commit was not done, and nobody knows"
	away       loss = "the database cannot be reached"
	died       loss = "the process died before it"
)

var errDied = errors.New("the process died")

var errDatabaseAway = fault.New(fault.Unavailable, "database_unavailable", "The database does not answer; nothing was done")

func (d *lossyDB) next() loss {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.losses) == 0 {
		return fine
	}
	next := d.losses[0]
	d.losses = d.losses[1:]
	return next
}

func (d *lossyDB) Write(ctx context.Context, fn func(pay.Records) error) error {
	next := d.next()
	if next != fine && d.onLoss != nil {
		defer d.onLoss()
	}
	switch next {
	case lostAfter:
		if err := d.DB.Write(ctx, fn); err != nil {
			return err
		}
		return pay.ErrUnknownCommit
	case lostBefore:
		discarded := errors.New("discarded")
		if err := d.DB.Write(ctx, func(r pay.Records) error { return errors.Join(fn(r), discarded) }); !errors.Is(err, discarded) {
			return err
		}
		return pay.ErrUnknownCommit
	case away:
		return errDatabaseAway
	case died:
		return errDied
	}
	return d.DB.Write(ctx, fn)
}

// newLossyShop is a shop over a database that can be lost. That both engines
// tell a lost commit from others is shown beside them; what follows from it is
// the same on both.
func newLossyShop(t *testing.T) (*paytest.Shop, *oddity, *lossyDB) {
	t.Helper()
	o, db := &oddity{}, &lossyDB{}
	return paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS), func(cfg *pay.Config) {
		db.DB, cfg.DB = cfg.DB, db
		o.Connector = cfg.Connectors[0]
		cfg.Connectors = []connector.Connector{o}
	}), o, db
}

func TestUnknownCommitOfACommand(t *testing.T) {
	t.Parallel()
	stories := map[string][]loss{
		"that was done":               {lostAfter},
		"that was not done":           {lostBefore},
		"that was done at last":       {lostBefore, lostAfter},
		"while the database is away":  {lostAfter, away, away},
		"undone, and the database is": {lostBefore, away, lostBefore},
	}
	for name, losses := range stories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, db := newLossyShop(t)
			lose := func() { db.losses = append([]loss(nil), losses...) }
			lose()
			merchant := paytest.MustRun(t, s.Core, pay.CreateMerchant, pay.NewMerchant{
				ID: pay.MerchantID(s.IDs.New("MER")), Email: "second@shop.example", At: s.Core.Now(),
			})
			lose()
			shop := paytest.MustRun(t, s.Core, pay.CreateStore, newStore(s, "Lossy"))
			lose()
			product := paytest.MustRun(t, s.Core, pay.CreateProduct, pay.NewProduct{
				ID: pay.ProductID(s.IDs.New("PROD")), VersionID: pay.VersionID(s.IDs.New("PVER")), Actor: s.Actor(), Store: shop.ID,
				Name: "Lossy", Prices: s.Product.Current.Prices, At: s.Core.Now(),
			})
			lose()
			session := paytest.MustRun(t, s.Core, pay.CreateSession, pay.NewSession{
				ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: product.ID, Currency: "USD", At: s.Core.Now(),
			})
			lose()
			order := s.MustPlace(t, session.Session)
			if merchant.Email != "second@shop.example" || session.StoreSlug != shop.Slug || session.Product != product.ID ||
				product.Current.Name != "Lossy" || product.Status(pay.Test) != pay.ProductActive || order.Session != session.ID {
				t.Errorf("merchant %+v, session %+v, product %+v, order %+v", merchant, session, product, order)
			}
			lose()
			key := &pay.Key{Scope: "merchant/test", Value: "a", Keep: time.Hour}
			first := mustOnce(t, s, key, newStore(s, "Keyed"))
			if again := mustOnce(t, s, key, pay.NewStore{}); string(again.Body) != string(first.Body) {
				t.Errorf("%s, then %s", first.Body, again.Body)
			}
			for what, count := range map[string]string{
				"merchant": `SELECT COUNT(*) FROM merchants WHERE email = 'second@shop.example'`,
				"store":    `SELECT COUNT(*) FROM stores WHERE name = 'Lossy'`,
				"keyed":    `SELECT COUNT(*) FROM stores WHERE name = 'Keyed'`,
				"order":    `SELECT COUNT(*) FROM orders`,
			} {
				if n := s.Int(t, count); n != 1 {
					t.Errorf("%s: %d rows", what, n)
				}
			}
		})
	}
	t.Run("stays unknown while the database stays away, and is not called undone", func(t *testing.T) {
		t.Parallel()
		s, _, db := newLossyShop(t)
		db.losses = []loss{lostAfter}
		ctx, cancel := context.WithCancel(t.Context())
		db.onLoss = cancel // nobody waits for it any more
		_, err := pay.Run(ctx, s.Core, pay.CreateStore, newStore(s, "Lossy"))
		if fault.CodeOf(err) != "outcome_unknown" {
			t.Errorf("got %v", err)
		}
	})
}

func TestUnknownCommitOfASale(t *testing.T) {
	t.Parallel()
	for name, losses := range map[string][]loss{
		"the attempt's, which was done":        {lostAfter},
		"the attempt's, which was not done":    {lostBefore},
		"the attempt's, twice":                 {lostBefore, lostAfter, away},
		"the result's, which was done":         {fine, lostAfter},
		"the result's, which was not done":     {fine, lostBefore},
		"the result's, while the disk is away": {fine, away, lostBefore, away, lostAfter},
		"both":                                 {lostAfter, fine, lostBefore, lostAfter},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, o, db := newLossyShop(t)
			session := s.MustOpen(t)
			s.MustPlace(t, session)
			db.losses = losses
			mustPay(t, s, paytest.Card(session, "me", 0, goodCard))
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Errorf("state %s", look.State)
			}
			if o.begun.Load() != 1 {
				t.Errorf("the provider was called %d times", o.begun.Load())
			}
			wantBalances(t, s, sold)
			for what, count := range map[string]string{
				"attempts": `SELECT COUNT(*) FROM attempts`, "events": `SELECT COUNT(*) FROM events`,
			} {
				if n := s.Int(t, count); n != 1 {
					t.Errorf("%d %s", n, what)
				}
			}
			wantTimers(t, s, 0)
		})
	}
	t.Run("does not call the provider for an attempt that another press was faster with", func(t *testing.T) {
		t.Parallel()
		s, o, db := newLossyShop(t)
		session := s.MustOpen(t)
		s.MustPlace(t, session)
		db.losses = []loss{lostBefore}
		db.onLoss = func() {
			db.onLoss = nil
			other := pay.New(pay.Config{DB: db.DB, Connectors: []connector.Connector{o}, Now: s.Clock.Now, IDs: s.IDs})
			defer other.Stop(context.Background())
			if err := other.Pay(t.Context(), paytest.Card(session, "me", 0, goodCard)); err != nil {
				t.Error(err)
			}
		}
		mustPay(t, s, paytest.Card(session, "me", 0, goodCard))
		if o.begun.Load() != 1 {
			t.Errorf("the provider was called %d times", o.begun.Load())
		}
		wantBalances(t, s, sold)
	})
}
