package harness

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// Inspect opens what a place holds for reading, beside a server or after it.
// Statements use $1, $2 … on both engines.
func Inspect(t testing.TB, place string) *sql.DB {
	t.Helper()
	return open(t, place, "tillway.db", "query_only(1)")
}

// InspectBook opens the book of the simulated provider for reading: a
// database of its own, on PostgreSQL a schema.
func InspectBook(t testing.TB, place string) *sql.DB {
	t.Helper()
	if u, err := url.Parse(place); err == nil && inPostgres(place) {
		query := u.Query()
		query.Set("search_path", "simulator")
		u.RawQuery = query.Encode()
		place = u.String()
	}
	return open(t, place, "simulator.db", "query_only(1)")
}

// Tamper opens a stopped server's database for changes that no command makes,
// such as letting a token run out.
func Tamper(t testing.TB, place string) *sql.DB {
	t.Helper()
	return open(t, place, "tillway.db", "synchronous(FULL)")
}

func open(t testing.TB, place, file, pragma string) *sql.DB {
	t.Helper()
	driver, source := "pgx", place
	if !inPostgres(place) {
		path := (&url.URL{Path: filepath.ToSlash(filepath.Join(place, file))}).EscapedPath()
		driver, source = "sqlite", "file://"+path+"?mode=rw&_pragma=busy_timeout(5000)&_pragma="+pragma
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatalf("harness: open %s: %v", place, err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("harness: close: %v", err)
		}
	})
	return db
}
