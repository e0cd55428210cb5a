package sqldb_test

import (
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"tillway/internal/sqldb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ground is a schema with a column of every type of the portable subset.
var ground = fstest.MapFS{"00001_ground.sql": {Data: []byte(`-- +goose Up
CREATE TABLE item (
	id    TEXT PRIMARY KEY,
	n     BIGINT,
	ok    BOOLEAN,
	bytes BYTEA
);
`)}}

const addItem = `INSERT INTO item (id, n, ok, bytes) VALUES ($1, $2, $3, $4)`

func mustWrite(t testing.TB, db sqldb.DB, fn func(tx sqldb.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), fn); err != nil {
		t.Fatalf("Write: %v", err)
	}
}
