package sqldb_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

// sale has the shape of the hot path: four rows in four tables, each with a
// time-ordered primary key and the usual secondary index.
var sale = fstest.MapFS{"00001_sale.sql": {Data: []byte(`-- +goose Up
CREATE TABLE orders (id TEXT PRIMARY KEY, store_id TEXT NOT NULL, created_at BIGINT NOT NULL, amount BIGINT NOT NULL, body TEXT NOT NULL);
CREATE INDEX orders_store ON orders (store_id, created_at);
CREATE TABLE payments (id TEXT PRIMARY KEY, store_id TEXT NOT NULL, created_at BIGINT NOT NULL, amount BIGINT NOT NULL, body TEXT NOT NULL);
CREATE INDEX payments_store ON payments (store_id, created_at);
CREATE TABLE events (id TEXT PRIMARY KEY, store_id TEXT NOT NULL, created_at BIGINT NOT NULL, amount BIGINT NOT NULL, body TEXT NOT NULL);
CREATE TABLE deliveries (id TEXT PRIMARY KEY, store_id TEXT NOT NULL, created_at BIGINT NOT NULL, amount BIGINT NOT NULL, body TEXT NOT NULL);
`)}}

const saleBody = `{"id":"ORD_0123456789abcdefghijkl","status":"completed","buyerEmail":"a@example.com","amount":"29.00","currency":"USD"}`

func writeSale(tx sqldb.Tx, n int64) {
	id := fmt.Sprintf("%022d", n)
	store := "STO_" + id[19:]
	tx.Exec("INSERT INTO orders (id, store_id, created_at, amount, body) VALUES ($1, $2, $3, $4, $5)", "ORD_"+id, store, n, 2900, saleBody)
	tx.Exec("INSERT INTO payments (id, store_id, created_at, amount, body) VALUES ($1, $2, $3, $4, $5)", "PAY_"+id, store, n, 2900, saleBody)
	tx.Exec("INSERT INTO events (id, store_id, created_at, amount, body) VALUES ($1, $2, $3, $4, $5)", "EVT_"+id, store, n, 2900, saleBody)
	tx.Exec("INSERT INTO deliveries (id, store_id, created_at, amount, body) VALUES ($1, $2, $3, $4, $5)", "DLV_"+id, store, n, 2900, saleBody)
}

// BenchmarkWriteSale measures four-row transactions: "alone" one after another,
// each with a commit of its own, and "together" from many callers at once.
func BenchmarkWriteSale(b *testing.B) {
	engines := map[sqldb.Engine]func(*testing.B) sqldb.DB{
		sqldb.SQLite:   func(b *testing.B) sqldb.DB { return sqldbtest.OpenSQLite(b, sale) },
		sqldb.Postgres: func(b *testing.B) sqldb.DB { return sqldbtest.OpenPostgres(b, sale) },
	}
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.Postgres} {
		b.Run(string(engine)+"/alone", func(b *testing.B) {
			db := engines[engine](b)
			b.ResetTimer()
			for n := range int64(b.N) {
				if err := db.Write(b.Context(), func(tx sqldb.Tx) error { writeSale(tx, n); return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
		})
		b.Run(string(engine)+"/together", func(b *testing.B) {
			db := engines[engine](b)
			var last atomic.Int64
			b.SetParallelism(64)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := last.Add(1)
					if err := db.Write(b.Context(), func(tx sqldb.Tx) error { writeSale(tx, n); return nil }); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
		})
	}
}

// BenchmarkReadPage measures a short page of rows, whose length is a parameter.
func BenchmarkReadPage(b *testing.B) {
	db := sqldbtest.OpenSQLite(b, sale)
	err := db.Write(b.Context(), func(tx sqldb.Tx) error {
		for n := range int64(1000) {
			writeSale(tx, n)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := range b.N {
		err := db.Read(b.Context(), func(q sqldb.Querier) error {
			rows, err := q.Query("SELECT id FROM orders WHERE store_id = $1 AND created_at >= $2 ORDER BY created_at LIMIT $3", "STO_001", 0, 5+n%3)
			if err != nil {
				return err
			}
			rows.Close()
			return rows.Err()
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
