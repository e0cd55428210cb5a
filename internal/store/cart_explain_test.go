package store

import (
	"fmt"
	"strings"
	"testing"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// Every statement of a cart finds its rows through an index on both engines.
func TestCartStatementsUseAnIndex(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		mustCarts(t, db)
		for name, statement := range map[string]struct {
			sql  string
			args []any
		}{
			"cart":                   {selectCart, []any{"1"}},
			"change of a cart":       {updateCart, []any{"1", 1, false, "", "", "", "", "", "", 1}},
			"checkout":               {selectCheckout, []any{"1"}},
			"checkout of a sale":     {selectCheckoutOfSession, []any{"1"}},
			"checkout of a customer": {selectCheckoutOfCustomer, []any{"1", ""}},
			"change of a checkout":   {updateCheckout, []any{"1", 1, "", "", 0, "", "", "", 1, "", 1, 2}},
			"customer":               {selectCustomer, []any{"1"}},
			"lock on a customer":     {touchCustomer, []any{"1", 1}},
			"token secret":           {selectTokenSecret, []any{"1", "test"}},
			"count of products":      {countCatalogue, []any{"1", "test", "%"}},
			"newest products":        {selectCatalogueNewest, []any{"1", "test", "%", 20, 0}},
			"oldest products":        {selectCatalogueOldest, []any{"1", "test", "%", 20, 0}},
			"change of a price":      {repriceSession, []any{"1", 1, 1}},
		} {
			plan := mustExplain(t, db, statement.sql, statement.args...)
			for line := range strings.Lines(plan) {
				if strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "INDEX") || strings.Contains(line, "Seq Scan") {
					t.Errorf("%s reads a whole table:\n%s", name, plan)
				}
			}
		}
	})
}

// mustCarts fills the tables with enough rows for a planner to care.
func mustCarts(t *testing.T, db sqldb.DB) {
	t.Helper()
	mustSales(t, db)
	err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		for n := range 2000 {
			key := fmt.Sprint(n)
			tx.Exec(insertCart, key, key, "test", true, "", "", "", "", "", "", "", 1, n, n)
			tx.Exec(insertCheckout, key, key, "test", key, "", key, key, "", "", 0, "", "", "", "USD", 1, "", 1, n, n, n)
			tx.Exec(insertCustomer, key, key, "test", "", "", "", 1, n, n)
			tx.Exec(insertTokenSecret, key, "test", []byte{}, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec("ANALYZE"); return nil }); err != nil {
		t.Fatal(err)
	}
}
