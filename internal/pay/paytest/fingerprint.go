package paytest

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tillway/internal/sqldb"
)

// used are the columns that the use of a good credential writes, later and by
// itself.
var used = []string{"api_keys.last_used_at", "session_tokens.expires_at", "store_keys.last_used_at"}

// Fingerprint tells two states of a SQLite database apart, table by table and
// column by column.
func Fingerprint(t testing.TB, db sqldb.DB) string {
	t.Helper()
	var print strings.Builder
	err := db.Read(t.Context(), func(q sqldb.Querier) error {
		print.Reset()
		tables, err := texts(q, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
		if err != nil {
			return err
		}
		for _, table := range tables {
			columns, err := texts(q, `SELECT name FROM pragma_table_info($1)`, table)
			if err != nil {
				return err
			}
			var quoted []string
			for _, column := range columns {
				if !slices.Contains(used, table+"."+column) {
					quoted = append(quoted, "quote("+column+")")
				}
			}
			rows, err := texts(q, `SELECT `+strings.Join(quoted, " || ',' || ")+` AS line FROM `+table+` ORDER BY line`)
			if err != nil {
				return err
			}
			fmt.Fprintf(&print, "%s %d %x; ", table, len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return print.String()
}

func texts(q sqldb.Querier, sql string, args ...any) (list []string, err error) {
	rows, err := q.Query(sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
