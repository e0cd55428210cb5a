package cli_test

import (
	"context"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// openCore opens the data in a folder that no server serves, with the sales of
// one dialect followed; done closes it.
func openCore(ts *testscript.TestScript, folder string, following func(callbacks func(pay.Records) webhook.Tx) pay.Follower) (core *pay.Core, done func()) {
	ctx := context.Background()
	db, err := sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: filepath.Join(folder, "tillway.db")})
	ts.Check(err)
	book, err := sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: filepath.Join(folder, "simulator.db")})
	ts.Check(err)
	hooks := store.NewWebhooks(db, nil)
	follower := following(func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) })
	core = pay.New(pay.Config{
		DB: store.New(db, nil), Followers: []pay.Follower{follower}, Now: time.Now, IDs: id.NewSource(time.Now, nil),
		Connectors: []connector.Connector{simulator.New(simulator.Config{DB: book, Now: time.Now, Timing: simulator.DefaultTiming()})},
	})
	return core, func() {
		core.Stop(ctx)
		ts.Check(db.Close())
		ts.Check(book.Close())
	}
}
