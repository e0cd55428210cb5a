package store

import (
	"fmt"
	"strings"
	"testing"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// Every statement about links finds its rows through an index on both engines.
func TestLinkStatementsUseAnIndex(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		mustSales(t, db)
		mustLinks(t, db)
		states := []any{"Created", "Pending", "", "", "", "", "", ""}
		for name, statement := range map[string]struct {
			sql  string
			args []any
		}{
			"link":                {selectLink, []any{"1"}},
			"link by reference":   {selectLinkByReference, []any{"1", "1"}},
			"link by code":        {selectLinkByCode, []any{"1"}},
			"link of a session":   {selectLinkOfSession, []any{"1"}},
			"links of a store":    {selectLinks, []any{"1", 10, 0}},
			"links in states":     {selectLinksInStates, append([]any{"1", 10, 0, 1}, states...)},
			"change of a link":    {updateLink, []any{"1", 1, "", "", "", "", "", 1, 1}},
			"refund":              {selectLinkRefund, []any{"1"}},
			"refunds of a store":  {selectLinkRefunds, append([]any{"1", 10, 0}, states...)},
			"refunds of a link":   {selectLinkRefundsOfOne, append(append([]any{"1", 10, 0}, states...), "1")},
			"products of a store": {selectStoreProducts, []any{"1", 10, 0}},
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

func mustLinks(t *testing.T, db sqldb.DB) {
	t.Helper()
	err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		for n := range 2000 {
			key := fmt.Sprint(n)
			tx.Exec(insertLink, key, key, key, "test", key, "IQD", 1, "", "", "", "", "", "1h", "Created", key, "", "", "", "", 1, n, n, n, 0)
			tx.Exec(insertLinkRefund, key, key, key, key, "", "", n)
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
