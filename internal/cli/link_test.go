package cli_test

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tillway/internal/connector"
	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// linked makes a payment link in the merchant's name whose buyer has given
// details, and pays it when told to; it sets LINK and CODE. No server runs.
func linked(ts *testscript.TestScript, _ bool, args []string) {
	var made operator.SetupOut
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &made))
	ctx, folder, reference := context.Background(), ts.MkAbs(args[0]), args[2]
	var links *link.Links
	core, done := openCore(ts, folder, func(callbacks func(pay.Records) webhook.Tx) pay.Follower {
		links = link.New(link.Config{Rows: store.Links, Callbacks: callbacks})
		return links
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
	done()
	ts.Setenv("LINK", string(created.ID))
	ts.Setenv("CODE", created.Code)
}
