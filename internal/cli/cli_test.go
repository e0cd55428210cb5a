package cli_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/app"
	"tillway/internal/cli"
	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/sqldb"
)

func TestMain(m *testing.M) {
	testscript.Main(leakChecked{m}, map[string]func(){
		"tillway": func() {
			os.Exit(cli.Run(context.Background(), os.Args[1:], cli.Streams{Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

// leakChecked runs the tests and then looks for goroutines that nobody waited for.
type leakChecked struct{ m *testing.M }

func (c leakChecked) Run() int {
	code := c.m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			return 1
		}
	}
	return code
}

// TestScripts runs testdata/script/*.txtar, which read as a person types.
// Beside the program itself they know:
//
//	serve DIR                  a server on the data in DIR, as long as the script runs; sets URL
//	unserve                    stop it (stop is testscript's own word, and ends the script)
//	session SETUP.json [LIFE]  a checkout made with the keys of setup --json; sets CHECKOUT
//	damage DB 'SQL'            change a row behind the program's back
//	receiver SETUP.json STATUS a webhook of the test environment at a receiver that answers so; sets WEBHOOK
//	verifier SETUP.json DIR    a webhook of the test environment at a receiver that verifies, and keeps bodies in DIR/EVENT-1, -2, …
//	received DIR EVENT N       wait until N of the event have come
//	asked DB SETUP.json FILE   the merchant asks for 1.00 of the payment named in FILE, to be decided; sets REFUND
//	linked DATA SETUP.json REFERENCE [paid]    a payment link whose buyer has given details, or has paid; sets LINK and CODE
//	intended DATA SETUP.json VARIABLE METHOD   a payment intent to be paid by one method; sets the variable to its page's token
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"serve": serve, "unserve": unserve, "session": session, "damage": damage, "receiver": receiver,
			"verifier": verifier, "received": received, "asked": asked, "linked": linked, "intended": intended,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// servers are the running ones by the directory of their script.
var servers sync.Map

func serve(ts *testscript.TestScript, _ bool, args []string) {
	server, err := app.New(context.Background(), app.Config{
		Config: config.Config{
			Data: config.Data{Dir: ts.MkAbs(args[0])}, Listen: "127.0.0.1:0", Dev: true, SimulatorDelay: time.Second,
		},
		Log: slog.New(slog.DiscardHandler),
	})
	ts.Check(err)
	ts.Check(server.Start(context.Background()))
	servers.Store(ts.Getenv("WORK"), server)
	ts.Setenv("URL", server.URL())
	ts.Defer(func() { halt(ts, server) })
}

func unserve(ts *testscript.TestScript, _ bool, _ []string) {
	server, running := servers.Load(ts.Getenv("WORK"))
	if !running {
		ts.Fatalf("unserve: no server runs")
	}
	halt(ts, server.(*app.App))
}

func halt(ts *testscript.TestScript, server *app.App) {
	ctx, cancel := context.WithTimeout(context.Background(), app.StopPatience)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		ts.Logf("stop: %v", err)
	}
}

func session(ts *testscript.TestScript, _ bool, args []string) {
	var made operator.SetupOut
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &made))
	key, err := pancakeclient.ParseKey(made.Pancake.Test.PrivateKey)
	ts.Check(err)
	client := pancakeclient.Client{BaseURL: ts.Getenv("URL"), MerchantID: string(made.MerchantID), Key: key}
	var product struct {
		Product struct {
			ID string `json:"id"`
		} `json:"product"`
	}
	ts.Check(client.Call(context.Background(), "/v1/actions/onetime-product/create-product", map[string]any{
		"storeId": made.StoreID, "name": "Guide",
		"prices": map[string]any{"USD": map[string]string{"amount": "10.00", "taxCategory": "ebook"}},
	}, &product))
	ask := map[string]any{"productId": product.Product.ID, "currency": "USD"}
	if len(args) > 1 {
		life, err := time.ParseDuration(args[1])
		ts.Check(err)
		ask["expiresInSeconds"] = int(life / time.Second)
	}
	var opened struct {
		CheckoutURL string `json:"checkoutUrl"`
	}
	ts.Check(client.Call(context.Background(), "/v1/actions/checkout/create-session", ask, &opened))
	ts.Setenv("CHECKOUT", opened.CheckoutURL)
}

func damage(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sqldb.OpenSQLite(context.Background(), sqldb.SQLiteConfig{Path: ts.MkAbs(args[0])})
	ts.Check(err)
	ts.Check(db.Write(context.Background(), func(tx sqldb.Tx) error {
		tx.Exec(args[1])
		return nil
	}))
	ts.Check(db.Close())
}
