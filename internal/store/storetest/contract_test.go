// Package storetest proves on SQLite and on PostgreSQL what the store relies
// on. The contract tests hold the sentences of DESIGN §2a, one test each; where
// a sentence is about one engine, its test says so.
package storetest

import (
	"context"
	"reflect"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ground is a schema just large enough for the contract.
var ground = fstest.MapFS{"00001_ground.sql": {Data: []byte(`-- +goose Up
CREATE TABLE note (id TEXT PRIMARY KEY, version BIGINT NOT NULL);
CREATE TABLE reply (id TEXT PRIMARY KEY, note_id TEXT NOT NULL REFERENCES note (id));
`)}}

const (
	addNote  = `INSERT INTO note (id, version) VALUES ($1, 0)`
	addReply = `INSERT INTO reply (id, note_id) VALUES ($1, $2)`
	bumpNote = `UPDATE note SET version = version + 1 WHERE id = $1 AND version = $2`
)

func onBoth(t *testing.T, fn func(t *testing.T, db sqldb.DB)) {
	t.Parallel()
	sqldbtest.Each(t, ground, fn)
}

func mustWrite(t *testing.T, db sqldb.DB, fn func(tx sqldb.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), fn); err != nil {
		t.Fatalf("Write: %v", err)
	}
}

func mustAdd(t *testing.T, db sqldb.DB, ids ...string) {
	t.Helper()
	mustWrite(t, db, func(tx sqldb.Tx) error {
		for _, id := range ids {
			tx.Exec(addNote, id)
		}
		return nil
	})
}

// wantNotes fails unless the database holds exactly these notes.
func wantNotes(t *testing.T, db sqldb.DB, want ...string) {
	t.Helper()
	have := make(map[string]bool)
	err := db.Read(context.Background(), func(q sqldb.Querier) error {
		rows, err := q.Query("SELECT id FROM note LIMIT 1000")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			have[id] = true
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	wanted := make(map[string]bool)
	for _, id := range want {
		wanted[id] = true
	}
	if !reflect.DeepEqual(have, wanted) {
		t.Errorf("notes are %v, want %v", have, wanted)
	}
}
