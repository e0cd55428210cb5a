package cli_test

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tillway/internal/connector"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// intended makes a payment intent in the merchant's name that is to be paid by
// one method, and sets the variable to the token of its page. No server runs.
func intended(ts *testscript.TestScript, _ bool, args []string) {
	var made operator.SetupOut
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &made))
	ctx, folder, variable := context.Background(), ts.MkAbs(args[0]), args[2]
	var intents *intent.Intents
	core, done := openCore(ts, folder, func(callbacks func(pay.Records) webhook.Tx) pay.Follower {
		intents = intent.New(intent.Config{Rows: store.Intents, Callbacks: callbacks})
		return intents
	})
	ids := core.IDs()
	token := ids.Token(tokenBytes)
	_, err := pay.Run(ctx, core, intent.CreateIntent, intents.Creation(intent.NewIntent{
		ID: intent.ID(ids.UUID()), Transaction: intent.TransactionID(ids.UUID()), TxnRef: intent.NewTxnRef(ids), Token: token,
		Session: pay.SessionID(ids.Session()), Order: pay.OrderID(ids.New(id.Order)), CallbackID: webhook.CallbackID(ids.UUID()),
		Actor:     pay.Actor{Kind: pay.ByStore, Store: made.StoreID, Env: pay.Test},
		Reference: intent.OrderRef{OrderRef: variable}, Amount: money.New(100_000, "PKR"), Description: "Basket",
		Preferred: connector.Method(args[3]), Secret: "mer_sk_abc123def4567", Policy: intent.Policy{Life: time.Hour}, At: core.Now(),
	}))
	ts.Check(err)
	done()
	ts.Setenv(variable, token)
}

// tokenBytes makes the token of a page.
const tokenBytes = 16
