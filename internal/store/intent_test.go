package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/connector"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// wholeIntent has every member set.
func wholeIntent(key string) intent.Intent {
	at := time.Date(2026, 11, 20, 9, 30, 0, 123_456_000, time.UTC)
	name, empty := "Ali", ""
	return intent.Intent{
		ID: intent.ID("id-" + key), Transaction: intent.TransactionID("transaction-" + key), TxnRef: "WPAY" + key, Store: "STO_1", Env: pay.Test,
		Reference: intent.OrderRef{OrderRef: "ORD" + key, Discount: &empty, Tax: &name}, Amount: money.New(100_050, "PKR"),
		Description: "Product Purchase", Customer: intent.Customer{Name: &name, ShippingAddress: []byte(`{"city":"Lahore"}`)},
		Purpose: "checkout", Preferred: connector.JazzCash, Metadata: `{"a":1}`, CallbackURL: "https://a.example/hook", Callback: "callback",
		Token: "token-" + key, Status: intent.InProgress, Before: intent.Pending, Reason: "why", Session: pay.SessionID("cs_" + key),
		Payment: pay.PaymentID("PAY_" + key), Method: connector.Easypaisa, Row: 1, CreatedAt: at, UpdatedAt: at.Add(time.Second), ExpiresAt: at.Add(time.Hour),
	}
}

func mustIntentStore(t *testing.T, db sqldb.DB) *Store {
	t.Helper()
	keys, err := seal.NewKeyring(make([]byte, seal.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	return New(db, keys)
}

func TestAnIntentComesBackWhole(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := mustIntentStore(t, db)
		whole, bare := wholeIntent("1"), intent.Intent{ID: "id-2", Transaction: "transaction-2", TxnRef: "WPAY2", Store: "STO_1", Env: pay.Test, Reference: intent.OrderRef{OrderRef: "ORD2"}, Amount: money.New(1, "USD"), Session: "cs_2", Row: 1}
		changed := whole
		err := s.Write(t.Context(), func(r pay.Records) error {
			rows := Intents(r)
			for _, written := range []intent.Intent{whole, bare} {
				if fresh, err := rows.InsertIntent(written); err != nil || !fresh {
					return fmt.Errorf("fresh %t: %w", fresh, err)
				}
			}
			for name, find := range map[string]func() (intent.Intent, error){
				"its id":          func() (intent.Intent, error) { return rows.Intent(whole.ID) },
				"its transaction": func() (intent.Intent, error) { return rows.IntentByTransaction(whole.Transaction) },
				"its txnRef":      func() (intent.Intent, error) { return rows.IntentByTxnRef(whole.TxnRef) },
				"its reference":   func() (intent.Intent, error) { return rows.IntentByReference("STO_1", pay.Test, "ORD1") },
				"its session":     func() (intent.Intent, error) { return rows.IntentOfSession(whole.Session) },
				"its payment":     func() (intent.Intent, error) { return rows.IntentOfPayment(whole.Payment) },
			} {
				found, err := find()
				if diff := cmp.Diff(whole, found, cmp.Comparer(func(a, b money.Amount) bool { return a == b })); err != nil || diff != "" {
					t.Errorf("by %s: %v\n%s", name, err, diff)
				}
			}
			// Unpaid intents have no payment, and are not found by none.
			if _, err := rows.IntentOfPayment(""); err != intent.ErrNotFound {
				t.Errorf("by no payment: %v", err)
			}
			if _, err := rows.IntentByReference("STO_1", pay.Prod, "ORD1"); err != intent.ErrNotFound {
				t.Errorf("in the other environment: %v", err)
			}
			again := whole
			again.ID, again.Transaction, again.TxnRef, again.Session = "id-3", "transaction-3", "WPAY3", "cs_3"
			if fresh, err := rows.InsertIntent(again); err != nil || fresh {
				t.Errorf("a second one of the same reference: fresh %t, %v", fresh, err)
			}
			changed.Status, changed.Before, changed.Reason, changed.Payment = intent.Completed, intent.InProgress, "", "PAY_9"
			changed.Method, changed.UpdatedAt = connector.JazzCash, whole.UpdatedAt.Add(time.Minute)
			rows.UpdateIntent(changed)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		changed.Row = 2
		err = s.Read(t.Context(), func(r pay.Records) error {
			found, err := Intents(r).Intent(whole.ID)
			if diff := cmp.Diff(changed, found, cmp.Comparer(func(a, b money.Amount) bool { return a == b })); diff != "" {
				t.Errorf("changed:\n%s", diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestIntentStatementsUseAnIndex(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := mustIntentStore(t, db)
		err := s.Write(t.Context(), func(r pay.Records) error {
			for n := range 2000 {
				if _, err := Intents(r).InsertIntent(wholeIntent(fmt.Sprint(n))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec("ANALYZE"); return nil }); err != nil {
			t.Fatal(err)
		}
		for name, statement := range map[string]struct {
			sql  string
			args []any
		}{
			"intent":                {selectIntent, []any{"id-1"}},
			"intent by transaction": {selectIntentByTransaction, []any{"transaction-1"}},
			"intent by txnRef":      {selectIntentByTxnRef, []any{"WPAY1"}},
			"intent by reference":   {selectIntentByReference, []any{"STO_1", "test", "ORD1"}},
			"intent of a session":   {selectIntentOfSession, []any{"cs_1"}},
			"intent of a payment":   {selectIntentOfPayment, []any{"PAY_1"}},
			"change of an intent":   {updateIntent, []any{"id-1", 1, "", "", "", "", "", 1}},
		} {
			plan := mustExplain(t, db, statement.sql, statement.args...)
			for line := range strings.Lines(plan) {
				if strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "INDEX") || strings.Contains(line, "Seq Scan") {
					t.Errorf("%s reads the whole table:\n%s", name, plan)
				}
			}
		}
	})
}
