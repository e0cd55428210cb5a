package sqldbtest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"tillway/internal/sqldb"
)

// sqliteTemplates holds the bytes of a migrated database for each set of
// migrations this process has met.
var sqliteTemplates onceByKey[[]byte]

// SQLitePath makes a database file with the migrations applied, in a directory
// that goes away with the test, for tests that open it themselves.
func SQLitePath(t testing.TB, migrations fs.FS) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tillway.db")
	if migrations == nil {
		return path
	}
	content, err := sqliteTemplates.get(keyOf(t, migrations), func(string) ([]byte, error) {
		return migratedSQLite(migrations)
	})
	if err != nil {
		t.Fatalf("sqldbtest: %v", err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatalf("sqldbtest: %v", err)
	}
	return path
}

func migratedSQLite(migrations fs.FS) ([]byte, error) {
	dir, err := os.MkdirTemp("", "tillway-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	ctx := context.Background()
	db, err := sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: path})
	if err != nil {
		return nil, err
	}
	if _, _, err := sqldb.Migrate(ctx, db, migrations, nil); err != nil {
		db.Close()
		return nil, err
	}
	// Closing the last connection writes the whole log into the file.
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
