package sqldb

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// openWith opens a database whose log is looked at with small bounds.
func openWith(t *testing.T, checkpoint, reset int64) (*sqliteDB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tillway.db")
	db, err := OpenSQLite(t.Context(), SQLiteConfig{
		Path: path, CheckpointBytes: checkpoint, ResetBytes: reset, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	fill(t, db, "CREATE TABLE page (id BIGINT PRIMARY KEY, text TEXT NOT NULL)")
	return db.(*sqliteDB), path
}

// fill runs each statement in a transaction of its own.
func fill(t *testing.T, db DB, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if err := db.Write(t.Context(), func(tx Tx) error { tx.Exec(sql); return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

func pages(first, n int) []string {
	statements := make([]string, n)
	for i := range statements {
		statements[i] = fmt.Sprintf("INSERT INTO page VALUES (%d, '%s')", first+i, strings.Repeat("x", 8<<10))
	}
	return statements
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestLookingAtTheLogCopiesNothing(t *testing.T) {
	t.Parallel()
	db, _ := openWith(t, 1<<40, 1<<40)
	fill(t, db, pages(0, 20)...)
	for range 2 {
		state, err := db.sequencer.wal.checkpoint(db.sequencer.wal.copier, "NOOP")
		if err != nil || state.size < 20*8<<10 || state.waiting != state.size {
			t.Errorf("the log is %+v (%v), want more than 160 kB, all waiting", state, err)
		}
	}
}

func TestAPassiveCheckpointCopiesBesideTheWriter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db, _ := openWith(t, 64<<10, 1<<40)
		fill(t, db, pages(0, 3*lookEvery)...)
		synctest.Wait() // the copier has done what it was woken for
		state, err := db.sequencer.wal.checkpoint(db.sequencer.wal.copier, "NOOP")
		// Less than was written waits; once all was copied the log may even have
		// started over.
		if err != nil || state.waiting >= 3*lookEvery*8<<10 {
			t.Errorf("the log is %+v (%v), want some of it copied", state, err)
		}
	})
}

func TestAReaderDelaysTheResetOnlyWhileItLives(t *testing.T) {
	t.Parallel()
	const reset = 512 << 10
	db, path := openWith(t, reset/4, reset)
	err := db.Read(t.Context(), func(q Querier) error {
		if err := q.QueryRow("SELECT COUNT(*) FROM page").Scan(new(int)); err != nil {
			return err
		}
		fill(t, db, pages(0, 150)...) // the snapshot needs all of the log
		if size := sizeOf(t, path+"-wal"); size < 150*8<<10 {
			t.Errorf("the log is %d bytes, want it to grow under a reader", size)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	grown := sizeOf(t, path+"-wal")
	fill(t, db, pages(150, 150)...)
	if size := sizeOf(t, path+"-wal"); size > grown+reset {
		t.Errorf("the log has grown from %d to %d bytes after the reader left", grown, size)
	}
}
