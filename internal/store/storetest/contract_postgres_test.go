package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

func openWired(t *testing.T) (sqldb.DB, *sqldbtest.Wire) {
	t.Helper()
	wire := new(sqldbtest.Wire)
	db := sqldbtest.OpenPostgres(t, ground, func(cfg *sqldb.PostgresConfig) {
		cfg.Dial = wire.Dial
		cfg.MaxConns = 4
	})
	return db, wire
}

func TestPostgresIsReadCommittedAndDurable(t *testing.T) {
	t.Parallel()
	db, _ := openWired(t)
	mustWrite(t, db, func(tx sqldb.Tx) error {
		for setting, want := range map[string]string{
			"transaction_isolation": "read committed",
			"synchronous_commit":    "on",
		} {
			var have string
			if err := tx.QueryRow("SELECT current_setting($1)", setting).Scan(&have); err != nil {
				return err
			}
			if have != want {
				t.Errorf("%s is %q, want %q", setting, have, want)
			}
		}
		return nil
	})
}

func TestPostgresRunsTheClosureAgainOn40001(t *testing.T) {
	t.Parallel()
	db, _ := openWired(t)
	runs := 0
	mustWrite(t, db, func(tx sqldb.Tx) error {
		runs++
		tx.Exec(addNote, fmt.Sprint("run ", runs))
		if runs < 4 {
			tx.Exec(`DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '40001'; END $$`)
		}
		return nil
	})
	if runs != 4 {
		t.Errorf("the closure ran %d times, want 4", runs)
	}
	wantNotes(t, db, "run 4")

	runs = 0
	err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		runs++
		tx.Exec(`DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '40001'; END $$`)
		return nil
	})
	if !errors.Is(err, sqldb.ErrConflict) || runs != 16 {
		t.Errorf("a closure that never succeeds gives %v after %d runs, want ErrConflict after 16", err, runs)
	}
}

func TestPostgresRunsTheClosureAgainOn40P01(t *testing.T) {
	t.Parallel()
	db, _ := openWired(t)
	mustAdd(t, db, "a", "b")
	var met sync.WaitGroup
	met.Add(2)
	var group sync.WaitGroup
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		meet := sync.OnceFunc(func() { met.Done(); met.Wait() })
		group.Go(func() {
			mustWrite(t, db, func(tx sqldb.Tx) error {
				const touch = `UPDATE note SET version = version + 1 WHERE id = $1`
				if _, err := tx.Count(touch, order[0]); err != nil {
					return err
				}
				meet() // both hold their first row: one of them is a victim
				tx.Exec(touch, order[1])
				return nil
			})
		})
	}
	group.Wait()
	err := db.Read(t.Context(), func(q sqldb.Querier) error {
		var sum int64
		if err := q.QueryRow("SELECT SUM(version) FROM note").Scan(&sum); err != nil {
			return err
		}
		if sum != 4 {
			t.Errorf("versions sum to %d, want 4", sum)
		}
		return nil
	})
	if err != nil {
		t.Errorf("Read: %v", err)
	}
}

func TestPostgresSendsBufferedWritesWithBeginAndCommitInOneRoundTrip(t *testing.T) {
	t.Parallel()
	db, wire := openWired(t)
	messages := func(fn func(tx sqldb.Tx) error) int64 {
		t.Helper()
		before := wire.Messages.Load()
		mustWrite(t, db, fn)
		return wire.Messages.Load() - before
	}
	write := func(id string) func(tx sqldb.Tx) error {
		return func(tx sqldb.Tx) error {
			tx.Exec(addNote, id)
			tx.Exec(addReply, id, id)
			return nil
		}
	}
	mustWrite(t, db, write("prepares the statements"))
	if n := messages(write("one")); n != 1 {
		t.Errorf("two buffered writes took %d messages, want 1", n)
	}
	if n := messages(func(sqldb.Tx) error { return nil }); n != 0 {
		t.Errorf("an empty closure took %d messages, want none", n)
	}
	// A guard that missed is no error to the server, which would commit.
	bump := func(version int) func(tx sqldb.Tx) error {
		return func(tx sqldb.Tx) error { tx.ExecOne(bumpNote, "one", version); return nil }
	}
	mustWrite(t, db, bump(0))
	if n := messages(bump(1)); n != 2 {
		t.Errorf("a guarded write took %d messages, want 2", n)
	}
}

func TestPostgresConnectionLostAfterCommitWasSentIsErrUnknownCommit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lose sqldbtest.Break
		want []string
	}{
		"when the server did not get it": {sqldbtest.LostOnTheWay, nil},
		"when the server did commit":     {sqldbtest.LostAnswer, []string{"note"}},
	}
	shapes := map[string]func(tx sqldb.Tx) error{
		"with the last writes": add("note"),
		"alone": func(tx sqldb.Tx) error {
			_, err := tx.Count(addNote, "note")
			return err
		},
	}
	for name, test := range tests {
		for shape, closure := range shapes {
			t.Run(name+"/COMMIT "+shape, func(t *testing.T) {
				t.Parallel()
				db, wire := openWired(t)
				wire.BreakNext(test.lose)
				runs := 0
				err := db.Write(t.Context(), func(tx sqldb.Tx) error {
					runs++
					tx.OnCommit(func() { t.Error("a hook ran though the outcome is unknown") })
					return closure(tx)
				})
				if !errors.Is(err, sqldb.ErrUnknownCommit) || runs != 1 {
					t.Errorf("Write gives %v after %d runs, want ErrUnknownCommit after 1", err, runs)
				}
				// Now the caller looks its own row up.
				wantNotes(t, db, test.want...)
			})
		}
	}
}

func TestPostgresConnectionLostBeforeCommitRunsTheClosureAgain(t *testing.T) {
	t.Parallel()
	t.Run("when COMMIT was not sent", func(t *testing.T) {
		t.Parallel()
		db, wire := openWired(t)
		mustAdd(t, db, "old")
		wire.BreakNext(sqldbtest.Unsent)
		mustAdd(t, db, "new")
		wantNotes(t, db, "old", "new")
	})
	t.Run("when the server ended the session", func(t *testing.T) {
		t.Parallel()
		db, _ := openWired(t)
		runs := 0
		mustWrite(t, db, func(tx sqldb.Tx) error {
			runs++
			tx.Exec(addNote, fmt.Sprint("run ", runs))
			if runs == 1 {
				_, err := tx.Query("SELECT pg_terminate_backend(pg_backend_pid())")
				return err
			}
			return nil
		})
		wantNotes(t, db, "run 2")
	})
}

func TestPostgresPreparesAgainWhatATableChangeMadeStale(t *testing.T) {
	t.Parallel()
	db, _ := openWired(t)
	read := func() {
		mustWrite(t, db, func(tx sqldb.Tx) error {
			_, err := tx.Query("SELECT * FROM note")
			return err
		})
	}
	read()
	mustWrite(t, db, func(tx sqldb.Tx) error {
		tx.Exec("ALTER TABLE note ADD COLUMN text TEXT")
		return nil
	})
	read()
}
