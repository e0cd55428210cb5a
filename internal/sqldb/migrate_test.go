package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"tillway/internal/fault"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

// history is a program's migrations up to a version.
func history(version int) fs.FS {
	all := []string{
		`CREATE TABLE thing (id TEXT PRIMARY KEY);`,
		`ALTER TABLE thing ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';`,
		`CREATE TABLE other (id TEXT PRIMARY KEY);`,
	}
	files := make(fstest.MapFS)
	for i, text := range all[:version] {
		files[fmt.Sprintf("%05d_step.sql", i+1)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return files
}

func mustMigrate(t *testing.T, db sqldb.DB, version int) (from, to int64) {
	t.Helper()
	from, to, err := sqldb.Migrate(t.Context(), db, history(version), nil)
	if err != nil {
		t.Fatalf("Migrate: %v", err)
	}
	return from, to
}

func TestMigrateBringsADatabaseToTheNewestVersion(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db sqldb.DB) {
		for _, step := range []struct{ to, wantFrom int64 }{{1, 0}, {1, 1}, {3, 1}} {
			if from, to := mustMigrate(t, db, int(step.to)); from != step.wantFrom || to != step.to {
				t.Errorf("migrated from %d to %d, want from %d to %d", from, to, step.wantFrom, step.to)
			}
		}
		if current, newest, err := sqldb.Version(t.Context(), db, history(3)); current != 3 || newest != 3 || err != nil {
			t.Errorf("Version gives %d, %d, %v, want 3, 3", current, newest, err)
		}
		mustWrite(t, db, func(tx sqldb.Tx) error {
			tx.Exec("INSERT INTO thing (id) VALUES ('a')")
			tx.Exec("INSERT INTO other (id) VALUES ('a')")
			return nil
		})
	})
}

func TestMigrateRefusesADatabaseOfANewerVersion(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db sqldb.DB) {
		mustMigrate(t, db, 3)
		_, _, err := sqldb.Migrate(t.Context(), db, history(2), nil)
		refused := fault.From(err)
		if refused == nil || refused.Kind != fault.State || refused.Code != "database_newer" {
			t.Fatalf("Migrate gives %v, want the fault database_newer", err)
		}
		for _, want := range []string{"version 3", "versions up to 2"} {
			if !strings.Contains(refused.Message, want) {
				t.Errorf("the message %q does not say %q", refused.Message, want)
			}
		}
		if current, _, err := sqldb.Version(t.Context(), db, history(2)); current != 3 || err != nil {
			t.Errorf("the database is now of version %d (%v), want 3", current, err)
		}
	})
}

func TestMigrateLeavesTheVersionWhereAStepFailed(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, nil, func(t *testing.T, db sqldb.DB) {
		broken := history(2).(fstest.MapFS)
		broken["00003_step.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE half (id TEXT);\nINSERT INTO nowhere VALUES (1);\n")}
		if _, _, err := sqldb.Migrate(t.Context(), db, broken, nil); err == nil {
			t.Fatal("a broken step gives no error")
		}
		if current, _, err := sqldb.Version(t.Context(), db, broken); current != 2 || err != nil {
			t.Errorf("the version is %d (%v), want 2", current, err)
		}
		err := db.Read(t.Context(), func(q sqldb.Querier) error { _, err := q.Query("SELECT id FROM half"); return err })
		if err == nil {
			t.Error("half of the broken step is there")
		}
	})
}

func TestMigrateBacksSQLiteUpBeforeItChangesData(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "it's %20 data.db")
	db := sqldbtest.ReopenSQLite(t, path)
	mustMigrate(t, db, 1)
	if found := backups(t, path); len(found) != 0 {
		t.Errorf("a new database left backups %v", found)
	}
	mustWrite(t, db, func(tx sqldb.Tx) error { tx.Exec("INSERT INTO thing (id) VALUES ('kept')"); return nil })
	mustMigrate(t, db, 3)
	mustMigrate(t, db, 3)

	want := path + ".v1-before-v3.backup"
	if found := backups(t, path); len(found) != 1 || found[0] != want {
		t.Fatalf("backups are %v, want %s", found, want)
	}
	old := sqldbtest.ReopenSQLite(t, want)
	if current, _, err := sqldb.Version(t.Context(), old, history(3)); current != 1 || err != nil {
		t.Errorf("the backup is of version %d (%v), want 1", current, err)
	}
	var id string
	err := old.Read(t.Context(), func(q sqldb.Querier) error { return q.QueryRow("SELECT id FROM thing").Scan(&id) })
	if err != nil || id != "kept" {
		t.Errorf("the backup holds %q (%v), want the row from before", id, err)
	}
}

func backups(t *testing.T, path string) []string {
	t.Helper()
	entries, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.backup*"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		if !strings.HasSuffix(entry, "-wal") && !strings.HasSuffix(entry, "-shm") {
			found = append(found, entry)
		}
	}
	return found
}

func TestMigrateFindsRowsThatAStepHasOrphanedOnSQLite(t *testing.T) {
	t.Parallel()
	db := sqldbtest.OpenSQLite(t, nil)
	steps := fstest.MapFS{
		"00001_tables.sql": {Data: []byte("-- +goose Up\nCREATE TABLE a (id TEXT PRIMARY KEY);\nCREATE TABLE b (a_id TEXT REFERENCES a (id));")},
		"00002_orphan.sql": {Data: []byte("-- +goose Up\nINSERT INTO b (a_id) VALUES ('gone');")},
	}
	if _, _, err := sqldb.Migrate(t.Context(), db, steps, nil); err == nil || !contains(err, "row of b") {
		t.Errorf("Migrate gives %v, want an error that names the table", err)
	}
}

func TestNodesThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	url := sqldbtest.PostgresURL(t, nil)
	const nodes = 4
	var applied [nodes]int64
	errs := make([]error, nodes)
	var group sync.WaitGroup
	for i := range nodes {
		group.Go(func() {
			db, err := sqldb.OpenPostgres(context.Background(), sqldb.PostgresConfig{URL: url, MaxConns: 2})
			if err != nil {
				errs[i] = err
				return
			}
			from, to, err := sqldb.Migrate(context.Background(), db, history(3), nil)
			applied[i] = to - from
			errs[i] = errors.Join(err, db.Close())
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, n := range applied {
		sum += n
	}
	if sum != 3 {
		t.Errorf("the nodes applied %v steps, want 3 in all, by one of them", applied)
	}
}
