package simulator_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/money"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

// opener opens one database again and again, as processes that follow one
// another do.
type opener func(t *testing.T) sqldb.DB

// eachEngine runs fn on a fresh book of each engine.
func eachEngine(t *testing.T, fn func(t *testing.T, open opener)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := sqldbtest.SQLitePath(t, simulator.Migrations)
		fn(t, func(t *testing.T) sqldb.DB {
			t.Helper()
			db, err := sqldb.OpenSQLite(context.Background(), sqldb.SQLiteConfig{Path: path})
			return mustOpen(t, db, err)
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := sqldbtest.PostgresURL(t, simulator.Migrations)
		fn(t, func(t *testing.T) sqldb.DB {
			t.Helper()
			db, err := sqldb.OpenPostgres(context.Background(), sqldb.PostgresConfig{URL: url})
			return mustOpen(t, db, err)
		})
	})
}

func mustOpen(t *testing.T, db sqldb.DB, err error) sqldb.DB {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// opening is the instant at which every fake clock starts.
var opening = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// clock is the provider's time, moved by the test.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time          { return opening.Add(time.Duration(c.ahead.Load())) }
func (c *clock) Advance(d time.Duration) { c.ahead.Add(int64(d)) }

// prompt loses answers at once and takes its time otherwise.
var prompt = simulator.Timing{
	Pending: time.Minute, Expiry: 2 * time.Minute, Late: 3 * time.Minute,
	Challenge: 15 * time.Minute, Voucher: time.Hour, Refund: 4 * time.Minute,
}

var callbackKey = []byte("a key for callbacks")

func newSimulator(db sqldb.DB, c *clock) *simulator.Simulator {
	return simulator.New(simulator.Config{DB: db, Now: c.Now, Timing: prompt, CallbackKey: callbackKey})
}

// fixture is a simulator on a book of its own.
type fixture struct {
	*simulator.Simulator
	*clock
	db sqldb.DB
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	c := &clock{}
	db := sqldbtest.OpenSQLite(t, simulator.Migrations)
	return fixture{newSimulator(db, c), c, db}
}

// dollars is an amount in USD cents.
func dollars(cents int64) money.Amount { return money.New(cents, money.MustCurrency("USD")) }

// cardCharge is a charge of 25 USD on a card that is otherwise in order.
func cardCharge(reference, number string) connector.Charge {
	return connector.Charge{
		Reference: reference, Environment: connector.Test, Amount: dollars(25_00), Method: connector.Card,
		Instrument: connector.Instrument{Card: &connector.CardDetails{
			Number: number, ExpiryMonth: 11, ExpiryYear: 2030, CVC: "739", Holder: "Ada Byron",
		}},
	}
}

func walletCharge(reference, phone string) connector.Charge {
	return connector.Charge{
		Reference: reference, Environment: connector.Test, Amount: dollars(25_00), Method: connector.Wallet,
		Instrument: connector.Instrument{Wallet: &connector.WalletAccount{Provider: "jazzcash", Phone: phone, CNIC: "873251"}},
	}
}

// mobileCharge is a charge of 25 USD on the account of the method's own provider.
func mobileCharge(reference string, method connector.Method, phone string) connector.Charge {
	charge := walletCharge(reference, phone)
	charge.Method = method
	charge.Instrument.Wallet.Provider = string(method)
	return charge
}

func tokenCharge(reference string, method connector.Method, token string) connector.Charge {
	return connector.Charge{
		Reference: reference, Environment: connector.Test, Amount: dollars(25_00), Method: method,
		Instrument: connector.Instrument{Token: token},
	}
}

// mustCard is the first magic card of a scenario.
func mustCard(t *testing.T, scenario simulator.Scenario) string {
	t.Helper()
	for _, card := range simulator.Cards() {
		if card.Scenario == scenario {
			return card.Number
		}
	}
	t.Fatalf("no card tells %q", scenario)
	return ""
}
