package storetest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

// commits counts the commits of a SQLite database and can break the next.
type commits struct {
	count  atomic.Int64
	broken atomic.Pointer[func(commit func() error) error]
}

func (c *commits) option(cfg *sqldb.SQLiteConfig) {
	cfg.AtCommit = func(commit func() error) error {
		c.count.Add(1)
		if broken := c.broken.Swap(nil); broken != nil {
			return (*broken)(commit)
		}
		return commit()
	}
}

// together runs the closures in one batch, as far as it holds them: a first
// one keeps the sequencer until all the others wait behind it, which needs a
// synctest bubble to know. It returns their errors.
func together(t *testing.T, db sqldb.DB, closures ...func(tx sqldb.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(closures))
	running, release := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		hold := sync.OnceFunc(func() { close(running); <-release }) // once, should it run again
		if err := db.Write(t.Context(), func(sqldb.Tx) error { hold(); return nil }); err != nil {
			t.Logf("the closure that holds the batch: %v", err)
		}
	})
	<-running
	for i, closure := range closures {
		group.Go(func() { errs[i] = db.Write(t.Context(), closure) })
		synctest.Wait() // it is in the queue, in its place
	}
	close(release)
	group.Wait()
	return errs
}

func add(id string) func(tx sqldb.Tx) error {
	return func(tx sqldb.Tx) error { tx.Exec(addNote, id); return nil }
}

func TestSQLiteSharesOneCommitPerBatch(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		closures int // beside the one that holds the batch
		commits  int64
	}{
		"all that waits":            {32, 1},
		"a full batch":              {63, 1},
		"one more than a batch":     {64, 2},
		"several batches' closures": {200, 4},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				counter := new(commits)
				db := sqldbtest.OpenSQLite(t, ground, counter.option)
				closures := make([]func(tx sqldb.Tx) error, test.closures)
				want := make([]string, test.closures)
				for n := range closures {
					want[n] = fmt.Sprint(n)
					closures[n] = add(want[n])
				}
				if err := errors.Join(together(t, db, closures...)...); err != nil {
					t.Errorf("Write: %v", err)
				}
				if n := counter.count.Load(); n != test.commits {
					t.Errorf("%d closures took %d commits, want %d", test.closures+1, n, test.commits)
				}
				wantNotes(t, db, want...)
			})
		})
	}
}

func TestSQLiteDoesNotWaitForABatchToFill(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		counter := new(commits)
		db := sqldbtest.OpenSQLite(t, ground, counter.option)
		started := time.Now()
		mustAdd(t, db, "lone")
		mustAdd(t, db, "alone")
		// Time stands still here unless somebody waits for it.
		if waited := time.Since(started); waited != 0 || counter.count.Load() != 2 {
			t.Errorf("two lone closures took %d commits and waited %s, want 2 and no wait", counter.count.Load(), waited)
		}
	})
}

func TestSQLiteGivesEachClosureASavepoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		counter := new(commits)
		db := sqldbtest.OpenSQLite(t, ground, counter.option)
		errs := together(t, db,
			add("first"),
			func(tx sqldb.Tx) error { tx.Exec(addNote, "gone"); return errors.New("refused") },
			func(tx sqldb.Tx) error { tx.Exec(addNote, "gone"); tx.Exec(addNote, "first"); return nil },
			func(tx sqldb.Tx) error { tx.Exec(addNote, "gone"); panic("boom") },
			func(tx sqldb.Tx) error { tx.ExecOne(bumpNote, "first", 99); return nil },
			add("last"),
		)
		for i, fails := range []bool{false, true, true, true, true, false} {
			if (errs[i] != nil) != fails {
				t.Errorf("closure %d gives %v, want an error: %v", i, errs[i], fails)
			}
		}
		wantNotes(t, db, "first", "last")
	})
}

func TestSQLiteRunsTheSurvivorsAgainWhenTheEngineRolledBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := sqldbtest.OpenSQLite(t, ground, new(commits).option)
		mustAdd(t, db, "taken")
		var runs [3]int
		errs := together(t, db,
			func(tx sqldb.Tx) error { runs[0]++; tx.Exec(addNote, "before"); return nil },
			func(tx sqldb.Tx) error {
				runs[1]++
				tx.Exec(addNote, "gone")
				// The engine answers this one with a rollback of everything.
				_, err := tx.Count("INSERT OR ROLLBACK INTO note (id, version) VALUES ($1, 0)", "taken")
				tx.Exec(addNote, "gone too")
				return err
			},
			func(tx sqldb.Tx) error { runs[2]++; tx.Exec(addNote, "behind"); return nil },
		)
		if errs[0] != nil || errs[1] == nil || errs[2] != nil {
			t.Errorf("Write gives %v, want an error of the second only", errs)
		}
		if want := [3]int{2, 1, 1}; runs != want {
			t.Errorf("the closures ran %v times, want %v", runs, want)
		}
		wantNotes(t, db, "taken", "before", "behind")
	})
}

var errDisk = errors.New("disk on fire")

func TestSQLiteEndsTheProcessOnAnErrorAtCommit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fail func(commit func() error) error
		want []string
	}{
		"before the commit was durable": {
			fail: func(func() error) error { return errDisk },
			want: []string{"old"},
		},
		"after the commit was durable": {
			fail: func(commit func() error) error { return errors.Join(commit(), errDisk) },
			want: []string{"old", "first", "second"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { commitFails(t, test.fail, test.want) })
		})
	}
}

// commitFails adds two notes in one commit that fails with errDisk, and looks
// at what a process finds that opens the database again.
func commitFails(t *testing.T, fail func(commit func() error) error, want []string) {
	path := sqldbtest.SQLitePath(t, ground)
	counter := new(commits)
	var told error
	cfg := sqldb.SQLiteConfig{Path: path, Fatal: func(err error) { told = err }}
	counter.option(&cfg)
	db, err := sqldb.OpenSQLite(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	mustAdd(t, db, "old")
	counter.broken.Store(&fail)
	for _, err := range together(t, db, add("first"), add("second")) {
		if !errors.Is(err, sqldb.ErrUnknownCommit) || !errors.Is(err, errDisk) {
			t.Errorf("Write gives %v, want ErrUnknownCommit with its cause", err)
		}
	}
	if !errors.Is(told, errDisk) {
		t.Errorf("Fatal was told %v, want the disk's error", told)
	}
	if err := db.Write(t.Context(), add("later")); !errors.Is(err, sqldb.ErrClosed) {
		t.Errorf("a later Write gives %v, want ErrClosed", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	wantNotes(t, sqldbtest.ReopenSQLite(t, path), want...)
}

func TestSQLiteCheckpointsBelongToTheSequencer(t *testing.T) {
	t.Parallel()
	const reset = 1 << 20
	path := sqldbtest.SQLitePath(t, ground)
	db, err := sqldb.OpenSQLite(t.Context(), sqldb.SQLiteConfig{Path: path, CheckpointBytes: reset / 4, ResetBytes: reset})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	long := strings.Repeat("x", 16<<10)
	for n := range 600 { // some 10 MB
		mustAdd(t, db, fmt.Sprint(n, long))
	}
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 2*reset {
		t.Errorf("the write-ahead log has grown to %d bytes, want about %d", info.Size(), reset)
	}
}
