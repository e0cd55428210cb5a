package sqldb_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

func TestCopyTogetherIsOfOneMoment(t *testing.T) {
	t.Parallel()
	first, second := sqldbtest.OpenSQLite(t, ground), sqldbtest.OpenSQLite(t, ground)
	ballast := []byte(strings.Repeat("x", 64<<10))
	for i := range 100 { // several steps of a copy
		mustWrite(t, first, func(tx sqldb.Tx) error {
			tx.Exec(addItem, "ballast"+strconv.Itoa(i), 0, true, ballast)
			return nil
		})
	}

	// A writer intends in the first, acts in the second, and notes in the first
	// that it has acted, as a payment does with its provider.
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writers sync.WaitGroup
	acted := make(chan struct{})
	var once sync.Once
	for w := range 4 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				id := string(rune('A'+w)) + "/" + strconv.Itoa(i)
				background := context.Background()
				err := errors.Join(
					first.Write(background, func(tx sqldb.Tx) error { tx.Exec(addItem, id, 1, false, ballast[:2000]); return nil }),
					second.Write(background, func(tx sqldb.Tx) error { tx.Exec(addItem, id, 1, true, ballast[:2000]); return nil }),
					first.Write(background, func(tx sqldb.Tx) error {
						tx.ExecOne(`UPDATE item SET ok = $2 WHERE id = $1`, id, true)
						return nil
					}),
				)
				if err != nil {
					t.Error(err)
					return
				}
				once.Do(func() { close(acted) })
			}
		})
	}
	<-acted
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "first.db"), filepath.Join(dir, "second.db")}
	var said int64
	err := sqldb.CopyTogether(t.Context(), []sqldb.Copied{{DB: first, Path: paths[0]}, {DB: second, Path: paths[1]}}, func(done, total int64) {
		if done > total || total == 0 {
			t.Errorf("progress says %d of %d bytes", done, total)
		}
		said = done
	})
	stop()
	writers.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if said == 0 {
		t.Error("progress was told nothing")
	}

	intended, noted := items(t, paths[0])
	done, _ := items(t, paths[1])
	for id := range done {
		if !intended[id] {
			t.Errorf("the copies hold the act %s without its intention", id)
		}
	}
	for id := range noted {
		if !done[id] {
			t.Errorf("the copies hold the note of %s without the act", id)
		}
	}
	if len(done) == 0 {
		t.Error("nothing that was written before the copy is in it")
	}
	if info, err := os.Stat(paths[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has mode %v (%v), want it for its owner only", info.Mode(), err)
	}
}

// items reads a copied file: the acts in it, and those noted as done.
func items(t *testing.T, path string) (all, ok map[string]bool) {
	t.Helper()
	all, ok = map[string]bool{}, map[string]bool{}
	err := sqldbtest.ReopenSQLite(t, path).Read(t.Context(), func(q sqldb.Querier) error {
		var verdict string
		if err := q.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Errorf("%s: integrity %q (%v)", path, verdict, err)
		}
		rows, err := q.Query("SELECT id, ok FROM item WHERE n = 1 LIMIT 1000000")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var done bool
			if err := rows.Scan(&id, &done); err != nil {
				return err
			}
			all[id] = true
			if done {
				ok[id] = true
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, ok
}

func TestCopyTogetherLeavesNothingBehindWhenItFails(t *testing.T) {
	t.Parallel()
	db := sqldbtest.OpenSQLite(t, ground)
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken.db")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(dir, "fresh.db")
	err := sqldb.CopyTogether(t.Context(), []sqldb.Copied{{DB: db, Path: fresh}, {DB: db, Path: taken}}, nil)
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v, want one about the file that exists", err)
	}
	if content, err := os.ReadFile(taken); err != nil || string(content) != "mine" {
		t.Errorf("the file that was there is now %q (%v)", content, err)
	}
	if _, err := os.Stat(fresh); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a copy is left: %v", err)
	}
	// The writer goes on.
	mustWrite(t, db, func(tx sqldb.Tx) error { tx.Exec(addItem, "after", 1, true, nil); return nil })
}

func TestCommitsAreCounted(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	closures := 0
	db := sqldbtest.OpenSQLite(t, ground, func(c *sqldb.SQLiteConfig) {
		c.Committed = func(n int, _ time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			closures += n
		}
	})
	var writers sync.WaitGroup
	const writes = 20
	for i := range writes {
		writers.Go(func() {
			mustWrite(t, db, func(tx sqldb.Tx) error { tx.Exec(addItem, strconv.Itoa(i), 1, true, nil); return nil })
		})
	}
	writers.Wait()
	mu.Lock()
	defer mu.Unlock()
	if closures != writes {
		t.Errorf("%d closures were counted, want %d", closures, writes)
	}
}
