package cli_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// linked makes a payment link in the merchant's name whose buyer has given
// details, and pays it when told to; it sets LINK and CODE. No server runs.
func linked(ts *testscript.TestScript, _ bool, args []string) {
	var made operator.SetupOut
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &made))
	ctx, folder, reference := context.Background(), ts.MkAbs(args[0]), args[2]
	db, err := sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: filepath.Join(folder, "tillway.db")})
	ts.Check(err)
	book, err := sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: filepath.Join(folder, "simulator.db")})
	ts.Check(err)
	hooks := store.NewWebhooks(db, nil)
	links := link.New(link.Config{Rows: store.Links, Callbacks: func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) }})
	core := pay.New(pay.Config{
		DB: store.New(db, nil), Followers: []pay.Follower{links}, Now: time.Now, IDs: id.NewSource(time.Now, nil),
		Connectors: []connector.Connector{simulator.New(simulator.Config{DB: book, Now: time.Now, Timing: simulator.DefaultTiming()})},
	})
	created, err := pay.Run(ctx, core, link.CreateLink, links.Creation(link.NewLink{
		ID: link.ID(core.IDs().CUID()), Codes: []string{core.IDs().Code()}, Session: pay.SessionID(core.IDs().Session()),
		Order: pay.OrderID(core.IDs().New(id.Order)), Actor: pay.Actor{Kind: pay.ByStore, Store: made.StoreID, Env: pay.Test},
		Reference: reference, Total: money.New(10_000_000, link.Currency), ExpiresIn: "1h", Life: time.Hour, At: core.Now(),
	}))
	ts.Check(err)
	_, err = pay.Run(ctx, core, pay.PlaceOrder, pay.Placement{
		ID: pay.OrderID(core.IDs().New(id.Order)), Actor: pay.Actor{Kind: pay.ByVisitor, Store: made.StoreID, Env: pay.Test}, Session: created.Session,
		Buyer: pay.Buyer{Name: "Ali", Phone: "9647500000000", City: "Basra", Address1: "Street 1"}, At: core.Now(),
	})
	ts.Check(err)
	if len(args) > 3 {
		ts.Check(core.Pay(ctx, pay.Start{
			Session: created.Session, Visitor: "me", Method: connector.Card,
			Instrument: connector.Instrument{Card: &connector.CardDetails{Number: "4111111111111111", ExpiryMonth: 12, ExpiryYear: 2099, CVC: "123"}},
		}))
	}
	core.Stop(ctx)
	ts.Check(db.Close())
	ts.Check(book.Close())
	ts.Setenv("LINK", string(created.ID))
	ts.Setenv("CODE", created.Code)
}
