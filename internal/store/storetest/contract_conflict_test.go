package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

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
		const callers = 256
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

func TestEventsAreUniqueOnStoreEnvironmentTypeAndKey(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		const add = `INSERT INTO events (id, store_id, env, type, event_key, snapshot, deliveries, created_at)
VALUES ($1, $2, $3, $4, $5, '{}', 0, 0) ON CONFLICT DO NOTHING`
		first := [4]string{"STO_1", "test", "order.completed", "ORD_1"}
		tests := []struct {
			event [4]string
			want  int64
		}{
			{first, 1},
			{first, 0},
			{[4]string{"STO_2", "test", "order.completed", "ORD_1"}, 1},
			{[4]string{"STO_1", "prod", "order.completed", "ORD_1"}, 1},
			{[4]string{"STO_1", "test", "refund.succeeded", "ORD_1"}, 1},
			{[4]string{"STO_1", "test", "order.completed", "ORD_2"}, 1},
		}
		for i, test := range tests {
			mustWrite(t, db, func(tx sqldb.Tx) error {
				e := test.event
				n, err := tx.Count(add, fmt.Sprint("EVT_", i), e[0], e[1], e[2], e[3])
				if err == nil && n != test.want {
					t.Errorf("adding %v affected %d rows, want %d", e, n, test.want)
				}
				return err
			})
		}
	})
}
