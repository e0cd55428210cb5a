package sqldbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	superuser = "tillway"
	// patience is how long anything the harness does may take on a busy machine.
	patience = 60 * time.Second
)

// watch runs the server and outlives this process just long enough to end it:
// its standard input is a pipe that the kernel closes however the process ends,
// so that no server is left behind by a panic, a time-out or a kill.
const watch = `"$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
  -c shared_buffers=16MB -c max_connections=200 -c wal_level=minimal -c max_wal_senders=0 \
  -c autovacuum=off -c jit=off -c deadlock_timeout=50ms >"$2/log" 2>&1 &
server=$!
read -r _
kill -QUIT $server
wait $server
rm -rf "$2"`

// startServer makes a cluster in a new directory and starts a server on it.
func startServer() (*server, error) {
	made, err := newCluster()
	if err != nil {
		return nil, err
	}
	watcher := exec.Command("/bin/sh", "-c", watch, "watch", made.program("postgres"), made.dir)
	watcher.Dir = made.dir
	watcher.SysProcAttr = made.account.attributes()
	if _, err := watcher.StdinPipe(); err != nil { // held open until this process ends
		return nil, err
	}
	if err := watcher.Start(); err != nil {
		return nil, err
	}
	running := &server{dir: made.dir, watcher: watcher}
	return running, running.awaitReady()
}

// awaitReady returns when the server takes connections.
func (s *server) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log")) // missing when it never started
			return fmt.Errorf("the PostgreSQL server did not start: %w\n%s", err, log)
		}
	}
}

// findPrograms is the directory of initdb and postgres: that of the PATH, else
// the newest of Debian's.
func findPrograms() (string, error) {
	candidates, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well formed
	if path, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, path)
	}
	for i := len(candidates) - 1; i >= 0; i-- {
		// The one in the PATH may be a link into the directory of all programs.
		path, err := filepath.EvalSymlinks(candidates[i])
		if err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "postgres")); err == nil {
			return filepath.Dir(path), nil
		}
	}
	return "", errors.New("the programs of PostgreSQL are not installed: run `make deps`")
}

// PostgresProgram is one of PostgreSQL's own programs, such as pg_dump, of the
// version that the test server has.
func PostgresProgram(t testing.TB, name string) string {
	t.Helper()
	skipWithGoAlone(t)
	programs, err := findPrograms()
	if err != nil {
		t.Fatalf("sqldbtest: %v", err)
	}
	return filepath.Join(programs, name)
}
