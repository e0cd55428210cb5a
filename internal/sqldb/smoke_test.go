package sqldb_test

import (
	"testing"
	"testing/fstest"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

var smoke = fstest.MapFS{"00001_a.sql": {Data: []byte(`-- +goose Up
CREATE TABLE t (id TEXT PRIMARY KEY, n BIGINT NOT NULL, b BYTEA, ok BOOLEAN NOT NULL);
`)}}

func TestSmoke(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, smoke, func(t *testing.T, db sqldb.DB) {
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec("INSERT INTO t (n, id, b, ok) VALUES ($2, $1, $3, $4)", "a", 7, []byte{}, true)
			tx.Exec("INSERT INTO t (n, id, b, ok) VALUES ($2, $1, $3, $4)", "b", 7, nil, false)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Read(t.Context(), func(q sqldb.Querier) error {
			rows, err := q.Query("SELECT id, n, b, ok FROM t ORDER BY id")
			if err != nil {
				return err
			}
			for rows.Next() {
				var id string
				var n int64
				var b []byte
				var ok bool
				if err := rows.Scan(&id, &n, &b, &ok); err != nil {
					return err
				}
				t.Log(id, n, b == nil, b, ok)
			}
			var x int64
			if err := q.QueryRow("SELECT SUM(n) FROM t").Scan(&x); err != nil {
				return err
			}
			return q.QueryRow("SELECT CASE WHEN 'a' LIKE 'A' THEN 1 ELSE 0 END").Scan(&x)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
