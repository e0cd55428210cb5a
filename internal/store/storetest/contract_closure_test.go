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
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

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
