package sqldbtest

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"tillway/internal/sqldb"
)

// The server is shared by the tests of a process: starting one takes most of a
// second and a database of its own keeps a test just as apart.
var (
	sharedServer      = sync.OnceValues(startServer)
	postgresTemplates onceByKey[string]
	databases         atomic.Int64
)

// PostgresURL makes a database with the migrations applied, which goes away
// with the test, for tests that open it themselves.
func PostgresURL(t testing.TB, migrations fs.FS) string {
	t.Helper()
	skipWithGoAlone(t)
	server, err := sharedServer()
	if err != nil {
		t.Fatalf("sqldbtest: %v", err)
	}
	template := "template0"
	if migrations != nil {
		template, err = postgresTemplates.get(keyOf(t, migrations), func(key string) (string, error) {
			return server.migrated(key, migrations)
		})
		if err != nil {
			t.Fatalf("sqldbtest: %v", err)
		}
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := server.exec("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatalf("sqldbtest: %v", err)
	}
	t.Cleanup(func() {
		if err := server.exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("sqldbtest: %v", err)
		}
	})
	return server.url(name)
}

// skipWithGoAlone leaves a test out where only those are wanted that need
// nothing but Go.
func skipWithGoAlone(t testing.TB) {
	t.Helper()
	if os.Getenv("TILLWAY_TEST_GO_ONLY") == "1" {
		t.Skip("sqldbtest: not run on PostgreSQL, as TILLWAY_TEST_GO_ONLY=1 asks")
	}
}

// server is a running PostgreSQL that is reached by a socket in its directory.
type server struct {
	dir     string
	watcher *exec.Cmd // holds the pipe whose end is the server's end
}

func (s *server) url(database string) string {
	return "postgres:///" + database + "?user=" + superuser + "&host=" + url.QueryEscape(s.dir)
}

// exec runs a statement in the maintenance database.
func (s *server) exec(sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// migrated makes the template database of a set of migrations.
func (s *server) migrated(key string, migrations fs.FS) (name string, err error) {
	name = "migrated_" + key
	if err := s.exec("CREATE DATABASE " + name + " TEMPLATE template0"); err != nil {
		return "", err
	}
	ctx := context.Background()
	db, err := sqldb.OpenPostgres(ctx, sqldb.PostgresConfig{URL: s.url(name), MaxConns: 1})
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, _, err := sqldb.Migrate(ctx, db, migrations, nil); err != nil {
		return "", err
	}
	return name, nil
}
