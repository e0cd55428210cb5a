package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tillway/internal/sqldb"
)

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
