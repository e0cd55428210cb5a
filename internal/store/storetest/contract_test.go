// Package storetest proves on SQLite and on PostgreSQL what the store relies
// on. The contract tests hold the sentences of DESIGN §2a, one test each; where
// a sentence is about one engine, its test says so.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

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

func TestARequestIsCheckedForCancellationOnlyBeforeAdmission(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		err := db.Write(cancelled, func(tx sqldb.Tx) error {
			t.Error("a closure ran for a request that was cancelled before")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Write of a cancelled request gives %v, want context.Canceled", err)
		}

		ctx, cancel := context.WithCancel(t.Context())
		err = db.Write(ctx, func(tx sqldb.Tx) error {
			tx.Exec(addNote, "before")
			cancel()
			var n int
			if err := tx.QueryRow("SELECT COUNT(*) FROM note").Scan(&n); err != nil {
				return err
			}
			tx.Exec(addNote, "after")
			return nil
		})
		if err != nil {
			t.Errorf("a cancellation after admission gives %v, want a commit", err)
		}
		wantNotes(t, db, "before", "after")
	})
}

func TestTheFirstFailedStatementPoisonsItsTx(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustAdd(t, db, "taken")
		var first, second, third error
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec(addNote, "new")
			_, first = tx.Count(addNote, "taken")
			_, second = tx.Query("SELECT id FROM note")
			third = tx.QueryRow("SELECT 1").Scan(new(int))
			return nil // a closure that swallows the error does not commit either
		})
		if first == nil {
			t.Fatal("a duplicate key gives no error")
		}
		if !errors.Is(second, first) || !errors.Is(third, first) || !errors.Is(err, first) {
			t.Errorf("after %q came %v, %v and %v from Write, want the same error", first, second, third, err)
		}
		wantNotes(t, db, "taken")
	})
}

func TestExpectedConflictsAreOnConflictDoNothingPlusARowCount(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustAdd(t, db, "taken")
		const add = addNote + ` ON CONFLICT DO NOTHING`
		mustWrite(t, db, func(tx sqldb.Tx) error {
			for id, want := range map[string]int64{"taken": 0, "new": 1} {
				switch n, err := tx.Count(add, id); {
				case err != nil:
					return err
				case n != want:
					t.Errorf("adding %q affected %d rows, want %d", id, n, want)
				}
			}
			return nil
		})
		wantNotes(t, db, "taken", "new")
	})
}

func TestPanicsBecomeThatClosuresError(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec(addNote, "lost")
			panic("boom")
		})
		var panicked *sqldb.PanicError
		if !errors.As(err, &panicked) || panicked.Value != "boom" || len(panicked.Stack) == 0 {
			t.Errorf("a panic gives %v, want a PanicError with its value and stack", err)
		}
		mustAdd(t, db, "next")
		wantNotes(t, db, "next")
	})
}

// A test that fails inside a closure ends the goroutine the closure runs on.
func TestGoexitEndsItsClosureOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = db.Write(context.Background(), func(tx sqldb.Tx) error { // ends with its goroutine on PostgreSQL
				tx.Exec(addNote, "lost")
				runtime.Goexit()
				return nil
			})
		}()
		<-done
		mustAdd(t, db, "next")
		wantNotes(t, db, "next")
	})
}

func TestNoDeferredConstraints(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		var flushed error
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			_, flushed = tx.Count(addReply, "reply", "note")
			tx.Exec(addNote, "note") // comes too late
			return nil
		})
		if flushed == nil || !errors.Is(err, flushed) {
			t.Errorf("a reply before its note gives %v and Write %v, want an error at the statement", flushed, err)
		}
		mustWrite(t, db, func(tx sqldb.Tx) error {
			tx.Exec(addNote, "note")
			tx.Exec(addReply, "reply", "note")
			return nil
		})
	})
}

func TestAClosureOverItsTimeBudgetIsLogged(t *testing.T) {
	t.Parallel()
	slow := func(t *testing.T, db sqldb.DB, log *logBuffer) {
		mustAdd(t, db, "quick")
		mustWrite(t, db, func(tx sqldb.Tx) error {
			for started := time.Now(); time.Since(started) < 25*time.Millisecond; {
				continue // the budget is wall time, so the closure has to spend some
			}
			return nil
		})
		if !strings.Contains(log.String(), "over budget") {
			t.Errorf("the log is %q, want a line about the budget", log)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		log := new(logBuffer)
		slow(t, sqldbtest.OpenSQLite(t, ground, func(c *sqldb.SQLiteConfig) { c.Log = log.logger() }), log)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		log := new(logBuffer)
		slow(t, sqldbtest.OpenPostgres(t, ground, func(c *sqldb.PostgresConfig) { c.Log = log.logger() }), log)
	})
}

// logBuffer keeps what is logged.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) logger() *slog.Logger { return slog.New(slog.NewTextHandler(b, nil)) }

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestAMissIsAConflictAndRunsTheClosureAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustAdd(t, db, "note")
		runs := 0
		mustWrite(t, db, func(tx sqldb.Tx) error {
			runs++
			tx.Exec(addNote, fmt.Sprint("run ", runs)) // undone with the run that misses
			tx.ExecOne(bumpNote, "note", int64(runs-2))
			return nil
		})
		if runs != 2 {
			t.Errorf("the closure ran %d times, want 2", runs)
		}
		wantNotes(t, db, "note", "run 2")

		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec(addNote, "never")
			tx.ExecOne(bumpNote, "note", 99)
			return nil
		})
		if !errors.Is(err, sqldb.ErrConflict) {
			t.Errorf("a guard that always misses gives %v, want ErrConflict", err)
		}
		wantNotes(t, db, "note", "run 2")
	})
}

// A closure may dress the conflict in an error of its own.
func TestAConflictRunsTheClosureAgainWhateverItReturns(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustAdd(t, db, "note")
		runs := 0
		mustWrite(t, db, func(tx sqldb.Tx) error {
			runs++
			tx.ExecOne(bumpNote, "note", int64(runs-2))
			if _, err := tx.Query("SELECT id FROM note"); err != nil {
				return errors.New("somebody was faster")
			}
			return nil
		})
	})
}

func TestEveryDecisionIsGuardedByTheWriteItself(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		const callers = 64
		mustAdd(t, db, "note")
		var group sync.WaitGroup
		for range callers {
			group.Go(func() {
				err := db.Write(t.Context(), func(tx sqldb.Tx) error {
					var version int64
					if err := tx.QueryRow("SELECT version FROM note WHERE id = $1", "note").Scan(&version); err != nil {
						return err
					}
					tx.ExecOne(bumpNote, "note", version)
					return nil
				})
				if err != nil {
					t.Errorf("Write: %v", err)
				}
			})
		}
		group.Wait()
		var version int64
		err := db.Read(t.Context(), func(q sqldb.Querier) error {
			return q.QueryRow("SELECT version FROM note WHERE id = $1", "note").Scan(&version)
		})
		if err != nil || version != callers {
			t.Errorf("version is %d (%v), want %d: an update was lost", version, err, callers)
		}
	})
}

func TestWritesAreBufferedSoThatErrorsSurfaceAtTheSamePlace(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustAdd(t, db, "taken")
		flushes := map[string]func(tx sqldb.Tx) error{
			"Query": func(tx sqldb.Tx) error { _, err := tx.Query("SELECT id FROM note"); return err },
			"QueryRow": func(tx sqldb.Tx) error {
				return tx.QueryRow("SELECT id FROM note LIMIT 1").Scan(new(string))
			},
			"Count": func(tx sqldb.Tx) error { _, err := tx.Count("DELETE FROM note"); return err },
		}
		for name, flush := range flushes {
			var surfaced error
			err := db.Write(t.Context(), func(tx sqldb.Tx) error {
				tx.Exec(addNote, "taken")
				tx.Exec(addNote, "behind the error")
				surfaced = flush(tx)
				return nil
			})
			if surfaced == nil || !errors.Is(err, surfaced) {
				t.Errorf("%s gives %v and Write %v, want the error of the buffered write", name, surfaced, err)
			}
		}
		ended := false
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec(addNote, "taken")
			tx.ExecOne("DELETE FROM note WHERE id = $1", struct{}{}) // refused, but in its turn
			ended = true
			return nil
		})
		if !ended || err == nil || strings.Contains(err.Error(), "struct") {
			t.Errorf("ended = %v, Write gives %v; want the first buffered error with the commit", ended, err)
		}
		wantNotes(t, db, "taken")
	})
}

func TestAReadSeesTheWritesBufferedBeforeIt(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustWrite(t, db, func(tx sqldb.Tx) error {
			for n := range 3 {
				tx.Exec(addNote, fmt.Sprint(n))
				var have int
				if err := tx.QueryRow("SELECT COUNT(*) FROM note").Scan(&have); err != nil {
					return err
				}
				if have != n+1 {
					t.Errorf("after %d writes a read sees %d rows", n+1, have)
				}
			}
			return nil
		})
	})
}

func TestAClosureMayRunAgainSoHooksOfADiscardedRunAreDiscarded(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustAdd(t, db, "note")
		var called []string
		runs := 0
		mustWrite(t, db, func(tx sqldb.Tx) error {
			runs++
			name := fmt.Sprint("run ", runs)
			tx.OnCommit(func() { called = append(called, name, "first") })
			tx.OnCommit(func() {
				wantNotes(t, db, "note", "done") // durable, and seen by others
				called = append(called, "second")
			})
			tx.Exec(addNote, "done")
			tx.ExecOne(bumpNote, "note", int64(runs-2))
			return nil
		})
		if want := []string{"run 2", "first", "second"}; !reflect.DeepEqual(called, want) {
			t.Errorf("hooks called: %v, want %v", called, want)
		}
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.OnCommit(func() { t.Error("a hook ran though nothing was committed") })
			return errors.New("no")
		})
		if err == nil {
			t.Error("Write gives no error for a closure that has one")
		}
	})
}

func TestNoReadTransactionLivesLongerThanTwoSeconds(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		const endless = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT (i + 1) % 1000 FROM n) SELECT COUNT(*) FROM n`
		err := db.Read(t.Context(), func(q sqldb.Querier) error {
			return q.QueryRow(endless).Scan(new(int64))
		})
		if !errors.Is(err, sqldb.ErrReadLimit) {
			t.Errorf("an endless read gives %v, want ErrReadLimit", err)
		}
		wantNotes(t, db) // the connection still serves, or another does
	})
}

func TestAReadIsOneSnapshotThatCannotWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustAdd(t, db, "first")
		count := func(q sqldb.Querier) (n int) {
			if err := q.QueryRow("SELECT COUNT(*) FROM note").Scan(&n); err != nil {
				t.Errorf("count: %v", err)
			}
			return n
		}
		err := db.Read(t.Context(), func(q sqldb.Querier) error {
			before := count(q)
			mustAdd(t, db, "second")
			if after := count(q); after != before {
				t.Errorf("the snapshot moved from %d to %d rows", before, after)
			}
			return nil
		})
		if err != nil {
			t.Errorf("Read: %v", err)
		}
		err = db.Read(t.Context(), func(q sqldb.Querier) error {
			_, err := q.Query("DELETE FROM note RETURNING id")
			return err
		})
		if err == nil {
			t.Error("a read can delete")
		}
		wantNotes(t, db, "first", "second")
	})
}
