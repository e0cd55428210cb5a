// Package sqldbtest gives tests fresh, migrated databases on both engines:
// SQLite files, and databases of a real PostgreSQL server that it starts
// itself. It knows sqldb and no table.
//
// A test that needs PostgreSQL fails where its programs are missing; it does
// not skip, unless TILLWAY_TEST_GO_ONLY=1 asks for the tests that need Go alone.
package sqldbtest

import (
	"context"
	"io/fs"
	"testing"

	"tillway/internal/sqldb"
)

// Each runs fn in the subtests "sqlite" and "postgres", in parallel, each on a
// fresh database with the migrations applied. A nil migrations leaves the
// database empty.
func Each(t *testing.T, migrations fs.FS, fn func(t *testing.T, db sqldb.DB)) {
	t.Helper()
	t.Run(string(sqldb.SQLite), func(t *testing.T) {
		t.Parallel()
		fn(t, OpenSQLite(t, migrations))
	})
	t.Run(string(sqldb.Postgres), func(t *testing.T) {
		t.Parallel()
		fn(t, OpenPostgres(t, migrations))
	})
}

// OpenSQLite opens a fresh SQLite database and closes it when the test ends.
// Options change the configuration before it is used.
func OpenSQLite(t testing.TB, migrations fs.FS, options ...func(*sqldb.SQLiteConfig)) sqldb.DB {
	t.Helper()
	cfg := sqldb.SQLiteConfig{
		Path:  SQLitePath(t, migrations),
		Fatal: func(err error) { t.Errorf("sqldbtest: the disk failed: %v", err) },
	}
	for _, option := range options {
		option(&cfg)
	}
	db, err := sqldb.OpenSQLite(context.Background(), cfg)
	if err != nil {
		t.Fatalf("sqldbtest: %v", err)
	}
	closeAfter(t, db)
	return db
}

// OpenPostgres opens a fresh database of the test server and closes it when
// the test ends. Options change the configuration before it is used.
func OpenPostgres(t testing.TB, migrations fs.FS, options ...func(*sqldb.PostgresConfig)) sqldb.DB {
	t.Helper()
	cfg := sqldb.PostgresConfig{URL: PostgresURL(t, migrations)}
	for _, option := range options {
		option(&cfg)
	}
	db, err := sqldb.OpenPostgres(context.Background(), cfg)
	if err != nil {
		t.Fatalf("sqldbtest: %v", err)
	}
	closeAfter(t, db)
	return db
}

func closeAfter(t testing.TB, db sqldb.DB) {
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("sqldbtest: close: %v", err)
		}
	})
}

// ReopenSQLite opens a database file as it was left, as a process does that
// starts after a crash, and closes it when the test ends.
func ReopenSQLite(t testing.TB, path string) sqldb.DB {
	t.Helper()
	return OpenSQLite(t, nil, func(cfg *sqldb.SQLiteConfig) { cfg.Path = path })
}
